/* A person's own keys: pressed, they become the key that the page knows; shown, the other way round. */
"use strict";

const translation = JSON.parse(document.currentScript.dataset.translation || "{}");
const ownKeyFor = new Map(Object.entries(translation).filter(([, usual]) => usual).map(([own, usual]) => [usual, own]));

const isWritingIn = (element) =>
  element.matches?.("textarea, select, input:not([type=radio], [type=checkbox])") || element.isContentEditable;

window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWritingIn(event.target) || document.querySelector("dialog[open]")) return;
  // A key that is sent on is not trusted, and so not translated again: two keys can change places.
  const usual = event.isTrusted ? translation[event.key] ?? event.key : event.key;
  if (event.isTrusted && usual !== event.key) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (usual) event.target.dispatchEvent(new KeyboardEvent("keydown", { key: usual, bubbles: true, cancelable: true }));
  } else if (doesWork(usual)) event.preventDefault();
}, true);

function doesWork(key) {
  if (key === "z") { document.querySelector("a[data-undo]")?.click(); return true; }
  if (key !== "!") return false;
  const box = document.querySelector("details.flag");
  if (box) { box.open = true; box.querySelector("select").focus(); }
  return Boolean(box);
}

function showOwnKeys() {
  for (const shown of document.querySelectorAll("kbd:not([data-own])")) {
    shown.dataset.own = "";
    const own = ownKeyFor.get(shown.textContent.trim());
    if (own) shown.textContent = own;
  }
}
document.addEventListener("htmx:afterSettle", showOwnKeys);
showOwnKeys();
