/* Holds the card after the present one, so that it appears as soon as the answer is saved. */
"use strict";

let ahead = null, isAsking = false;

function presentCard() {
  return document.querySelector("#card[data-ahead-url]");
}

async function askAhead() {
  const card = presentCard();
  if (!card || ahead || isAsking) return;
  isAsking = true;
  try {
    const response = await fetch(card.dataset.aheadUrl, {
      method: "POST", redirect: "error",
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
    const html = await response.text();
    const header = response.status === 200 && response.headers.get("X-Ahead");
    // Read now, while the present card is judged, and not when the next one is waited for.
    const page = new DOMParser().parseFromString(html, "text/html");
    if (header && card === presentCard()) ahead = { id: JSON.parse(header).ahead, page };
  } catch {
    // Without it the next card comes with the answer to the submission.
  } finally {
    isAsking = false;
    // The person was faster than the answer: it is of the card that they have by now.
    if (card !== presentCard()) askAhead();
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  if (ahead && event.detail.verb === "post" && event.target.closest("#card"))
    event.detail.parameters.set("ahead", ahead.id);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const header = event.detail.xhr.getResponseHeader("X-Ahead");
  if (event.detail.target.id !== "card" || event.detail.xhr.status >= 400) return;
  if (event.detail.shouldSwap) clearAway(event);
  const news = header && JSON.parse(header);
  const held = ahead;
  ahead = null;
  if (!news || !held || held.id !== news.shown) return;
  event.detail.serverResponse = withWords(held.page, news);
});

// The old card goes before the new one comes. Else htmx looks for each new element's forerunner and
// takes leave of each old one, and the focus, leaving last, has both cards laid out: a third of the wait.
function clearAway(event) {
  const { target } = event.detail;
  event.detail.swapOverride = target.getAttribute("hx-swap"); // what asked for the swap goes too
  target.replaceChildren();
}

// The words come only with the answer to the submission: nothing says `Saved` before the commit.
function withWords(page, news) {
  const card = page.getElementById("card");
  card.dataset.announce = `${news.words} Next item.`;
  card.querySelector("#query-title")?.setAttribute("data-focus", "");
  showProgress(card, news);
  const undo = card.querySelector("[data-undo]");
  if (undo && news.undo) { undo.dataset.undo = news.undo; undo.hidden = false; }
  const place = card.querySelector(".saved");
  if (place) {
    const words = page.createElement("b");
    words.className = news.tone;
    words.textContent = news.words;
    place.replaceChildren(words);
  }
  return card.outerHTML;
}

// The card was made before the answer counted: the words and the bar beside them are of then.
function showProgress(card, { progress, bar }) {
  const words = card.querySelector("[data-progress]");
  if (!words) return;
  words.textContent = progress;
  for (const [name, value] of Object.entries(bar ?? {})) words.nextElementSibling.setAttribute(name, value);
}

// Not before the card is drawn: making the next one would take the processor from drawing this.
document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => setTimeout(askAhead)));
askAhead();
