"""How soon the next card stands in a real browser: from the key that submits to the card's paint.

    python -m benchmarks.annotate_browser --cards 40

Each card is judged by keyboard in Chromium, once with the next card held by the page and once
without. The server is the one that `manage.py up` starts, in the same machine. The last line is one
JSON object with milliseconds.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.annotate import Server, provide, say, stop_and_remove

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
# The clock runs from the key to the frame that shows the card with its words and its focus.
WATCH = """() => {
  window.taken = null;
  let pressed = 0;
  addEventListener("keydown", ({ key }) => { if (key === "Enter") pressed = performance.now(); }, true);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "card")
      requestAnimationFrame(() => setTimeout(() => {
        window.taken = performance.now() - pressed;
        window.settled = [document.activeElement.id, document.getElementById("announce").textContent];
      }));
  });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cards", type=int, default=40, help="Judged each way.")
    parser.add_argument("--items", type=int, default=1_000, help="Open items.")
    options = parser.parse_args()
    var = Path(tempfile.mkdtemp(prefix="oversight-bench-"))
    try:
        provide(var)
        figures = _measure(var, options.items, options.cards)
    finally:
        stop_and_remove(var)
    print(json.dumps({"items": options.items, "cards": options.cards, **figures}), flush=True)


def _measure(var: Path, size: int, cards: int) -> dict[str, Any]:
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    from benchmarks import annotate_items as items

    items.use_database(size)
    people = items.provide_people(1)
    items.provide_items(size, [1], people)
    flags = ["--headless", "--no-sandbox", "--disable-gpu"]
    with Server(var) as base_url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": people[0]["cookie"],
            "url": base_url,
        }
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{base_url}/annotate/next/{items.slug_of(1)}/")
        page.get_by_role("button", name="Start").click()
        page.locator("#answer").wait_for()
        page.evaluate(WATCH)
        figures = {
            name: _summary(name, [_judge(page, is_held) for _ in range(cards)])
            for name, is_held in (("held_ms", True), ("not_held_ms", False))
        }
        browser.close()
    return figures


def _judge(page: Any, is_held: bool) -> float:
    """Judge the card that is shown; return the milliseconds until the next one stands."""
    page.wait_for_function("() => ahead !== null")
    page.evaluate("isHeld => { taken = null; if (!isHeld) ahead = null; }", is_held)
    page.keyboard.press("2")
    # Nobody presses two keys within a frame.
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)))")
    page.keyboard.press("Enter")
    page.wait_for_function("() => taken !== null")
    focus, words = page.evaluate("() => settled")
    if focus != "query-title" or "Saved." not in words:
        raise RuntimeError(f"the focus is on {focus!r}, and {words!r} was announced")
    return float(page.evaluate("() => taken"))


def _summary(name: str, spent: list[float]) -> dict[str, float]:
    spent = sorted(spent)
    figures = {
        "p50": round(statistics.median(spent), 1),
        "p95": round(spent[len(spent) * 95 // 100], 1),
        "max": round(spent[-1], 1),
    }
    say(f"{name}: {figures}")
    return figures


if __name__ == "__main__":
    main()
