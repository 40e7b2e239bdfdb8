/* A person's own keys: pressed, they become the key that the page knows; shown, the other way round. */
"use strict";

const translations = JSON.parse(document.currentScript.dataset.translation || "{}");
const ARROW_SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const isChoosingWords = () => Boolean(document.querySelector(".picking"));

// One key may mean one thing on one kind of card and another on the next, or while words are chosen.
function translationOf(...names) {
  const kind = document.getElementById("card")?.className.match(/kind-(\w+)/)?.[1] || "comparison";
  return Object.assign(Object.create(null), translations[kind], ...names.map((name) => translations[name]));
}

// key or code -> the key that the page knows; undefined where the person has chosen nothing for it.
function ownTable(isShift) {
  if (!isChoosingWords()) { const table = translationOf(); return (key) => table[key]; }
  const table = translationOf("words");
  // With Shift, which widens the choice, a letter comes as its capital.
  const widened = (key) => (isShift && table[inCase(key, false)] in ARROW_SIGNS ? table[inCase(key, false)] : undefined);
  return (key) => table[key] ?? widened(key);
}

const sentOn = new WeakSet();

window.addEventListener("keydown", (event) => {
  // What is sent on is not translated again: two keys can change places.
  if (sentOn.has(event)) { if (doesWork(event.key)) event.preventDefault(); return; }
  if (isForInputMethod(event)) return event.stopImmediatePropagation();
  const isWriting = isWritingIn(event.target);
  const isCombined = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (event.repeat && isHeldInVain(event, isWriting)) return holdBack(event, isCombined);
  if (isCombined || isWriting || document.querySelector("dialog[open]")) return;
  const meanings = meaningsOf(event, ownTable(event.shiftKey));
  event.stopImmediatePropagation();
  if (meanings.some((key) => key && isTaken(event, key))) event.preventDefault();
}, true);

// What is held down goes on moving and writing; it does not submit, judge or close once more.
function isHeldInVain({ key, ctrlKey, metaKey, target }, isWriting) {
  if (key === "Escape") return true;
  if (key === "Enter") return ctrlKey || metaKey || !target.matches?.("textarea");
  return !isWriting && isOneCharacter(key);
}

function holdBack(event, isCombined) {
  const moving = !isCombined && meaningsOf(event, ownTable(event.shiftKey)).find((key) => /^([jk]|Arrow\w+)$/.test(key));
  event.stopImmediatePropagation();
  if (event.key === "Enter" || (moving && isTaken(event, moving))) event.preventDefault();
}

function isTaken(event, key) {
  const { code, shiftKey, repeat } = event;
  const press = new KeyboardEvent("keydown", { key, code, shiftKey, repeat, bubbles: true, cancelable: true });
  sentOn.add(press);
  return !(event.target.matches ? event.target : document.body).dispatchEvent(press);
}

function doesWork(key) {
  if (key !== "z") return false;
  if (!undo()) hint("There is nothing to take back now. Your work lists what can be corrected.");
  return true;
}

// The key that a person presses for what the page knows as `usual`, as it is written.
function ownKey(usual) {
  const pairs = [translationOf(), translations.words ?? {}].flatMap(Object.entries);
  const own = pairs.find(([, known]) => known === usual)?.[0] ?? usual;
  return ARROW_SIGNS[own] ?? own;
}

function showOwnKeys() {
  const nameOf = (sign) => Object.keys(ARROW_SIGNS).find((name) => ARROW_SIGNS[name] === sign) ?? sign;
  for (const shown of document.querySelectorAll("kbd:not([data-own])")) {
    shown.dataset.own = "";
    const usual = nameOf(shown.textContent.trim()), own = ownKey(usual);
    if (own !== usual) shown.textContent = own;
  }
}
document.addEventListener("htmx:afterSettle", showOwnKeys);
showOwnKeys();
