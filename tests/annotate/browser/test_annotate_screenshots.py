"""Pictures of the pages, to be looked at, into the folder that SHOTS names."""

import os
from pathlib import Path

import pytest

from tests.annotate.records import make_comment, make_reviewed_pair
from tests.factories import make_member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("SHOTS"), reason="SHOTS names no folder"),
]


def test_it_takes_pictures(signed_in, live_server, transactional_db):
    pair = make_reviewed_pair()
    make_comment(pair.comments[0].critique, "+ 12 = 71\n71 - 9", severity="major", category="slip")
    page = signed_in(pair.user, reduced_motion="reduce")
    folder = Path(os.environ["SHOTS"])
    folder.mkdir(parents=True, exist_ok=True)

    def shoot(name, full=True):
        for scheme in ("light", "dark"):
            for width in (1440, 768, 390):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900 if width > 400 else 844})
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{name} is {wide} px wide at {width}"
                page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=full)
        page.set_viewport_size({"width": 1440, "height": 900})

    shoot("home")
    page.get_by_role("link", name="Word problems").click()
    shoot("next")
    page.get_by_role("button", name="Start").click()
    page.locator(".comment").first.focus()
    page.keyboard.press("v")
    page.keyboard.press("7")
    shoot("card", full=False)
    shoot("card-full")
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    shoot("skip", full=False)
    page.locator(".skip summary").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    shoot("keys", full=False)
    page.keyboard.press("Escape")
    page.locator("#submit").click()
    page.get_by_role("heading", name="All done").wait_for()
    shoot("done")
    hostile = make_reviewed_pair(
        text_a="59 + 12 = 71 "
        + "Z\u0300\u0301\u0302\u0303\u0304\u0305" * 30
        + " \u202eevil\x1b[31m",
        text_b="<script>alert(1)</script> שלום עולם\n" + "x" * 100_000,
        query_text="**Bold** <b>query</b> مرحبا " + "w" * 400,
        priority=5,
    )
    make_member(hostile.campaign, user=pair.user)
    page.goto(f"{live_server.url}/annotate/next/{hostile.campaign.slug}/")
    page.get_by_role("button", name="Start").click()
    page.locator("#answer").wait_for()
    shoot("hostile")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/annotate/")
    shoot("login")
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 at 200 %
