/* Comments of one's own: as many as there are, marked in the text as they are written. */
"use strict";

const addedField = (fieldset, name) => fieldset.querySelector(`[name="${fieldset.dataset.prefix}-${name}"]`);
const addedIn = (details) => [...details.querySelectorAll(".added")];
const isBlank = (fieldset) => ["quote", "severity", "category", "explanation", "fix"].every((name) => !addedField(fieldset, name).value.trim());

function blankAdded(details) {
  const all = addedIn(details);
  return all.find(isBlank) || another(details, all[all.length - 1]);
}

function another(details, last) {
  const copy = last.cloneNode(true);
  const numbers = addedIn(details).map((fieldset) => Number(fieldset.dataset.prefix.split("-")[2]));
  const prefix = `added-${details.dataset.letter}-${Math.max(...numbers) + 1}`;
  for (const field of copy.querySelectorAll("[name]")) field.name = field.name.replace(copy.dataset.prefix, prefix);
  copy.dataset.prefix = prefix;
  clearAdded(copy);
  last.after(copy);
  numberAdded(details);
  return copy;
}

function clearAdded(fieldset) {
  for (const field of fieldset.querySelectorAll("[name]")) field.value = "";
  askForAll(fieldset);
}

// A comment that is begun wants its severity and its words: the browser leads to what is missing.
function askForAll(fieldset) {
  for (const name of ["severity", "explanation"]) addedField(fieldset, name).required = !isBlank(fieldset);
}
document.addEventListener("invalid", ({ target }) => { const details = target.closest(".add"); if (details) details.open = true; }, true);

function removeAdded(fieldset) {
  const details = fieldset.closest(".add");
  const isOnly = addedIn(details).length === 1;
  clearAdded(fieldset);
  fieldset.querySelector("textarea").dispatchEvent(new Event("change", { bubbles: true }));
  if (isOnly) details.open = false;
  else fieldset.remove();
  numberAdded(details);
  details.querySelector("summary").focus();
  details.dispatchEvent(new Event("change", { bubbles: true }));
  say("Your comment is removed.");
}

function numberAdded(details) {
  addedIn(details).forEach((fieldset, n) => {
    fieldset.querySelector("legend").textContent = `Your comment ${n + 1} on response ${details.dataset.letter}`;
  });
}

document.addEventListener("click", (event) => {
  const more = event.target.closest("[data-another]");
  if (more) blankAdded(more.closest(".add")).querySelector("textarea").focus();
  const gone = event.target.closest("[data-remove-added]");
  if (gone) removeAdded(gone.closest(".added"));
});
// Offsets belong to the words that were selected; other words are looked for.
document.addEventListener("input", (event) => {
  const fieldset = event.target.closest(".added");
  if (fieldset && event.target.name.endsWith("-quote"))
    for (const name of ["start", "end"]) addedField(fieldset, name).value = "";
});

// Words that were chosen and nothing said of them: leaving the form forgets them. What is said stays, and
// is counted where the closed form hides it.
document.addEventListener("popup-left", ({ target }) => {
  if (!target.matches(".add")) return;
  for (const fieldset of addedIn(target)) {
    const isSaid = ["severity", "category", "explanation", "fix"].some((name) => addedField(fieldset, name).value.trim());
    if (!isSaid && addedField(fieldset, "end").value) {
      clearAdded(fieldset);
      fieldset.querySelector("textarea").dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});
function countAdded(details) {
  addedIn(details).forEach(askForAll);
  const count = addedIn(details).filter((fieldset) => !isBlank(fieldset)).length;
  details.querySelector(".written").textContent = count ? `${count} written` : "";
}
for (const name of ["change", "input"])
  document.addEventListener(name, ({ target }) => { const details = target.closest(".add"); if (details) countAdded(details); });

// The words that one's own comments point at. Nothing in the text is changed for it.
function markOwn() {
  if (!CSS.highlights) return;
  const all = new Highlight(), now = new Highlight();
  for (const fieldset of document.querySelectorAll(".added")) {
    const [start, end] = ["start", "end"].map((name) => addedField(fieldset, name).value);
    const text = shownText(fieldset.closest(".add").dataset.letter);
    const range = end && rangeOf(text, Number(start), Number(end));
    if (range) (fieldset.contains(document.activeElement) || fieldset.matches(":hover") ? now : all).add(range);
  }
  CSS.highlights.set("own", all);
  CSS.highlights.set("own-now", now);
}
for (const name of ["change", "input", "focusin", "mouseover"]) document.addEventListener(name, markOwn);
