"""Stories of people who look at what others did: a flag is settled, an answer sent back and corrected."""

import pytest
from django.db import connection
from playwright.sync_api import expect

from oversight.models import ItemState, MemberRole, Preference, ReviewItem
from tests.annotate.browser.handling import submit
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def reviewer(pair):
    return make_member(pair.campaign, MemberRole.REVIEWER)


def start(page):
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/assignment/*/", wait_until="load")


def test_a_flag_is_found_from_the_navigation_and_settled(signed_in, pair, reviewer):
    page = signed_in(pair.user)
    start(page)
    page.locator(".flag > summary").click()
    page.fill("#flag-reason", "It breaks off.")
    page.get_by_role("button", name="Flag this item").click()
    page.get_by_text("Flagged. A reviewer looks at it.", exact=True).wait_for()

    theirs = signed_in(reviewer)
    theirs.get_by_role("link", name="Flags 1").click()
    theirs.get_by_text("It breaks off.").wait_for()
    theirs.get_by_text("Withdraw the item").click()
    theirs.get_by_role("button", name="Yes, withdraw it").click()
    theirs.get_by_role("heading", name="Nothing is flagged").wait_for()
    expect(theirs.get_by_role("link", name="Flags 1")).to_have_count(0)
    assert ReviewItem.objects.get().state == ItemState.WITHDRAWN
    connection.close()


def choose(page, text):
    """Prefer the response with this text, wherever it stands."""
    is_first = text in page.locator("[data-part=response-A]").inner_text()
    page.locator(f"label.opt-{'1' if is_first else '7'}").click()


def test_an_answer_is_sent_back_and_corrected(signed_in, live_server, pair, reviewer):
    page = signed_in(pair.user)
    start(page)
    choose(page, "59 + 12 = 71")  # the chairs are no beads
    submit(page)

    theirs = signed_in(reviewer)
    theirs.goto(f"{live_server.url}/campaigns/{pair.campaign.slug}/")
    theirs.get_by_role("link", name="Items").click()
    theirs.get_by_role("link", name=f"Item {pair.item.pk}").click()
    theirs.get_by_role("button", name="Review this").click()
    theirs.get_by_role("button", name="Review it").click()
    theirs.get_by_text("You review this item.").wait_for()
    choose(theirs, "59 - 9 = 50")
    theirs.locator("#submit").click()
    theirs.get_by_role("heading", name="What was answered").wait_for()
    theirs.get_by_text("differs from yours").wait_for()
    theirs.fill("#back-note", "Are the chairs beads?")
    theirs.get_by_role("button", name="Send back").click()
    theirs.get_by_text("Sent back: they are asked").wait_for()

    page.goto(f"{live_server.url}/annotate/next/{pair.campaign.slug}/")
    page.get_by_role("heading", name="Sent back to you").wait_for()
    page.get_by_text("Are the chairs beads?").wait_for()
    page.get_by_role("link", name="Look at it").click()
    page.get_by_text("A reviewer says: Are the chairs beads?").wait_for()
    choose(page, "59 - 9 = 50")
    page.locator("#submit").click()
    page.get_by_text("your correction stands").first.wait_for()
    assert Preference.objects.get(superseded_by=None).chosen == pair.item.response_b

    theirs.get_by_role("link", name="Second look").click()
    theirs.get_by_role("link", name="Go on").click()
    theirs.get_by_text("as yours", exact=True).wait_for()
    theirs.get_by_role("button", name="Accept", exact=True).click()
    theirs.get_by_text("Accepted: the answers stay as they are.").wait_for()
    theirs.get_by_role("link", name="Adjudicated 1").wait_for()
    connection.close()
