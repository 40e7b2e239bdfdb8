/* Steps and ratings by one key each, and on to the next. */
"use strict";

// Steps: one key each, on to the next, ending at the first bad one ------------------------------
const steps = () => [...document.querySelectorAll(".step[data-step]")];
const labelOf = (step) => step.querySelector("input:checked")?.value;
const openSteps = () => { const bad = steps().findIndex((step) => labelOf(step) === "bad"); return bad < 0 ? steps() : steps().slice(0, bad + 1); };

// What follows the first bad step is not asked. By class: the style sheet's rule for all that follow,
// which stands in where there are no scripts, costs seconds at each key with a thousand steps.
function drawSteps() {
  const open = openSteps().length;
  steps().forEach((step, at) => step.classList.toggle("not-asked", at >= open));
}
document.addEventListener("change", (event) => { if (event.target.closest(".step")) drawSteps(); });
document.addEventListener("htmx:afterSettle", drawSteps);
drawSteps();

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
