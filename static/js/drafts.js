/* Keeps what is entered on the server at every change; says honestly when it could not. */
"use strict";

// Browsers refuse to keep alive what is longer.
const KEPT_ALIVE = 60000, DRAFT_PAUSE = 250, DRAFT_RETRY = 2000;
let draftTimer = 0, isDraftSending = false, isDraftDirty = false, draftForm = null, draftVersion = "0";

function sayDraft(text, isBad = false) {
  const note = document.getElementById("draft-note");
  if (!note) return;
  note.textContent = text;
  note.classList.toggle("warning", isBad);
}

// A card that was swapped in brings a draft of its own.
function adoptCard() {
  const form = document.querySelector("form#answer[data-draft-url]");
  if (form === draftForm) return;
  clearTimeout(draftTimer);
  draftForm = form;
  isDraftDirty = false;
  draftVersion = form?.dataset.draftVersion || "0";
}

function scheduleDraft(pause = DRAFT_PAUSE) {
  clearTimeout(draftTimer);
  draftTimer = setTimeout(saveDraft, pause);
}

async function saveDraft() {
  if (!draftForm?.isConnected || !isDraftDirty || isDraftSending) return;
  const form = draftForm;
  isDraftSending = true;
  isDraftDirty = false;
  let response = null;
  try {
    const seconds = form.elements.seconds;
    if (seconds && window.activeSeconds) seconds.value = window.activeSeconds();
    const fields = new URLSearchParams(new FormData(form));
    fields.set("draft_version", draftVersion);
    // The header has the token of who is signed in by now; that of the form would count before it.
    fields.delete("csrfmiddlewaretoken");
    response = await fetch(form.dataset.draftUrl, {
      method: "POST", body: fields, redirect: "error",
      keepalive: String(fields).length < KEPT_ALIVE,
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
    if (form === draftForm) await noteDraft(response);
  } catch {
    if (form === draftForm) tryDraftAgain("Draft not saved: the server cannot be reached. Trying again.");
  } finally {
    isDraftSending = false;
    if (isDraftDirty && response) scheduleDraft();
  }
}

async function noteDraft(response) {
  if (response.ok) {
    const answer = await response.json();
    draftVersion = String(answer.version);
    sayDraft(answer.late ? `Draft saved. ${answer.late}` : "Draft saved", Boolean(answer.late));
  } else if ([404, 409, 410, 413].includes(response.status)) {
    const words = response.status === 404 ? "This item is no longer yours." : (await response.json()).message;
    sayDraft(`Draft not saved. ${words}`, true);
    if (response.status !== 413) draftForm = null;
  } else {
    const why = [401, 403].includes(response.status) ? "you were signed out. Sign in in another tab." : "the server is in trouble.";
    tryDraftAgain(`Draft not saved: ${why} Trying again.`);
  }
}

function tryDraftAgain(words) {
  sayDraft(words, true);
  isDraftDirty = true;
  scheduleDraft(DRAFT_RETRY);
}

for (const name of ["input", "change"])
  document.addEventListener(name, (event) => {
    adoptCard();
    // What has no name, like the box that lifts the blur, is no part of the answer.
    if (!draftForm || event.target.form !== draftForm || !event.target.name) return;
    isDraftDirty = true;
    scheduleDraft();
  });
// Leaving the page must not cost the last quarter of a second.
document.addEventListener("visibilitychange", () => { if (document.hidden) saveDraft(); });
window.addEventListener("pagehide", saveDraft);
document.addEventListener("htmx:afterSettle", adoptCard);
// What is being submitted needs no draft any more.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === draftForm) clearTimeout(draftTimer);
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
  document.addEventListener(name, () => { if (isDraftDirty) scheduleDraft(DRAFT_RETRY); });
adoptCard();
