/* What the press of a key means, whatever the keyboard: docs/annotating.md, "Keyboards". */
"use strict";

const isWritingIn = (element) =>
  element.matches?.("textarea, select, input:not([type=radio], [type=checkbox])") || element.isContentEditable;

// What a US keyboard has on the keys that bear signs, without and with Shift.
const SIGNS_AT = {
  Backquote: "`~", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:",
  Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Digit1: "1!", Digit2: "2@", Digit3: "3#", Digit4: "4$",
  Digit5: "5%", Digit6: "6^", Digit7: "7&", Digit8: "8*", Digit9: "9(", Digit0: "0)",
};

// A press that an input method takes, or that only begins a letter (a dead key), is no key of ours.
const isForInputMethod = ({ key, keyCode, isComposing }) =>
  isComposing || keyCode === 229 || !key || /^(Process|Dead|Compose|Unidentified)$/.test(key);

const isNamed = (key) => /^[A-Z][A-Za-z0-9]+$/.test(key); // Enter, ArrowUp, F2: no printed character
const isOneCharacter = (text) => [...text].length === 1;
const isForeign = (key) => /[^ -~]/.test(key); // of no US keyboard

// Whether Shift is held says which letter is meant: caps lock is left out of it.
function inCase(key, isShift) {
  const other = isShift ? key.toUpperCase() : key.toLowerCase();
  return isOneCharacter(key) && isOneCharacter(other) ? other : key;
}

// What stands at that place of a US keyboard, "" where the layout's own character counts.
function keyByPlace({ key, code, shiftKey }) {
  // A layout of Latin letters has an r of its own, wherever that is; one of other letters has none.
  const letter = isForeign(key) && !/^\p{Script=Latin}/u.test(key) && code.match(/^Key([A-Z])$/)?.[1];
  if (letter) return inCase(letter, shiftKey);
  // Where digits need Shift the keys bear é or & without it; elsewhere Shift makes them signs.
  const digit = !shiftKey && code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
  if (digit) return digit;
  return (isForeign(key) && SIGNS_AT[code]?.[shiftKey ? 1 : 0]) || "";
}

// Letters, digits and signs as wide as Chinese ones are the same.
const narrow = (key) => key.replace(/^[\uFF01-\uFF5E]$/, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xFEE0));

// What a press may mean, the likeliest first. `own`: a person's own keys and their codes -> keys that the page knows.
function meaningsOf(event, own) {
  const { code = "", shiftKey } = event, key = narrow(event.key);
  const printed = inCase(key, shiftKey);
  const isPlain = isNamed(printed) || /^[a-z0-9]$/i.test(printed);
  // With AltGr only a sign that is printed counts: the key itself means something else.
  if (event.getModifierState("AltGraph")) return isPlain ? [] : [own(printed) ?? printed];
  if (own(printed) !== undefined) return [own(printed)];
  if (isPlain) return [printed];
  const placed = keyByPlace({ key, code, shiftKey });
  return [printed, own(code) ?? own(placed) ?? placed];
}
