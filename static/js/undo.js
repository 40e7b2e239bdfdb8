/* Undo is there as long as it undoes something: the server says for how many seconds that is. */
"use strict";

const LONGEST_TIMER = 2 ** 31 - 1; // beyond it a timer goes off at once
let undoLink = null, undoUntil = 0, undoTimer = 0;

function watchUndo() {
  const link = document.querySelector("[data-undo]");
  if (link !== undoLink) {
    undoLink = link;
    undoUntil = Date.now() + (Number(link?.dataset.undo) || 0) * 1000;
  }
  clearTimeout(undoTimer);
  if (!link) return;
  const left = undoUntil - Date.now();
  link.hidden = left <= 0;
  if (left > 0) undoTimer = setTimeout(watchUndo, Math.min(left, LONGEST_TIMER));
}

// For the key: whether there was something to undo.
function undo() {
  watchUndo();
  if (!undoLink || undoLink.hidden) return false;
  undoLink.click();
  undoLink.hidden = true; // pressed again before the page is left it would be another one's
  return true;
}

document.addEventListener("htmx:afterSettle", watchUndo);
document.addEventListener("visibilitychange", watchUndo); // timers stand still while a machine sleeps
watchUndo();
