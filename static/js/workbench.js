/* The workbench by keyboard; comments and their quotes point at each other. */
"use strict";

const answer = () => document.getElementById("answer");
const comments = () => [...document.querySelectorAll(".comment")];
const focusedComment = () => document.activeElement?.closest?.(".comment");

function check(input) {
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  say(input.closest("label").firstElementChild.nextElementSibling?.textContent || input.value);
}

// What other scripts do with a key: (key, target) -> whether they took it. Asked first.
const cardKeys = [];

function goTo(comment) {
  if (!comment) return;
  comment.focus();
  comment.scrollIntoView({ block: "nearest" });
  showQuote(comment.dataset.number, false);
}

const marksOf = (number) => [...document.querySelectorAll("mark[data-numbers]")]
  .filter((mark) => mark.dataset.numbers.split(" ").includes(number) && mark.checkVisibility());

// In a long text only its own box scrolls, unless the quote itself was asked for.
function showQuote(number, isAskedFor) {
  const mark = marksOf(number)[0];
  const box = mark?.closest(".long");
  if (isAskedFor) mark?.scrollIntoView({ block: "center" });
  else if (box) box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
}

function step(by) {
  const all = comments();
  const at = all.indexOf(focusedComment());
  goTo(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by]);
}

function judgeComment(key) {
  const comment = focusedComment();
  if (!comment) return false;
  const input = comment.querySelector(`[data-verdict-key="${key}"]`);
  if (!input) return false;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  say(`Comment ${comment.dataset.number}: ${input.value}.`);
  step(1);
  return true;
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

function openDetails(selector, fieldSelector) {
  const details = document.querySelector(selector);
  details.open = true;
  details.querySelector(fieldSelector).focus();
}

const submit = () => answer().requestSubmit(document.getElementById("submit"));
const ACTIONS = {
  j: () => step(1), k: () => step(-1),
  g: () => openDialog("guidelines"), "?": () => openDialog("keys"),
  r: () => openDetails(".rationale", "textarea"), s: () => openDetails(".skip", "input"),
};

document.addEventListener("keydown", (event) => {
  if (!answer() || event.defaultPrevented) return;
  const { key, target } = event;
  const isWriting = target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea")) {
    event.preventDefault();
    return submit();
  }
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (act(key, target)) event.preventDefault();
});

function act(key, target) {
  if (cardKeys.some((take) => take(key, target))) return true;
  const preference = /^[0-7b]$/.test(key) && document.querySelector(`[data-preference-key="${key}"]`);
  if (preference) { check(preference); return true; }
  if ("vnfu".includes(key)) return judgeComment(key);
  if ((key === "ArrowDown" || key === "ArrowUp") && target.matches(".comment")) { step(key === "ArrowDown" ? 1 : -1); return true; }
  // On a button, a link or a summary Enter means that one.
  if (key === "Enter" && !target.closest("button, a, summary")) { submit(); return true; }
  if (ACTIONS[key]) { ACTIONS[key](); return true; }
  return false;
}

// A comment and its quote light up together, whichever the mouse or the focus is on.
function light(numbers) {
  for (const mark of document.querySelectorAll("mark[data-numbers]"))
    mark.classList.toggle("on", mark.dataset.numbers.split(" ").some((number) => numbers.includes(number)));
  for (const comment of comments()) comment.classList.toggle("on", numbers.includes(comment.dataset.number));
}
function lightFrom(event) {
  const mark = event.target.closest?.("mark[data-numbers]");
  const comment = event.target.closest?.(".comment") || focusedComment();
  light(mark ? mark.dataset.numbers.split(" ") : comment ? [comment.dataset.number] : []);
}
document.addEventListener("mouseover", lightFrom);
document.addEventListener("focusin", lightFrom);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]")) { event.preventDefault(); event.target.closest("dialog").close(); return; }
  const link = event.target.closest?.("sup a");
  if (link) { event.preventDefault(); return goTo(document.querySelector(link.hash)); }
  // A click on a quote leads to its comment (of several to the next), one on a comment to its quote.
  const mark = event.target.closest?.("mark[data-numbers]");
  if (mark && getSelection().isCollapsed) return goTo(commentAfter(mark.dataset.numbers.split(" ")));
  const head = event.target.closest?.(".comment .quote, .comment > header");
  if (head && getSelection().isCollapsed && !event.target.closest("a")) {
    head.closest(".comment").focus({ preventScroll: true });
    showQuote(head.closest(".comment").dataset.number, true);
  }
});
let lastLedTo = null; // the press has taken the focus away by the time of the click
function commentAfter(numbers) {
  const number = numbers[(numbers.indexOf(lastLedTo) + 1) % numbers.length];
  lastLedTo = number;
  return comments().find((comment) => comment.dataset.number === number);
}
