/* A person's own keys: pressed, they become the key that the page knows; shown, the other way round. */
"use strict";

const translations = JSON.parse(document.currentScript.dataset.translation || "{}");
const ARROW_SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const isChoosingWords = () => Boolean(document.querySelector(".picking"));

// One key may mean one thing on one kind of card and another on the next, or while words are chosen.
function translationOf(...names) {
  const kind = document.getElementById("card")?.className.match(/kind-(\w+)/)?.[1] || "comparison";
  return Object.assign({}, translations[kind], ...names.map((name) => translations[name]));
}

const isWritingIn = (element) =>
  element.matches?.("textarea, select, input:not([type=radio], [type=checkbox])") || element.isContentEditable;

function usualKey({ key, shiftKey }) {
  if (!isChoosingWords()) return translationOf()[key] ?? key;
  const table = translationOf("words");
  // With Shift, which widens the choice, a letter comes as its capital.
  const widened = shiftKey && key.length === 1 ? table[key.toLowerCase()] : "";
  return table[key] ?? (widened in ARROW_SIGNS ? widened : key);
}

window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWritingIn(event.target) || document.querySelector("dialog[open]")) return;
  // A key that is sent on is not trusted, and so not translated again: two keys can change places.
  const usual = event.isTrusted ? usualKey(event) : event.key;
  if (event.isTrusted && usual !== event.key) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const sent = { key: usual, shiftKey: event.shiftKey, bubbles: true, cancelable: true };
    if (usual) event.target.dispatchEvent(new KeyboardEvent("keydown", sent));
  } else if (doesWork(usual)) event.preventDefault();
}, true);

function doesWork(key) {
  if (key === "z") { document.querySelector("a[data-undo]")?.click(); return true; }
  if (key !== "!") return false;
  const box = document.querySelector("details.flag");
  if (box) { box.open = true; box.querySelector("select").focus(); }
  return Boolean(box);
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
