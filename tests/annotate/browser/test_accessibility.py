"""Every page of the product: axe-core in both themes, and no scrolling sideways."""

from pathlib import Path

import pytest

from tests.annotate.showcase import make_showcase
from tests.annotate.showcase_browsing import open_page
from tests.page_access_table import OF_CAMPAIGNS, OF_ONESELF, OF_STAFF, OF_WORK, PUBLIC
from tests.site import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
AXE = Path(__file__).parents[2] / "vendor" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  (one) => [one.id, one.help, ...one.nodes.map((node) => node.html.slice(0, 200))].join("\\n    "))"""
READ = {**OF_CAMPAIGNS, **OF_WORK, **OF_ONESELF, **OF_STAFF, **PUBLIC}
STATES = {  # what else a page can show
    "card-pair": ["?", "Escape", "c", "Enter", "Escape", "d"],
    "card-formatted": ["t"],
    "card-steps": ["1", "3"],
}


def test_every_page_fits_its_window_and_axe_finds_nothing(browser, live_server, transactional_db):
    showcase = make_showcase()
    found = []
    pages = {}
    for name, who, path in showcase.pages:
        page = pages.get(who) or pages.setdefault(who, open_page(browser, live_server.url, who))
        page.goto(live_server.url + path)
        found += _faults(name, page)
        for key in STATES.get(name, []):
            page.keyboard.press(key)
            page.wait_for_timeout(300)
            found += [f"{name} after {key}: {one}" for one in page.evaluate(RUN)]
    for page in pages.values():
        page.context.close()
    assert not found, "\n".join(found)


def test_so_does_whatever_else_has_an_address(browser, live_server, transactional_db):
    """Whoever adds a page need not think of this test: its address is enough."""
    site = Site()
    page = open_page(browser, live_server.url, site.user)
    found, looked_at = [], 0
    for name in sorted(site.addresses):
        address = live_server.url + site.address(name)
        if (name, "GET") in READ and _is_page(page, address):
            page.goto(address)
            found += _faults(name, page)
            looked_at += 1
    page.context.close()
    assert looked_at > 40
    assert not found, "\n".join(found)


def _is_page(page, address):
    """Files are fetched too; going there would begin a download."""
    answer = page.request.get(address)
    return answer.status == 200 and answer.headers["content-type"].startswith("text/html")


def _faults(name, page):
    yield from (f"{name}: {words}" for words in too_wide(page))
    page.evaluate(AXE.read_text())  # past the policy, which would refuse a tag
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        yield from (f"{name}, {theme}: {one}" for one in page.evaluate(RUN))


def too_wide(page):
    """Yield what scrolls sideways; 720 px are 1440 at 200 %."""
    for width, height in ((390, 844), (720, 450), (768, 1024), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} px wide at {width}"
