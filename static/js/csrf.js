/* The token that shows a request to come from one of our own pages. */
"use strict";

// Each installation has a name of its own for it: two on one host share all their cookies.
const csrfCookie = document.querySelector('meta[name="csrf-cookie"]')?.content;

// Read anew each time: signing in again, in another tab, changes it.
function csrfToken() {
  const pair = document.cookie.split("; ").find((text) => text.startsWith(`${csrfCookie}=`));
  return pair ? pair.slice(csrfCookie.length + 1) : "";
}
