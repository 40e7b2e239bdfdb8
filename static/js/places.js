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

// Numbers of comments are not of the text. A sign, an entity and a formula stand for their source as a whole.
function piecesOf(text) {
  const found = [];
  for (const stretch of text.querySelectorAll("[data-at]")) {
    const at = Number(stretch.dataset.at);
    if (stretch.dataset.end) found.push({ node: stretch, at, end: Number(stretch.dataset.end), source: "", isWhole: true });
    else addPieces(found, stretch, at);
  }
  return found;
}

function addPieces(found, stretch, at) {
  const walker = document.createTreeWalker(stretch, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, skipNumbers);
  const add = (node, source, isWhole) => {
    found.push({ node, at, end: at + codePoints(source), source, isWhole });
    at += codePoints(source);
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement.matches(".ctl")) add(node, node.data, false);
    } else if (node.matches(".ctl, .cr")) add(node, sourceOfSign(node), true);
  }
}

const skipNumbers = (node) => (node.nodeName === "SUP" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);

// A line end of two characters is shown as one: the first of them is an element without text.
function sourceOfSign(node) {
  if (node.matches(".cr")) return "\r";
  const codes = node.dataset.signs?.split(" ") || [node.title.slice(2)];
  return codes.map((code) => String.fromCodePoint(parseInt(code, 16))).join("");
}

function sourceOf(letter) {
  return piecesOf(plainText(letter)).map((piece) => piece.source).join("");
}

// A range of the page as {start, end} in the source; null where it holds nothing of it.
function offsetsOf(range, text) {
  let start = null, end = null;
  for (const piece of piecesOf(text)) {
    const { node, isWhole } = piece;
    if (!range.intersectsNode(node)) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.data?.length;
    if (!isWhole && from >= to) continue;
    start ??= piece.at + (isWhole ? 0 : codePoints(node.data.slice(0, from)));
    end = isWhole ? piece.end : piece.at + codePoints(node.data.slice(0, to));
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
  if (first.isWhole) range.setStartBefore(first.node);
  else range.setStart(first.node, units(first, Math.max(start, first.at)));
  if (last.isWhole) range.setEndAfter(last.node);
  else range.setEnd(last.node, units(last, Math.min(end, last.end)));
  return range;
}
