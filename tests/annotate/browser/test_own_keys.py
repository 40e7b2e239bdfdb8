"""The sheet of keys, keys of one's own, the guidelines by one key, active time."""

import pytest
from playwright.sync_api import expect

from annotate.models import AnnotatorSettings, Assignment
from annotate.queue.services.leases import lease_next
from oversight.models import ItemKind, Judgement, ReviewItem, StepLabel
from tests.annotate.records import make_reviewed_pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def page(signed_in, pair):
    return signed_in(pair.user)


def open_card(page, live_server, pair):
    row = lease_next(user=pair.user, campaign=pair.campaign)
    page.goto(f"{live_server.url}/annotate/assignment/{row.pk}/")


def checked(page, name="preference"):
    return page.evaluate(
        "name => document.querySelector(`input[name='${name}']:checked`)?.value", name
    )


def test_keys_are_rebound_and_the_sheet_says_so(page, live_server, pair):
    page.goto(live_server.url + "/annotate/settings/")
    page.get_by_label("The comment is valid").fill("n")
    page.get_by_label("The comment is a nitpick").fill("v")
    page.get_by_label("Both are bad").fill("9")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    open_card(page, live_server, pair)

    page.keyboard.press("b")  # given up: it does nothing now
    assert checked(page) is None
    page.keyboard.press("9")
    assert checked(page) == "both_bad"
    verdict = f"verdict-{pair.comments[0].pk}"
    page.keyboard.press("j")
    page.keyboard.press("n")
    assert checked(page, verdict) == "valid"
    page.keyboard.press("k")
    page.keyboard.press("v")
    assert checked(page, verdict) == "nitpick"

    assert page.locator("label.opt-both_bad kbd").inner_text() == "9"
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    shown = page.locator("dialog#keys kbd").all_inner_texts()
    assert "9" in shown
    assert "b" not in shown


def test_words_are_chosen_by_ones_own_keys(page, live_server, pair):
    page.goto(live_server.url + "/annotate/settings/")
    for label, key in {
        "The word before": "h",
        "The word after": "l",
        "The line below": "n",
    }.items():
        page.get_by_label(label).fill(key)
    page.get_by_label("The comment is a nitpick").fill("i")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    open_card(page, live_server, pair)
    Assignment.objects.update(order_shown="ab")
    page.reload()

    assert page.locator(".add kbd").all_text_contents()[3:7] == ["h", "l", "↑", "n"]
    page.keyboard.press("c")
    help_shown = page.locator(".text.picking").get_attribute("data-help")
    assert help_shown.startswith("h l ↑ n words")
    press(page, "ArrowRight")  # given up
    assert chosen(page) == "4"
    press(page, "l", "l", "h")
    assert chosen(page) == "*"
    press(page, "Shift+l")
    assert chosen(page) == "* 7"
    press(page, "n", "Shift+l")
    assert chosen(page) == "28 ="
    press(page, "Enter")
    assert page.locator("[name=added-A-0-quote]").input_value() == "28 ="
    # The arrows have lost their meaning for words only.
    page.locator(".comment").first.focus()
    press(page, "ArrowDown")
    assert page.evaluate("document.activeElement.dataset.number") == "2"
    press(page, "?")
    assert "h" in page.locator("dialog#keys kbd").all_inner_texts()


def chosen(page):
    return page.evaluate("() => getSelection().toString()")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_steps_have_keys_of_their_own(page, live_server, pair):
    own = {"prefer_1": "a", "step_good": "h", "step_bad": "v", "word_before": "h"}
    AnnotatorSettings.objects.create(user=pair.user, keys=own)
    ReviewItem.objects.create(
        campaign=pair.campaign,
        kind=ItemKind.STEPS,
        query=pair.item.query,
        response_a=pair.item.response_a,
        priority=9,
    )
    open_card(page, live_server, pair)
    shown = page.locator(".step").first.locator("kbd").all_inner_texts()
    assert shown == ["h", "2", "v"]
    press(page, "1", "a")  # neither means anything here
    assert checked(page, "step-0") is None
    press(page, "h", "2", "v", "Enter")
    page.locator(".kind-comparison").wait_for()
    labels = StepLabel.objects.order_by("start").values_list("label", flat=True)
    assert list(labels) == [1, 0, -1]
    # On the next card, of another kind, the same keys mean something else.
    assert page.locator("label.opt-1 kbd").inner_text() == "a"
    page.wait_for_function("() => performance.now() - cardShownAt > SETTLING")
    press(page, "a")
    assert checked(page) == "1"


def test_keys_of_ones_own_do_not_write_into_texts(page, live_server, pair):
    AnnotatorSettings.objects.create(user=pair.user, keys={"valid": "x", "unsure": "q"})
    open_card(page, live_server, pair)
    page.keyboard.press("r")
    page.keyboard.type("xqvz!")
    assert page.locator("#rationale").input_value() == "xqvz!"
    assert page.url.endswith("/")
    assert Judgement.objects.count() == 0


def test_keys_that_clash_are_named(page, live_server):
    page.goto(live_server.url + "/annotate/settings/")
    page.expected_console.append("422 (Unprocessable Entity)")
    page.get_by_label("The comment is valid").fill("g")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is taken by: Guidelines and principles").first).to_be_visible()
    assert AnnotatorSettings.objects.count() == 0


def test_guidelines_are_one_key_away(page, live_server, pair):
    open_card(page, live_server, pair)
    page.keyboard.press("g")
    expect(page.locator("dialog#guidelines")).to_be_visible()
    assert "Use only what is asked." in page.locator("dialog#guidelines").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#guidelines")).not_to_be_visible()


@pytest.fixture
def clock(page, live_server, pair):
    """The browser's own time, which stands still until it is moved."""
    page.clock.install()
    open_card(page, live_server, pair)
    return page.clock


def seconds_of(page):
    return page.evaluate("() => Number(activeSeconds())")


def hide(page, is_hidden):
    page.evaluate(
        """isHidden => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_time_in_which_nothing_is_done_does_not_count(page, clock):
    start = seconds_of(page)
    clock.run_for(10_000)
    assert seconds_of(page) - start == pytest.approx(10, abs=1)
    clock.run_for(600_000)
    assert seconds_of(page) - start == pytest.approx(30, abs=1)
    page.keyboard.press("j")
    clock.run_for(5_000)
    assert seconds_of(page) - start == pytest.approx(35, abs=1.5)


def test_time_in_a_hidden_tab_does_not_count(page, clock):
    start = seconds_of(page)
    clock.run_for(4_000)
    hide(page, True)
    clock.run_for(20_000)
    assert seconds_of(page) - start == pytest.approx(4, abs=1)
    hide(page, False)
    clock.run_for(4_000)
    assert seconds_of(page) - start == pytest.approx(8, abs=1.5)


def test_the_server_believes_no_more_than_can_be(page, clock, pair):
    for _ in range(20):
        clock.run_for(25_000)
        page.keyboard.press("j")
    assert seconds_of(page) > 400
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    clock.run_for(1_000)
    page.get_by_role("heading", name="All done").wait_for()
    assert Assignment.objects.get().state == "submitted"
    assert 0 < Judgement.objects.get().seconds < 120
