/* Comments of one's own, steps and ratings by one key each, raw text, what was changed in a comment. */
"use strict";

// Comments of one's own -------------------------------------------------------------------------
const addedField = (fieldset, name) => fieldset.querySelector(`[name="${fieldset.dataset.prefix}-${name}"]`);
const addedIn = (details) => [...details.querySelectorAll(".added")];
const isBlank = (fieldset) => ["quote", "explanation", "fix"].every((name) => !addedField(fieldset, name).value.trim());

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
}

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

// What was done to a comment, in a word ---------------------------------------------------------
function noteChange(comment) {
  const box = comment.querySelector("[name^=delete-]");
  if (!box) return;
  const fields = [...comment.querySelectorAll("[name^=edit-]")];
  const isChanged = (field) => field.value.trim() !== field.dataset.was.trim();
  const state = box.checked ? "Deleted" : fields.some(isChanged) ? "Edited" : "";
  comment.querySelector(".state").textContent = state;
  comment.classList.toggle("deleted", box.checked);
}
document.addEventListener("change", (event) => { const comment = event.target.closest(".comment"); if (comment) noteChange(comment); });
document.addEventListener("input", (event) => { const comment = event.target.closest(".comment"); if (comment) noteChange(comment); });

cardKeys.push((key) => {
  const comment = focusedComment();
  if (!comment || (key !== "e" && key !== "x")) return false;
  const details = comment.querySelector(".edit");
  if (!details) return false;
  const box = details.querySelector("[name^=delete-]");
  if (key === "e") { details.open = true; details.querySelector("select").focus(); }
  else { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); say(`Comment ${comment.dataset.number} ${box.checked ? "deleted" : "kept"}.`); }
  return true;
});
document.addEventListener("keydown", (event) => {
  const details = event.target.closest?.(".comment .edit[open]");
  if (event.key !== "Escape" || !details) return;
  details.open = false;
  details.closest(".comment").focus();
});

// Steps: one key each, on to the next, ending at the first bad one ------------------------------
const steps = () => [...document.querySelectorAll(".step[data-step]")];
const labelOf = (step) => step.querySelector("input:checked")?.value;
const openSteps = () => { const bad = steps().findIndex((step) => labelOf(step) === "bad"); return bad < 0 ? steps() : steps().slice(0, bad + 1); };

function presentStep() {
  return document.activeElement?.closest?.(".step") || openSteps().find((step) => !labelOf(step)) || openSteps()[0];
}
function labelStep(key) {
  const step = presentStep();
  const input = step?.querySelector(`[data-step-key="${key}"]`);
  if (!input) return false;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const next = openSteps()[openSteps().indexOf(step) + 1];
  say(`Step ${Number(step.dataset.step) + 1}: ${input.value}.${input.value === "bad" ? " It ends here." : ""}`);
  (next || document.getElementById("submit")).focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}
function moveStep(by) {
  const open = openSteps();
  const at = open.indexOf(document.activeElement?.closest?.(".step"));
  const goal = at < 0 ? presentStep() : open[at + by];
  goal?.focus();
  goal?.scrollIntoView({ block: "nearest" });
  return true;
}
cardKeys.push((key) => {
  if (!steps().length) return false;
  if (/^[123]$/.test(key)) return labelStep(key);
  const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  return by && !document.activeElement.matches("input") ? moveStep(by) : false;
});

// Ratings: a digit answers the question at hand and goes on ------------------------------------
const questions = () => [...document.querySelectorAll(".questions fieldset")];
cardKeys.push((key) => {
  if (!questions().length || !/^[1-7]$/.test(key)) return false;
  const at = document.activeElement.closest?.(".questions fieldset") || questions().find((one) => !one.querySelector(":checked"));
  const input = at?.querySelector(`[data-rating-key="${key}"]`);
  if (!input) return false;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const next = questions()[questions().indexOf(at) + 1];
  say(`${key}.`);
  (next?.querySelector(":checked") || next?.querySelector("input") || document.getElementById("submit")).focus();
  return true;
});

// Formatted or raw, as it was last wanted -------------------------------------------------------
cardKeys.push((key) => {
  const box = document.getElementById("raw-text");
  if (key !== "t" || !box) return false;
  box.click();
  say(box.checked ? "Raw text." : "Formatted text.");
  return true;
});
document.addEventListener("change", (event) => {
  if (event.target.id === "raw-text") localStorage.setItem("raw-text", event.target.checked ? "1" : "");
});
cardKeys.push((key) => {
  const link = document.querySelector("[data-diff]");
  if (key !== "d" || !link) return false;
  link.click();
  return true;
});

function prepareCard() {
  document.querySelectorAll(".scripts-only").forEach((part) => { part.hidden = false; });
  document.querySelectorAll(".add").forEach(numberAdded);
  document.querySelectorAll(".comment").forEach(noteChange);
  const box = document.getElementById("raw-text");
  if (box) box.checked = localStorage.getItem("raw-text") === "1";
  markOwn();
}
document.addEventListener("htmx:afterSettle", prepareCard);
prepareCard();
