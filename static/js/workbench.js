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

// The one that was chosen, else the first; without any, what to do is said to eyes and ears.
function commentAtHand(part) {
  if (document.querySelector("#reveal:not(:checked)")) { hint("Show the item first."); return null; }
  const chosen = focusedComment() ?? comments().find((comment) => comment.querySelector(part));
  if (chosen?.querySelector(part)) { chosen.focus(); return chosen; }
  hint(document.querySelector(".add") ? `There is no comment to judge. ${ownKey("c")} adds one of your own.` : "There is no comment to judge here.");
  return null;
}

function judgeComment(key) {
  const part = `[data-verdict-key="${key}"]`, comment = commentAtHand(part);
  if (!comment) return true;
  const unread = comment.querySelector("header + details:not([open])"); // its quote is not in the response
  if (unread) { unread.open = true; hint("Now it is shown: judge it when you have read it."); return true; }
  const input = comment.querySelector(part);
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  say(`Comment ${comment.dataset.number}: ${input.value}.`);
  step(1);
  return true;
}

function openDetails(selector, fieldSelector, otherwise) {
  const details = document.querySelector(selector);
  if (!details) return hint(otherwise);
  details.open = true;
  details.querySelector(fieldSelector).focus();
}

const submit = () => answer().requestSubmit(document.getElementById("submit"));
const ACTIONS = {
  j: () => step(1), k: () => step(-1),
  g: () => openDialog("guidelines"), "?": () => openDialog("keys"),
  r: () => openDetails(".rationale", "textarea", "No reason is asked for here."),
  s: () => openDetails(".skip", "input", "This cannot be skipped."),
  "!": () => openDetails(".flag", "select", "This cannot be flagged."),
};

document.addEventListener("keydown", (event) => {
  if (!answer() || event.defaultPrevented) return;
  const { key, target } = event;
  const isWriting = isWritingIn(target);
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && isWriting) {
    event.preventDefault();
    return target.form && target.form !== answer() ? target.form.requestSubmit() : submit();
  }
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (act(key, target)) event.preventDefault();
});

function act(key, target) {
  if (cardKeys.some((take) => take(key, target))) return true;
  const preference = /^[0-7b]$/.test(key) && document.querySelector(`[data-preference-key="${key}"]`);
  if (preference) {
    check(preference);
    // Enter is to submit then, not to press what the focus was left on.
    if (target.closest("button, a, summary")) preference.focus({ preventScroll: true });
    return true;
  }
  if (/^[vnfu]$/.test(key)) return judgeComment(key);
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
