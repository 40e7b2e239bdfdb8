/* Where the characters of a shown response stand in its source: both ways, in code points. */
"use strict";

const codePoints = (text) => [...text].length;
const textOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-source]");

// The one of the two forms of a response that is seen, and the plain one, which is its source.
function shownText(letter) {
  const texts = [...document.querySelectorAll(`[data-source="${letter}"]`)];
  return texts.find((text) => text.checkVisibility()) || texts[0];
}
const plainText = (letter) => document.querySelector(`.plain[data-source="${letter}"]`);

// Numbers of comments are not of the text, formulas have lost theirs; a sign stands for one character.
function piecesOf(text) {
  const found = [];
  for (const stretch of text.querySelectorAll("[data-at]")) {
    let at = Number(stretch.dataset.at);
    const walker = document.createTreeWalker(stretch, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest("sup, [data-math]")) continue;
      const sign = node.parentElement.closest(".ctl");
      const source = sign ? String.fromCodePoint(parseInt(sign.title.slice(2), 16)) : node.data;
      found.push({ node, at, end: at + codePoints(source), source, isSign: Boolean(sign) });
      at += codePoints(source);
    }
  }
  return found;
}

function sourceOf(letter) {
  return piecesOf(plainText(letter)).map((piece) => piece.source).join("");
}

// A range of the page as {start, end} in the source; null where it holds nothing of it.
function offsetsOf(range, text) {
  let start = null, end = null;
  for (const piece of piecesOf(text)) {
    const { node } = piece;
    if (!range.intersectsNode(node)) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.data.length;
    if (from >= to) continue;
    start ??= piece.at + (piece.isSign ? 0 : codePoints(node.data.slice(0, from)));
    end = piece.isSign ? piece.end : piece.at + codePoints(node.data.slice(0, to));
  }
  return start === null ? null : { start, end };
}

// The other way: null where nothing of [start, end) is shown.
function rangeOf(text, start, end) {
  const under = piecesOf(text).filter((piece) => piece.at < end && piece.end > start);
  if (!under.length) return null;
  const first = under[0], last = under[under.length - 1];
  const units = (piece, offset) => [...piece.source].slice(0, offset - piece.at).join("").length;
  const range = document.createRange();
  range.setStart(first.node, first.isSign ? 0 : units(first, Math.max(start, first.at)));
  range.setEnd(last.node, last.isSign ? last.node.data.length : units(last, Math.min(end, last.end)));
  return range;
}
