"""Esc leaves fields and pop-ups; keys without a comment; help; what is opened comes into view."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.annotate.browser.handling import focused, open_card, press, select
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_item, set_settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault("workbench"),
]
OPEN = "() => [...document.querySelectorAll('#answer details[open]')].map((one) => one.className)"
ON = "document.activeElement.dataset.number || document.activeElement.tagName"


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def open_item(signed_in, live_server):
    return partial(open_card, signed_in, live_server)


def test_esc_leaves_every_form_and_leads_back(open_item, pair):
    page = open_item(pair)
    press(page, "j", "j")
    for keys, words in {
        ("e",): "",
        ("r",): "",
        ("s",): "Too hard",
        ("!", "Tab"): "It is cut off",
    }.items():
        press(page, *keys)
        assert page.evaluate(ON) != "2"
        page.keyboard.type(words)
        press(page, "Escape")
        assert page.evaluate(OPEN) == [], keys
        assert page.evaluate(ON) == "2", keys
    # What is written stays to be seen.
    press(page, "r", "a", "Escape")
    assert page.evaluate(OPEN) == ["more rationale"]
    assert page.evaluate(ON) == "2"
    # A field that no form hides is left as well.
    page.get_by_text("Write a better response").first.click()
    page.locator("#rewrite-A").focus()
    press(page, "Escape")
    assert focused(page) != "rewrite-A"


def test_esc_closes_what_is_open_from_anywhere(open_item, pair):
    page = open_item(pair)
    press(page, "d")
    page.locator("#diff ins").first.wait_for()
    page.locator(".flag > summary").click()
    page.evaluate("document.activeElement.blur()")
    press(page, "Escape")
    assert page.evaluate(OPEN) == []
    expect(page.locator("#diff ins").first).to_be_attached()
    press(page, "Escape")
    expect(page.locator("#diff ins")).to_have_count(0)
    select(page, "response-A", 0, 5)
    page.get_by_role("button", name="Comment on this").wait_for()
    press(page, "Escape")
    page.get_by_role("button", name="Comment on this").wait_for(state="hidden")
    for key in ("?", "g"):
        press(page, "j", key, "Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert page.evaluate(ON) in "123"


def test_the_comparison_has_the_focus_and_gives_it_back(open_item, pair):
    page = open_item(pair)
    press(page, "j", "d")
    page.locator("#diff ins").first.wait_for()
    assert focused(page) == "diff-title"
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#diff ins")).to_have_count(0)
    assert page.evaluate(ON) == "1"
    press(page, "d")
    page.locator("#diff ins").first.wait_for()
    press(page, "d")
    expect(page.locator("#diff ins")).to_have_count(0)


def test_one_box_at_a_time(open_item, pair):
    page = open_item(pair)
    page.locator(".flag > summary").click()
    page.locator(".skip:not(.flag) > summary").click()
    assert page.evaluate(OPEN) == ["skip"]
    page.locator("#query-title").click()
    assert page.evaluate(OPEN) == []


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_boxes_cover_no_button_of_the_bar(open_item, pair, size):
    page = open_item(pair)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for key in ("s", "!"):
        press(page, key)
        box = page.locator("details[open] > .skip-box").bounding_box()
        assert box["y"] >= 0
        assert box["x"] >= 0
        assert box["y"] + box["height"] <= page.locator(".judge").bounding_box()["y"]


def test_no_comment_is_judged_that_is_still_blurred(open_item, pair):
    set_settings(pair.campaign, harm_by_category={"violence": "severe"})
    pair.item.query.node = "violence"
    pair.item.query.save()
    page = open_item(pair)
    assert not page.locator("#reveal").is_checked()
    press(page, "v")
    expect(page.locator(".comment input:checked")).to_have_count(0)
    expect(page.locator(".saved").get_by_text("Show the item first.")).to_be_visible()
    page.locator("#reveal").check()
    press(page, "v")
    assert page.locator("[data-number='1'] input[value=valid]").is_checked()


def test_a_comment_that_says_nothing_yet_is_forgotten_when_it_is_left(open_item, pair):
    page = open_item(pair)
    press(page, "c", "Enter", "Escape")
    assert page.evaluate(OPEN) == []
    assert page.locator("[name=added-A-0-quote]").input_value() == ""
    press(page, "c", "Enter")
    page.keyboard.type("No.")
    press(page, "Escape")
    add = page.locator(".add[data-letter=A]")
    assert page.locator("[name=added-A-0-quote]").input_value() == "4"
    expect(add.locator("summary").get_by_text("1 written")).to_be_visible()


@pytest.mark.parametrize(
    ("key", "verdict"), [("v", "valid"), ("n", "nitpick"), ("f", "fake"), ("u", "unsure")]
)
def test_verdicts_fall_on_the_first_comment_when_none_is_chosen(open_item, pair, key, verdict):
    page = open_item(pair)
    press(page, key)
    assert page.locator(f"[data-number='1'] input[value={verdict}]").is_checked()
    assert page.evaluate(ON) == "2"


def test_without_a_comment_the_page_says_what_to_do(open_item, pair):
    pair.item.state = "withdrawn"
    pair.item.save()
    make_item(pair.campaign)
    page = open_item(pair)
    expect(page.locator(".comment")).to_have_count(0)
    for key in "vnfuex":
        press(page, key)
        page.wait_for_function(
            "() => document.getElementById('announce').textContent.startsWith('There is no comment')"
        )
        expect(page.locator(".saved").get_by_text("There is no comment")).to_be_visible()
        page.evaluate("document.getElementById('announce').textContent = ''")


def test_help_opens_at_its_top(open_item, pair):
    page = open_item(pair)
    page.set_viewport_size({"width": 1024, "height": 420})
    for _ in range(2):
        press(page, "?")
        dialog = page.locator("dialog#keys")
        assert dialog.evaluate("(one) => one.scrollHeight > one.clientHeight")
        assert dialog.evaluate("(one) => one.scrollTop") == 0
        expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
        dialog.evaluate("(one) => one.scrollTo(0, 500)")
        press(page, "Escape")


@pytest.mark.parametrize("size", [(1440, 700), (390, 844)])
def test_what_is_opened_is_in_sight_above_the_bar(open_item, pair, size):
    page = open_item(pair)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    bar = page.locator(".judge")
    for opened, keys in (
        (".add[data-letter=A] .added", ("c", "Enter")),
        ("#diff .diff-box", ("d",)),
        (".comment:nth-of-type(2) .edit-fields", ("j", "j", "e")),
        (".rationale textarea", ("r",)),
    ):
        page.evaluate("scrollTo(0, document.body.scrollHeight); document.activeElement.blur()")
        press(page, *keys)
        page.locator(opened).first.wait_for()
        page.wait_for_timeout(100)
        box = page.locator(opened).first.bounding_box()
        assert box["y"] >= 0, opened
        assert box["y"] + box["height"] <= bar.bounding_box()["y"] + 1, opened
        press(page, "Escape")


# How far the words that are seen stand from the sides of their button.
SIDES = """(button) => {
  const range = document.createRange();
  range.selectNode(button.firstChild);
  const box = button.getBoundingClientRect(), words = range.getBoundingClientRect();
  return [words.left - box.left, box.right - words.right];
}"""


def test_an_answer_is_changed_from_the_list_of_ones_work(open_item, pair, live_server):
    page = open_item(pair)
    press(page, "1", "Enter")
    page.get_by_role("heading", name="All done").wait_for()
    page.get_by_role("link", name="Your work").click()
    said = page.get_by_role("columnheader", name="You said")
    assert said.bounding_box()["width"] > 170
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        left, right = page.get_by_role("link", name="Change my answer").evaluate(SIDES)
        assert abs(left - right) < 2
        assert left < 20


def test_keys_that_a_correction_has_no_use_for_say_so(open_item, pair, live_server):
    page = open_item(pair)
    press(page, "1", "Enter")
    page.get_by_role("heading", name="All done").wait_for()
    page.get_by_role("link", name="Your work").click()
    page.get_by_role("link", name="Change my answer").first.click()
    page.get_by_text("It stands until you save the change").wait_for()
    for key, words in {
        "s": "cannot be skipped",
        "!": "cannot be flagged",
        "z": "nothing to take",
    }.items():
        press(page, key)
        expect(page.locator(".saved").get_by_text(words)).to_be_visible()
    press(page, "v", "r", "b", "Escape", "7", "Enter")
    page.get_by_text("Saved: your correction stands").first.wait_for()


def test_undo_goes_when_its_time_is_over_without_a_reload(open_item, pair):
    make_item(pair.campaign, priority=-1)
    page = open_item(pair)
    page.clock.install()
    press(page, "1", "Enter")
    page.clock.run_for(1_000)
    page.locator(".saved", has_text="Saved.").wait_for()
    undo = page.locator("[data-undo]")
    expect(undo).to_be_visible()
    page.clock.run_for(60_000 * (pair.campaign.judging.undo_minutes - 1))
    expect(undo).to_be_visible()
    page.clock.run_for(61_000)
    expect(undo).not_to_be_visible()
    press(page, "z")
    expect(page.locator(".saved").get_by_text("There is nothing to take back")).to_be_visible()


def test_the_answers_stay_where_they_are_whatever_is_said_beside_them(open_item, pair):
    page = open_item(pair)
    page.set_viewport_size({"width": 1440, "height": 900})
    last = page.locator("label.opt-7")
    before = last.bounding_box()
    page.evaluate(
        """() => {
          document.querySelector(".saved").textContent = "Saved: your correction stands. ".repeat(3);
          document.getElementById("draft-note").textContent = "Draft saved.";
        }"""
    )
    after = last.bounding_box()
    assert (after["x"], after["width"]) == (before["x"], before["width"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
