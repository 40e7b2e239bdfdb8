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
