/* A comment of one's own: words are chosen in the response by mouse, finger or keyboard. */
"use strict";

const blockOf = (letter) => document.querySelector(`.add[data-letter="${letter}"]`);
let picking = null;

// What is chosen just now, without the white space around it.
function chosenWords() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const text = textOf(range.startContainer) || textOf(range.endContainer);
  const places = text && offsetsOf(range, text);
  if (!places || !blockOf(text.dataset.source)) return null;
  const letter = text.dataset.source;
  const quote = [...sourceOf(letter)].slice(places.start, places.end).join("");
  const before = codePoints(quote) - codePoints(quote.trimStart());
  if (!quote.trim()) return null;
  const start = places.start + before;
  return { letter, start, end: start + codePoints(quote.trim()), quote: quote.trim() };
}

function commentOn({ letter, start, end, quote }) {
  const details = blockOf(letter);
  details.open = true;
  const fieldset = blankAdded(details);
  const values = { start, end, quote };
  for (const [name, value] of Object.entries(values)) addedField(fieldset, name).value = value;
  getSelection().removeAllRanges();
  hideOffer();
  addedField(fieldset, "quote").dispatchEvent(new Event("change", { bubbles: true }));
  // Where what is typed is kept as it is: letters would choose in the list of severities.
  addedField(fieldset, "explanation").focus();
  say(`A comment on “${quote.slice(0, 80)}”. What is wrong?`);
}

// A button beside what was selected with the mouse or a finger.
const offer = document.createElement("button");
offer.type = "button";
offer.className = "btn small offer";
offer.hidden = true;
offer.innerHTML = "Comment on this <kbd>c</kbd>";
document.getElementById("main").append(offer);
const hideOffer = () => { offer.hidden = true; };
// The press must not take the selection away before the click.
offer.addEventListener("pointerdown", (event) => event.preventDefault());
offer.addEventListener("click", () => { const words = chosenWords(); if (words) commentOn(words); });

function showOffer() {
  if (picking || !chosenWords()) return hideOffer();
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  offer.hidden = false;
  offer.style.left = `${Math.max(8, Math.min(box.left, innerWidth - offer.offsetWidth - 8))}px`;
  offer.style.top = `${Math.min(box.bottom + 6, innerHeight - offer.offsetHeight - 8)}px`;
}
let offerTimer = 0;
document.addEventListener("selectionchange", () => { clearTimeout(offerTimer); offerTimer = setTimeout(showOffer, 150); });
document.addEventListener("scroll", () => { if (!offer.hidden) showOffer(); }, { passive: true, capture: true });

// By keyboard: the arrows choose a word, with Shift they widen the choice.
function startPicking(letter) {
  showResponse(letter);
  const text = shownText(letter);
  const source = [...sourceOf(letter)];
  // Once for all: the text may be long, and formatted text leaves some of its source out.
  const pieces = piecesOf(text);
  const words = shownOf(wordsOf(source.join("")), pieces);
  if (!words.length) return say("There is nothing to choose.");
  stopPicking();
  if (!text.hasAttribute("tabindex")) text.tabIndex = -1;
  picking = { letter, text, words, from: 0, to: 0 };
  text.classList.add("picking");
  text.focus({ preventScroll: true });
  const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map(ownKey);
  text.dataset.help = `${keys.join(" ")} words · Shift widens · ↵ comments · Esc`;
  const names = keys.join("") === "←→↑↓" ? "Arrows" : keys.join(", ");
  showPicked(`Response ${letter}. ${names} choose words, Shift widens, Enter comments, Tab: next response. `);
}

// The words of which something is shown. Both are in order, and there may be many.
function shownOf(words, pieces) {
  let next = 0;
  return words.filter((word) => {
    while (next < pieces.length && pieces[next].end <= word.start) next += 1;
    return next < pieces.length && pieces[next].at < word.end;
  });
}

function wordsOf(source) {
  const found = [];
  let line = 0, at = 0;
  for (const match of source.matchAll(/\n|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]+|\s/gu)) {
    const end = at + codePoints(match[0]);
    if (match[0] === "\n") line += 1;
    else if (match[0].trim()) found.push({ start: at, end, line });
    at = end;
  }
  return found;
}

function stopPicking() {
  picking?.text.classList.remove("picking");
  picking = null;
}

function pickedPlaces() {
  const { words, from, to } = picking;
  return { start: words[Math.min(from, to)].start, end: words[Math.max(from, to)].end };
}

function showPicked(prefix = "") {
  const { start, end } = pickedPlaces();
  const range = rangeOf(picking.text, start, end);
  getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  const { words, to, letter } = picking;
  const head = rangeOf(picking.text, words[to].start, words[to].end);
  head.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  say(prefix + [...sourceOf(letter)].slice(start, end).join(""));
}

function movePick(key) {
  const { words, to } = picking;
  const inLine = (line) => words.findIndex((word) => word.line === line);
  const { line } = words[to];
  const column = to - inLine(line);
  const lines = [...new Set(words.map((word) => word.line))];
  const other = lines[lines.indexOf(line) + (key === "ArrowDown" ? 1 : -1)];
  const last = (of) => words.findLastIndex((word) => word.line === of);
  const goal = {
    ArrowLeft: () => to - 1, ArrowRight: () => to + 1, Home: () => inLine(line), End: () => last(line),
    ArrowUp: () => (other === undefined ? 0 : Math.min(inLine(other) + column, last(other))),
    ArrowDown: () => (other === undefined ? words.length - 1 : Math.min(inLine(other) + column, last(other))),
  }[key]();
  return Math.max(0, Math.min(goal, words.length - 1));
}

function pickKey(event) {
  const { key, shiftKey } = event;
  if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key)) {
    picking.to = movePick(key);
    if (!shiftKey) picking.from = picking.to;
    showPicked();
  } else if (key === "Enter" || key === "c") {
    const { letter } = picking, places = pickedPlaces();
    stopPicking();
    commentOn({ letter, ...places, quote: [...sourceOf(letter)].slice(places.start, places.end).join("") });
  } else if (key === "Escape") {
    stopPicking();
    getSelection().removeAllRanges();
    say("Nothing chosen.");
  } else if (key === "Tab" && nextLetter(shiftKey)) {
    startPicking(nextLetter(shiftKey));
  } else return;
  event.preventDefault();
}

function nextLetter(isBack) {
  const letters = [...document.querySelectorAll(".add")].map((block) => block.dataset.letter);
  return letters[letters.indexOf(picking.letter) + (isBack ? -1 : 1)];
}

document.addEventListener("keydown", (event) => {
  if (picking && document.activeElement === picking.text && !event.ctrlKey && !event.altKey && !event.metaKey) pickKey(event);
}, { capture: true });
document.addEventListener("focusout", (event) => {
  if (event.target !== picking?.text) return;
  stopPicking();
  // Else the next comment would be on words that nobody looks at any more.
  getSelection().removeAllRanges();
});

cardKeys.push((key, target) => {
  if (key !== "c" || !document.querySelector(".add")) return false;
  const words = chosenWords();
  const letter = target.closest?.(".response")?.querySelector(".add")?.dataset.letter;
  if (words) commentOn(words);
  else startPicking(letter || document.querySelector(".add").dataset.letter);
  return true;
});
