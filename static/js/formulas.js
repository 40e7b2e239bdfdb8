/* Draws the formulas of model texts. KaTeX is fetched only where a card has some. */
"use strict";

const katexPlaces = document.currentScript.dataset;
const LONGEST_TEX = 2000, PAUSE_AFTER = 30; // characters; milliseconds, so that the page answers meanwhile
let katexReady = null;

function loadKatex() {
  katexReady ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: katexPlaces.css });
    const script = Object.assign(document.createElement("script"), { src: katexPlaces.katex, onload: resolve, onerror: reject });
    document.head.append(style, script);
  });
  return katexReady;
}

// MathML from KaTeX has style attributes, which our policy refuses: readers get the TeX instead.
function drawFormula(place) {
  const tex = place.textContent;
  place.dataset.drawn = "";
  if (tex.length > LONGEST_TEX) return; // it stays as it was written
  const options = { displayMode: place.dataset.math === "display", output: "html", trust: false, strict: "ignore", maxSize: 20, maxExpand: 200 };
  try {
    katex.render(tex, place, options);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", tex);
  } catch {
    place.textContent = tex; // what KaTeX cannot read stays as it was written
  }
}

async function drawFormulas() {
  const waiting = "[data-math]:not([data-drawn])";
  if (!document.querySelector(waiting)) return;
  try {
    await loadKatex();
  } catch {
    return; // the TeX can be read as it stands
  }
  let started = performance.now();
  for (const place of document.querySelectorAll(waiting)) {
    if (place.isConnected && !("drawn" in place.dataset)) drawFormula(place);
    if (performance.now() - started < PAUSE_AFTER) continue;
    await new Promise((resume) => { setTimeout(resume); });
    started = performance.now();
  }
}

document.addEventListener("htmx:afterSettle", drawFormulas);
drawFormulas();
