/* One press, one answer: the second half of a double click must not fall on the next card. */
"use strict";

const SETTLING = 500;
let cardShownAt = -Infinity, isCardTouched = true;

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "card") return;
  cardShownAt = performance.now();
  isCardTouched = false;
});
for (const name of ["input", "change"])
  document.addEventListener(name, () => { isCardTouched = true; }, true);
document.addEventListener("submit", (event) => {
  if (event.target.id !== "answer" || isCardTouched || performance.now() - cardShownAt > SETTLING) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
