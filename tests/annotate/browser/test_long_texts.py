"""Answers as long as reasoning models give them can be judged like any other."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.models import Annotation, Assignment
from oversight.models import ItemKind, Judgement, ReviewItem, StepLabel
from tests.annotate.browser.handling import open_card, press, submit
from tests.annotate.records import Pair, url
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    set_settings,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def lines(count):
    return "\n".join(f"{n} + 1 = {n + 1}" for n in range(count))


def make_pair(text_a, text_b):
    campaign = make_campaign(name="Long")
    query = make_query(campaign, "Count as far as you can.")
    responses = make_response(query, text_a), make_response(query, text_b)
    item = make_item(campaign, query=query, response_a=responses[0], response_b=responses[1])
    return Pair(campaign, item, make_member(campaign), [])


def wait_for_draft(page):
    page.wait_for_function(
        "() => document.getElementById('draft-note').textContent === 'Draft saved'"
    )


def test_words_of_ten_thousand_lines_are_chosen_by_keyboard(
    signed_in, live_server, transactional_db
):
    pair = make_pair(lines(10_000), lines(9_999))
    page = open_card(signed_in, live_server, pair)
    press(page, "c", "ArrowDown", "End", "Enter")
    assert page.locator("[name=added-A-0-quote]").input_value() == "2"
    assert page.locator("[name=added-A-0-start]").input_value() == str(len("0 + 1 = 1\n1 + 1 = "))


def test_texts_longer_than_a_draft_can_be_judged(signed_in, live_server, transactional_db):
    pair = make_pair("word " * 60_000, "字" * 250_000)
    page = open_card(signed_in, live_server, pair)
    press(page, "1")
    wait_for_draft(page)
    submit(page)
    assert Judgement.objects.get().strength == 3
    # What nobody rewrote was not sent back, and so not kept a second time.
    assert "rewrites" not in Annotation.objects.get().payload


def test_a_rewrite_is_sent_and_taken_back(signed_in, live_server, transactional_db):
    pair = make_pair("It is 4.", "It is 5.")
    page = open_card(signed_in, live_server, pair)
    page.get_by_text("Write a better response").first.click()
    page.fill("[name=rewrite-A]", "It is 6.")
    page.locator("#rewrite-diff-A ins").wait_for()
    wait_for_draft(page)
    page.reload()
    assert page.locator("[name=rewrite-A]").input_value() == "It is 6."
    page.fill("[name=rewrite-A]", "It is 4.")
    page.locator("#rewrite-diff-A ins").wait_for(state="detached")
    page.get_by_text("Write a better response").last.click()
    page.fill("[name=rewrite-B]", "It is 7.")
    page.locator("#rewrite-diff-B ins").wait_for()
    page.fill("[name=rewrite-B]", "It is 5.")
    page.locator("#rewrite-diff-B ins").wait_for(state="detached")
    page.locator("label.opt-1").click()
    submit(page)
    assert Judgement.objects.count() == 1
    assert pair.item.query.responses.count() == 2


def test_more_than_a_thousand_steps_are_labelled(signed_in, live_server, transactional_db):
    pair = make_pair(lines(1_500), "0")
    ReviewItem.objects.create(
        campaign=pair.campaign,
        kind=ItemKind.STEPS,
        query=pair.item.query,
        response_a=pair.item.response_a,
        priority=9,
    )
    page = open_card(signed_in, live_server, pair)
    page.evaluate(
        """() => document.querySelectorAll(".step [value=good]")
          .forEach((input) => { input.checked = true; })"""
    )
    page.locator(".step").last.locator("[value=bad]").check(force=True)
    wait_for_draft(page)
    submit(page)
    labels = StepLabel.objects.values_list("label", flat=True)
    assert (len(labels), sum(label < 0 for label in labels)) == (1_500, 1)


WORD = "Donaudampfschifffahrt" * 9


@pytest.mark.parametrize("name", ["next", "care", "red-team", "history", "card", "practice"])
def test_names_of_one_long_word_stay_on_a_phone(signed_in, live_server, transactional_db, name):
    pair = make_pair("1", "2")
    campaign = pair.campaign
    campaign.name = WORD
    campaign.save()
    set_settings(campaign, harm_by_category={WORD: "mild"}, is_red_teaming_open=True)
    path = reverse(f"annotate:{'next' if name == 'card' else name}", args=[campaign.slug])
    if name == "card":
        path = reverse("annotate:assignment", args=[pair.lease().pk])
    elif name == "practice":
        set_settings(campaign, qualification_items=1)
        make_item(campaign, kind="gold", expected="a", state="practice")
    elif name == "next":
        set_settings(campaign, content_warning=WORD)
    page = signed_in(pair.user)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + path)
    expect(page.get_by_text(WORD).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_bar_fits_a_phone_whatever_it_says(signed_in, live_server, transactional_db):
    pair = make_pair("1", "2")
    make_item(pair.campaign)
    set_settings(pair.campaign, undo_minutes=10)
    page = open_card(signed_in, live_server, pair)
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, "1")
    submit(page)
    page.locator("[data-undo]").click()
    page.get_by_text("Taken back").wait_for()
    page.locator("#submit").click()
    page.get_by_text("Saved.").first.wait_for()
    submitted = Assignment.objects.get(state="submitted")
    page.goto(live_server.url + url("correct", submitted))
    page.locator("label.opt-4").click()
    page.locator("#submit").click()
    page.get_by_text("Saved: your correction stands").first.wait_for()
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".judge *")]
          .filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth)
          .map((part) => part.outerHTML)"""
    )
    assert not wide
    # A sentence takes the width of the bar, rather than a column of single words.
    assert page.locator(".saved").bounding_box()["height"] < 30
