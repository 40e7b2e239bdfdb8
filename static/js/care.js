/* What is blurred is kept from screen readers and the keyboard too, until it is asked for. */
"use strict";

const VEILED = "#reveal ~ :not(.veil, .notice, .judge, .rationale, input)";

function drawVeil(event) {
  const reveal = document.getElementById("reveal");
  if (!reveal) return;
  for (const part of document.querySelectorAll(VEILED)) part.inert = !reveal.checked;
  if (!reveal.checked) reveal.focus();
  else if (event?.type === "change") document.getElementById("query-title")?.focus();
}
document.addEventListener("change", (event) => { if (event.target.id === "reveal") drawVeil(event); });
// Anywhere on it will do: what is inert passes its clicks to what holds it.
document.addEventListener("click", (event) => {
  const reveal = document.getElementById("reveal");
  if (reveal && !reveal.checked && event.target === reveal.parentElement) reveal.click();
});
document.addEventListener("htmx:afterSettle", drawVeil);
drawVeil();
