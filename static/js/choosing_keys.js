/* A key of one's own is chosen by pressing it. Typed in by hand it is taken as well. */
"use strict";

const KEY_SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(".key-settings [name^=key-]");
  const isCombined = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (!field || isCombined || isForInputMethod(event)) return;
  const key = KEY_SIGNS[event.key] ?? inCase(event.key, event.shiftKey);
  // Tab, Enter, Backspace and what else has a name go on doing what they do.
  if (key === " " || (isNamed(key) && !/^F([1-9]|1[0-2])$/.test(key))) return;
  event.preventDefault();
  field.value = key;
  // The place tells a letter that only this keyboard has, when another layout is in use.
  const pressed = field.form.elements[field.name.replace("key-", "pressed-")];
  pressed.value = isForeign(key) && !KEY_SIGNS[event.key] && event.code ? `${key} ${event.code}` : "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
