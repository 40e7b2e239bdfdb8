"""On a phone a campaign's page begins with what it is about, not with what leads elsewhere."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_campaign, make_item, make_member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault("workbench"),
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def open_page(signed_in, live_server, transactional_db):
    campaign = make_item(make_campaign()).campaign
    owner = make_member(campaign, "owner")

    def open_page(name, *args):
        page = signed_in(owner)
        page.set_viewport_size(PHONE)
        page.goto(live_server.url + reverse(name, args=[campaign.slug, *args]))
        return page

    return open_page


def test_tabs_are_one_row_each_and_the_open_one_is_seen(open_page):
    page = open_page("settings-group", "gate")
    for row in page.locator(".tabs").all():
        assert row.bounding_box()["height"] < 60
        box = row.locator("[aria-current]").bounding_box()
        assert 0 <= box["x"] <= PHONE["width"] - box["width"]
    assert page.locator("form.card").bounding_box()["y"] < PHONE["height"] / 2
    page.set_viewport_size(DESK)
    tops = {round(tab.bounding_box()["y"]) for tab in page.locator(".tabs.many a").all()}
    assert len(tops) == 1


def test_filters_are_folded_until_they_are_asked_for(open_page):
    page = open_page("campaign-items")
    button = page.get_by_role("button", name="Show")
    expect(button).not_to_be_visible()
    page.get_by_text("Filters, order and columns", exact=True).click()
    expect(button).to_be_visible()
    page.set_viewport_size(DESK)
    page.reload()
    expect(button).to_be_visible()
    expect(page.get_by_text("Filters, order and columns", exact=True)).not_to_be_visible()


def test_figures_that_could_not_be_counted_say_so_and_lose_nothing(open_page):
    page = open_page("critic-versions")
    page.expected_console.append("500")
    page.route("**/critic/?figures=true", lambda route: route.fulfill(status=500))
    page.reload()
    again = page.get_by_role("link", name="This could not be counted. Try again")
    expect(again).to_be_visible()
    expect(page.locator("#failure")).to_have_count(0)
    page.unroute("**/critic/?figures=true")
    again.click()
    page.wait_for_url("**/critic/?figures=true")
