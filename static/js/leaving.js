/* Esc leaves what one is in: a pop-up, which closes, or a field. The focus goes back where it was.

   A pop-up is whatever has data-popup: a <details> (data-popup="floating": over the page), or a place
   that something was put into. What is opened comes into view as a whole, as far as it fits. Dialogs do
   all this by themselves. */
"use strict";

const cameFrom = new WeakMap(); // pop-up or field -> what had the focus before it
const isShut = (popup) => (popup.matches("details") ? !popup.open : !popup.childElementCount);
const isFloating = (popup) => popup.dataset.popup === "floating";
const popupAround = (element) => element?.closest?.("[data-popup]");
// What is written there would be hidden, and has to be seen.
const staysOpen = (popup) => [...popup.querySelectorAll("[data-keeps-open]")].some((field) => field.required || field.value.trim());

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (isWritingIn(target)) cameFrom.set(target, relatedTarget);
  const popup = popupAround(target);
  if (!popup || popup.contains(relatedTarget)) return;
  cameFrom.set(popup, relatedTarget);
  if (!isShut(popup)) bringIntoView(popup);
});
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("[data-popup]") && target.open && target.contains(document.activeElement)) bringIntoView(target);
}, true);

function bringIntoView(popup) {
  if (isFloating(popup)) return; // it is where it belongs
  const style = getComputedStyle(document.documentElement);
  const room = innerHeight - (parseFloat(style.scrollPaddingTop) || 0) - (parseFloat(style.scrollPaddingBottom) || 0);
  popup.scrollIntoView({ block: popup.offsetHeight > room ? "start" : "nearest" });
}

function closePopup(popup) {
  const hadFocus = popup.contains(document.activeElement);
  if (!staysOpen(popup)) popup.matches("details") ? (popup.open = false) : popup.replaceChildren();
  popup.dispatchEvent(new CustomEvent("popup-left", { bubbles: true }));
  if (hadFocus) goBackFrom(popup);
}

function goBackFrom(place) {
  const before = cameFrom.get(place);
  document.activeElement.blur?.();
  if (before?.isConnected && before.checkVisibility()) before.focus();
}

// From any other focus what floats goes first, then what was put into the page.
function openPopup() {
  const all = [...document.querySelectorAll("[data-popup]")].filter((popup) => !isShut(popup) && !staysOpen(popup));
  return all.find(isFloating) ?? all[0];
}

function leave() {
  const { activeElement } = document;
  const around = popupAround(activeElement);
  if (around && !isShut(around)) return closePopup(around);
  if (isWritingIn(activeElement)) return goBackFrom(activeElement);
  if (!getSelection().isCollapsed) return getSelection().removeAllRanges();
  const popup = openPopup();
  if (popup) closePopup(popup);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || isForInputMethod(event)) return;
  if (!document.querySelector("dialog[open]")) leave();
});
// A press beside what floats is a way out of it, too.
document.addEventListener("pointerdown", ({ target }) => {
  for (const popup of document.querySelectorAll("details[data-popup=floating][open]"))
    if (!popup.contains(target)) popup.open = false;
});
