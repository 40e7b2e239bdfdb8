/* Draws the formulas of model texts. KaTeX is fetched only where a card has some. */
"use strict";

const katexPlaces = document.currentScript.dataset;
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
  const options = { displayMode: place.dataset.math === "display", output: "html", trust: false, strict: "ignore", maxSize: 20, maxExpand: 200 };
  try {
    katex.render(tex, place, options);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", tex);
  } catch {
    place.textContent = tex; // what KaTeX cannot read stays as it was written
  }
  place.dataset.drawn = "";
}

async function drawFormulas() {
  const waiting = "[data-math]:not([data-drawn])";
  if (!document.querySelector(waiting)) return;
  try {
    await loadKatex();
  } catch {
    return; // the TeX can be read as it stands
  }
  document.querySelectorAll(waiting).forEach(drawFormula);
}

document.addEventListener("htmx:afterSettle", drawFormulas);
drawFormulas();
