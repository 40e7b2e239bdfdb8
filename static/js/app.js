/* For every page: a fresh CSRF token, an honest word when a request fails, and dialogs. */
"use strict";

// Signing in again (in another tab) changes the token; a form opened before must still be sendable.
document.addEventListener("htmx:configRequest", (event) => {
  const token = csrfToken();
  if (token && event.detail.verb !== "get") event.detail.parameters.set("csrfmiddlewaretoken", token);
});

function say(text) {
  const live = document.getElementById("announce");
  live.textContent = "";
  // Emptied first, so that the same words twice are read out twice.
  requestAnimationFrame(() => { live.textContent = text; });
}

// For eyes and ears: what to do where a key or a button has nothing to act on.
function hint(words) {
  say(words);
  const place = document.querySelector(".saved");
  if (place) place.textContent = words;
}

function showFailure(text) {
  let box = document.getElementById("failure");
  if (!box) {
    box = document.createElement("p");
    box.id = "failure";
    box.className = "notice error";
    document.getElementById("main").prepend(box);
  }
  box.textContent = text;
  box.setAttribute("role", "alert");
  box.scrollIntoView({ block: "nearest" });
  document.querySelector(".saved")?.replaceChildren(); // that was the one before
}

const NOT_SENT = {
  401: "You were signed out. Sign in in another tab, then send this again: what you entered is still here.",
  403: "This was refused. Sign in again in another tab, then send this once more: what you entered is still here.",
};
// Where figures were to follow a page nothing was entered that could be lost.
function showUncounted({ detail: { elt } }) {
  const waiting = elt?.querySelector(":scope > .counting");
  if (!waiting) return false;
  const again = document.createElement("a");
  again.href = elt.getAttribute("hx-get");
  again.textContent = "This could not be counted. Try again";
  waiting.replaceChildren(again);
  return true;
}
document.addEventListener("htmx:responseError", (event) => {
  if (showUncounted(event)) return;
  const status = event.detail.xhr.status;
  showFailure(NOT_SENT[status] || `Not saved: the server answered ${status}. What you entered is still here; try again.`);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) =>
    showUncounted(event) || showFailure("Not saved: the server could not be reached. What you entered is still here; try again."));
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.shouldSwap) return;
  document.getElementById("failure")?.remove();
  // What was said at the top was said of the card that goes.
  if (event.detail.target.id === "card") document.querySelector(".messages")?.remove();
});
// A fragment that was swapped in may bring words to read out and a place to go on from.
document.addEventListener("htmx:afterSettle", () => {
  const words = document.querySelector("[data-announce]");
  if (words) { say(words.dataset.announce); words.removeAttribute("data-announce"); }
  const target = document.querySelector("[data-focus]");
  if (target) { target.removeAttribute("data-focus"); target.focus(); }
});
// <a data-dialog="id"> leads to a section; with scripts it opens the dialog instead.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
});
// It opens at its top: else the focus, on its first link, would have it scrolled there.
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal) return false;
  if (!dialog.open) dialog.showModal();
  const title = dialog.querySelector("h2");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  dialog.scrollTop = 0;
  return true;
}
// On a phone the tabs are one row that scrolls: the one that is open is to be seen.
for (const open of document.querySelectorAll(".tabs [aria-current]")) {
  const row = open.parentElement;
  row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
}
