/* Where the responses stand one under the other: all of them, or one at a time by the switch; room for the bar. */
"use strict";

const isOneColumn = () => matchMedia("(max-width: 60rem)").matches;
const responseOf = (letter) => document.querySelector(`.pair > [data-letter="${letter}"]`);

// No letter: all of them, one under the other.
function showResponse(letter) {
  for (const response of document.querySelectorAll(".pair > [data-letter]")) response.classList.toggle("behind", Boolean(letter) && response.dataset.letter !== letter);
  const radio = document.querySelector(`.switch [value="${letter}"]`);
  if (radio) radio.checked = true;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".switch input")) return;
  const isScrolledPast = document.querySelector(".pair").getBoundingClientRect().top < 0;
  showResponse(target.value);
  if (isScrolledPast && isOneColumn()) document.querySelector(".pair").scrollIntoView({ block: "start" });
});
// A comment is read beside what it is about.
document.addEventListener("focusin", ({ target }) => {
  const letter = target.closest?.(".comment, .add, .rewrite") && target.closest(".pair > [data-letter]")?.dataset.letter;
  if (letter && isOneColumn() && responseOf(letter).matches(".behind")) showResponse(letter);
});

function startColumn() {
  showResponse(document.querySelector(".switch input:checked")?.value ?? "");
  watchBar();
}

// What is scrolled to must not end under the bar, however high it is.
const barWatch = new ResizeObserver(([{ target }]) => {
  const isOver = getComputedStyle(target).position === "sticky";
  document.documentElement.style.setProperty("--bar", `${isOver ? target.offsetHeight : 0}px`);
});
function watchBar() {
  barWatch.disconnect();
  const bar = document.querySelector(".judge");
  if (bar) barWatch.observe(bar);
}

document.addEventListener("htmx:afterSettle", startColumn);
startColumn();
