"""What the queue keeps to for people's good, in Chromium."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from annotate.models import Assignment, Break, Consent, OptOut
from oversight.models import ReviewItem
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_item, make_query, set_settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def harmful(transactional_db):
    """A campaign that warns; its items by priority are of violence, of insults and of no such kind."""
    pair = make_reviewed_pair()
    campaign = pair.campaign
    set_settings(
        campaign,
        content_warning="Violence is described.",
        harm_by_category={"violence": "severe", "insults": "mild"},
    )
    for priority, node in enumerate(["insults", "violence"], start=1):
        make_item(campaign, query=make_query(campaign, f"Of {node}?", node=node), priority=priority)
    return pair


@pytest.fixture
def page(signed_in, live_server, harmful):
    """The page between two items of the campaign."""
    page = signed_in(harmful.user)
    page.goto(f"{live_server.url}/annotate/next/{harmful.campaign.slug}/")
    return page


def agree(page):
    page.get_by_role("button", name="I have read this and go on").click()
    page.get_by_role("button", name="Start").click()
    page.locator("#answer").wait_for()


def blur_of(page):
    return page.locator(".query").evaluate("node => getComputedStyle(node).filter")


def test_nothing_is_shown_before_the_warning_is_agreed_to(page):
    expect(page.get_by_text("Violence is described.")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    page.get_by_label("violence").check()
    agree(page)
    assert (Consent.objects.count(), OptOut.objects.get().category) == (1, "violence")
    assert "Of insults?" in page.locator(".query").inner_text()


def test_it_is_blurred_and_silent_until_it_is_asked_for(page):
    agree(page)
    assert "severe" in page.locator(".veil").inner_text()
    assert "violence" not in page.locator(".veil").inner_text()
    assert "blur" in blur_of(page)
    assert page.locator(".query").evaluate("node => node.inert")
    page.wait_for_function("() => document.activeElement.id === 'reveal'")
    page.keyboard.press("Space")
    assert blur_of(page) == "none"
    assert not page.locator(".query").evaluate("node => node.inert")
    page.wait_for_function("() => document.activeElement.id === 'query-title'")


def test_a_click_on_what_is_blurred_shows_it(page):
    agree(page)
    box = page.locator(".query").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + 20)
    assert page.locator("#reveal").is_checked()
    assert blur_of(page) == "none"


def test_the_next_card_is_blurred_by_its_own_tag(page, live_server, harmful):
    page.goto(live_server.url + "/annotate/settings/")
    page.get_by_label("Blur until clicked").select_option("severe")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/annotate/next/{harmful.campaign.slug}/")
    agree(page)
    page.wait_for_function("() => document.activeElement.id === 'reveal'")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text("Of insults?").first.wait_for()
    expect(page.locator("#reveal")).to_have_count(0)
    assert blur_of(page) == "none"


def test_it_is_blurred_without_scripts_too(signed_in, live_server, harmful):
    page = signed_in(harmful.user, java_script_enabled=False)
    page.goto(f"{live_server.url}/annotate/next/{harmful.campaign.slug}/")
    agree(page)
    assert "blur" in blur_of(page)
    page.locator("#reveal").check()
    assert blur_of(page) == "none"


def test_the_days_budget_is_kept_to(page, harmful):
    set_settings(harmful.campaign, exposure_budget=1)
    agree(page)
    assert "Of violence?" in page.locator(".query").inner_text()
    page.locator("#reveal").check()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text("Noor has 31 beads").first.wait_for()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text("You have seen your day's share of hard material").wait_for()
    assert ReviewItem.objects.open().get().query.node == "insults"


def test_a_rest_is_kept_to(page, harmful):
    set_settings(harmful.campaign, break_minutes=30)
    agree(page)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Assignment.objects.update(leased_at=an_hour_ago)
    page.locator("#reveal").check()
    page.evaluate("() => { activeTotal = 31 * 60; }")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Time for a rest").wait_for()
    page.get_by_role("button", name="Rest for five minutes").click()
    page.get_by_role("heading", name="Take a rest").wait_for()
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    Break.objects.update(ends_at=timezone.now())
    page.get_by_role("link", name="Look again").click()
    # What was leased ahead is still the person's.
    page.get_by_text("Of insults?").first.wait_for()


def test_hard_practice_is_blurred_until_it_is_clicked(page, live_server, harmful):
    campaign = harmful.campaign
    set_settings(campaign, qualification_items=1)
    query = make_query(campaign, "Of gold violence?", node="violence")
    make_item(campaign, kind="gold", expected="b", state="practice", query=query)
    page.get_by_role("button", name="I have read this and go on").click()
    page.get_by_role("link", name="Start to practise").click()
    page.wait_for_function("() => document.activeElement.id === 'reveal'")
    assert "blur" in blur_of(page)
    assert page.locator(".query").evaluate("node => node.inert")
    box = page.locator(".query").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + 20)
    assert blur_of(page) == "none"
    page.get_by_role("radio", name="Tie").check(force=True)
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("Not so.").wait_for()
    assert "blur" in blur_of(page)
    page.locator("#reveal").check()
    assert blur_of(page) == "none"
