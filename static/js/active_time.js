/* Active time: seconds in which the page was seen and something was done within the last half minute. */
"use strict";

const IDLE_AFTER = 30000, TICK = 500;
let activeTotal = 0, lastDone = Date.now();

window.activeSeconds = () => activeTotal.toFixed(1);

for (const name of ["keydown", "pointermove", "pointerdown", "wheel", "scroll", "touchstart"])
  document.addEventListener(name, () => { lastDone = Date.now(); }, { passive: true, capture: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden) lastDone = Date.now(); });
setInterval(() => {
  if (!document.hidden && Date.now() - lastDone < IDLE_AFTER) activeTotal += TICK / 1000;
}, TICK);

// A card that comes with a draft goes on from the time that the draft took.
function startCard() {
  activeTotal = Number(document.querySelector("#answer [name=seconds]")?.value) || 0;
  lastDone = Date.now();
}
function noteSeconds() {
  const field = document.querySelector("#answer [name=seconds]");
  if (field) field.value = window.activeSeconds();
}
document.addEventListener("submit", noteSeconds, true);
// htmx has read the form by the time it asks; its parameters are what is sent.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.parameters.has?.("seconds")) event.detail.parameters.set("seconds", window.activeSeconds());
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "card" && event.detail.xhr.status < 400) startCard();
});
startCard();
