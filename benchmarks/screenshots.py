"""Pictures of every page: both themes, three widths. Fails on a page too wide.

They go into the folder `screenshots` of OVERSIGHT_VAR, var/ without it.

    python -m benchmarks.screenshots [words of page names]

A stack of its own, rows from the tests' showcase, real Chromium (CHROMIUM names another one).
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.stack import ROOT, Stack

WIDTHS = {1440: 900, 768: 1024, 390: 844}
THEMES = ("light", "dark")
TALLEST = 6000
FOLDER = Path(os.environ.get("OVERSIGHT_VAR") or ROOT / "var") / "screenshots"


def main(words: list[str]) -> None:
    folder = tempfile.mkdtemp(prefix="oversight-pictures-")
    # Registered first, so it runs last: after the embedded database has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Stack(Path(folder), {"MODEL_THREADS": "1"}) as stack:
        use_django_of(stack)
        too_wide = take_pictures(stack.url, FOLDER, words)
    if too_wide:
        sys.exit("Wider than their window: " + ", ".join(too_wide))


def use_django_of(stack: Stack) -> None:
    """Let this process read and write the stack's rows."""
    os.environ.update(stack.env, DJANGO_ALLOW_ASYNC_UNSAFE="true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    import django

    from oversight.embedded import provide_services

    provide_services()
    django.setup()


def take_pictures(url: str, folder: Path, words: list[str]) -> list[str]:
    """Take the pages whose name has one of the words, all without words; return those too wide."""
    from playwright.sync_api import sync_playwright

    from tests.annotate.showcase import make_showcase
    from tests.annotate.showcase_browsing import open_page
    from tests.conftest import CHROMIUM, FLAGS

    showcase = make_showcase()
    folder.mkdir(parents=True, exist_ok=True)
    too_wide: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        pages = {
            who: open_page(browser, url, who) for who in (None, showcase.admin, showcase.person)
        }
        for name, who, path in showcase.pages:
            if words and not any(word in name for word in words):
                continue
            page = pages.get(who) or pages.setdefault(who, open_page(browser, url, who))
            page.goto(url + path)
            too_wide += shoot(page, folder, name)
            print(name, flush=True)
        browser.close()
    return too_wide


def shoot(page, folder: Path, name: str) -> list[str]:
    too_wide = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                too_wide.append(f"{name} ({wide} px at {width})")
            tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            page.set_viewport_size({"width": width, "height": max(height, tall)})
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png")
    return too_wide


if __name__ == "__main__":
    main(sys.argv[1:])
