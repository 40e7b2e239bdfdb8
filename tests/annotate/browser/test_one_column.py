"""On a phone all responses come before what is said of them, or one at a time by a switch."""

import itertools
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from oversight.models import ItemState, ReviewItem
from tests.annotate.browser.handling import open_card, press, submit
from tests.annotate.records import make_reviewed_pair

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault("workbench"),
]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def open_phone(signed_in, live_server, pair):
    def open_phone(**options):
        page = partial(open_card, signed_in, live_server)(pair, **options)
        page.set_viewport_size(PHONE)
        return page

    return open_phone


def switch(page, letter):
    return page.locator(f".switch [value={letter}]")


def text(page, letter):
    return page.locator(f".text.plain[data-source={letter}]")


def test_the_switch_is_in_one_piece(open_phone):
    boxes = [label.bounding_box() for label in open_phone().locator(".switch label").all()]
    assert len(boxes) == 3
    for left, right in itertools.pairwise(boxes):
        assert right["x"] - (left["x"] + left["width"]) < 1


def test_ones_own_work_is_no_wider_than_the_phone(open_phone, live_server, pair):
    page = open_phone()
    page.locator("label.opt-1").click()
    submit(page)
    ReviewItem.objects.update(state=ItemState.WITHDRAWN, seats_free=0)
    page.goto(live_server.url + reverse("annotate:history", args=[pair.campaign.slug]))
    page.get_by_text("withdrawn").first.wait_for()
    assert page.locator(".table-wrap").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_both_responses_stand_above_all_ratings_until_one_is_asked_for(open_phone):
    page = open_phone()
    both = page.locator(".switch input").first
    first, second = (switch(page, letter) for letter in "AB")
    assert both.is_checked()
    boxes = [text(page, letter).bounding_box() for letter in "AB"]
    bottom = max(box["y"] + box["height"] for box in boxes)
    for part in page.locator(".critique, .score").all():
        assert part.bounding_box()["y"] > bottom
    both.focus()
    press(page, "ArrowRight")
    assert first.is_checked()
    expect(text(page, "A")).to_be_visible()
    expect(text(page, "B")).not_to_be_visible()
    press(page, "ArrowRight")
    assert second.is_checked()
    expect(text(page, "B")).to_be_visible()
    expect(text(page, "A")).not_to_be_visible()
    # It is no part of the answer.
    assert "response-shown" not in page.evaluate(
        "() => [...new FormData(document.getElementById('answer')).keys()]"
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(text(page, "A")).to_be_visible()
    expect(text(page, "B")).to_be_visible()
    expect(first).not_to_be_visible()


def test_a_comment_is_read_beside_what_it_is_about(open_phone):
    page = open_phone()
    switch(page, "B").check(force=True)
    press(page, "j")
    expect(text(page, "A")).to_be_visible()
    switch(page, "B").check(force=True)
    page.locator(".comment .quote").first.click()
    expect(page.locator("mark[data-numbers='1']").first).to_be_visible()
    press(page, "c", "Tab", "Enter")
    expect(text(page, "B")).to_be_visible()
    assert page.locator("[name=added-B-0-quote]").input_value() == "4"


def test_without_scripts_one_follows_the_other(open_phone):
    page = open_phone(java_script_enabled=False)
    tops = [text(page, letter).bounding_box()["y"] for letter in "AB"]
    tops += [part.bounding_box()["y"] for part in page.locator(".critique").all()]
    assert tops == sorted(tops)
    assert len(tops) == 4
    expect(switch(page, "A")).not_to_be_visible()
