/* What was changed in a comment, raw text, the keys of these; a card made ready. */
"use strict";

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
  if (key !== "e" && key !== "x") return false;
  const comment = commentAtHand(".edit");
  if (!comment) return true;
  const details = comment.querySelector(".edit");
  const box = details.querySelector("[name^=delete-]");
  if (key === "e") { details.open = true; details.querySelector("textarea").focus(); }
  else { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); say(`Comment ${comment.dataset.number} ${box.checked ? "deleted" : "kept"}.`); }
  return true;
});

// How bad a response's worst flaw is: the first that is not said yet, else the next; the arrows choose --
cardKeys.push((key, target) => {
  if (key !== "w") return false;
  const all = [...document.querySelectorAll("fieldset.flaws")];
  const here = all.indexOf(target.closest("fieldset.flaws"));
  const unsaid = all.filter((each, at) => at !== here && !each.querySelector("input:checked"));
  const next = unsaid[0] ?? all[(here + 1) % all.length];
  if (!next?.checkVisibility()) { hint("No worst flaw is asked for here."); return true; }
  (next.querySelector("input:checked") ?? next.querySelector("input")).focus();
  next.scrollIntoView({ block: "center" });
  return true;
});

// A response that nobody rewrites need not be sent back, at every draft, as long as it is ---------
document.addEventListener("formdata", (event) => {
  for (const field of event.target.querySelectorAll("[data-untouched]"))
    if (field.value === field.defaultValue) event.formData.delete(field.name);
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
  const link = document.querySelector("[data-diff]"), place = document.getElementById("diff");
  if (key !== "d" || !link) return false;
  if (place.childElementCount) closePopup(place);
  else link.click();
  return true;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "diff") document.getElementById("diff-title")?.focus();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-popup]");
  if (button) closePopup(popupAround(button));
});

function prepareCard() {
  document.querySelectorAll(".scripts-only").forEach((part) => { part.hidden = false; });
  document.querySelectorAll(".add").forEach((details) => { numberAdded(details); countAdded(details); });
  document.querySelectorAll(".comment").forEach(noteChange);
  const box = document.getElementById("raw-text");
  if (box) box.checked = localStorage.getItem("raw-text") === "1";
  markOwn();
}
document.addEventListener("htmx:afterSettle", prepareCard);
prepareCard();
