"""Whatever happens, an annotation is neither lost nor doubled, and the page says what happened."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from annotate.models import Annotation, Assignment, AssignmentState, Draft
from annotate.queue.services.leases import lease_next, release_expired_leases
from oversight.models import BlindAnswer, Judgement
from tests.annotate.browser.handling import (
    press,
    sign_in_elsewhere,
    wait_for_note,
    wait_until_saved,
    write_reason,
)
from tests.annotate.records import make_two_items

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_two_items()


@pytest.fixture
def open_card(signed_in, live_server):
    """Return a function that opens the person's card, on a page of their own or a given one."""

    def open_card(pair, page=None):
        page = page or signed_in(pair.user)
        row = lease_next(user=pair.user, campaign=pair.campaign)
        page.goto(f"{live_server.url}/annotate/assignment/{row.pk}/")
        return page

    return open_card


def test_a_double_click_is_one_annotation(open_card, pair):
    page = open_card(pair)
    press(page, "1")
    page.locator("#submit").dblclick()
    wait_until_saved(page)
    assert Annotation.objects.count() == 1
    expect(page.locator("#failure")).to_have_count(0)
    assert "The second query?" in page.locator(".query").inner_text()


def test_a_double_press_does_not_answer_for_the_person(open_card, pair):
    lease_next(user=pair.user, campaign=pair.campaign)
    Assignment.objects.update(arm="blind_first")
    page = open_card(pair)
    # The card that follows has the first answer checked: the second press must not submit it.
    press(page, "1", "Enter")
    page.get_by_text("Now with the critique:").wait_for()
    press(page, "Enter")
    page.wait_for_function("() => performance.now() - cardShownAt > SETTLING")
    assert (BlindAnswer.objects.count(), Annotation.objects.count()) == (1, 0)
    press(page, "Enter")
    wait_until_saved(page)
    assert Annotation.objects.count() == 1


def test_sent_again_after_a_lost_connection_it_is_saved_once(open_card, pair):
    page = open_card(pair)

    def lose_the_answer(route):
        route.fetch()  # it arrives and is saved; the answer does not come back
        route.abort()

    page.expected_console.append("net::ERR_FAILED")
    page.route("**/submit/", lose_the_answer)
    press(page, "1", "Enter")
    page.locator("#failure").wait_for()
    assert "Not saved: the server could not be reached" in page.locator("#failure").inner_text()
    page.unroute("**/submit/")
    press(page, "Enter")
    wait_until_saved(page)
    assert Annotation.objects.count() == 1
    assert "The second query?" in page.locator(".query").inner_text()


def test_saved_is_not_said_before_it_is_true(open_card, pair):
    page = open_card(pair)
    seen = []

    def look_meanwhile(route):
        seen.append(page.locator(".saved").inner_text())
        route.continue_()

    page.wait_for_function("() => ahead !== null")  # the next card is here already
    page.route("**/submit/", look_meanwhile)
    press(page, "1", "Enter")
    wait_until_saved(page)
    assert seen == [""]


def test_the_bar_of_a_card_that_was_held_counts_what_was_submitted(open_card, pair):
    page = open_card(pair)
    page.wait_for_function("() => ahead !== null")
    press(page, "1", "Enter")
    wait_until_saved(page)
    bar = page.get_by_role("progressbar", name="1 judged, 1 open")
    assert bar.evaluate("(one) => [one.value, one.max]") == [1, 2]
    expect(page.locator("[data-progress]")).to_have_text("1 judged · 1 open")


def test_two_tabs_make_one_annotation(open_card, pair):
    first = open_card(pair)
    second = open_card(pair, first.context.new_page())
    press(first, "1")
    wait_for_note(first, "Draft saved")
    press(second, "7")
    second.expected_console = []
    wait_for_note(second, "Another tab has saved this item since.")
    press(first, "Enter")
    wait_until_saved(first)
    press(second, "Enter")
    second.locator(".saved", has_text="your first answer stands").wait_for()
    assert Judgement.objects.get().strength == 3
    assert Annotation.objects.count() == 1
    assert "The second query?" in second.locator(".query").inner_text()


def let_the_lease_run_out():
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    release_expired_leases()


def test_an_expired_lease_whose_item_is_still_free_is_saved(open_card, pair):
    page = open_card(pair)
    let_the_lease_run_out()
    press(page, "1")
    wait_for_note(page, "Your time has run out: submit it while the item is free.")
    press(page, "Enter")
    wait_until_saved(page)
    assert Annotation.objects.count() == 1


def test_an_expired_lease_whose_item_is_taken_keeps_what_was_entered(open_card, pair):
    page = open_card(pair)
    page.expected_console.append("409 (Conflict)")
    page.wait_for_function("() => ahead !== null")
    let_the_lease_run_out()
    other = pair.another()
    assert lease_next(user=other, campaign=pair.campaign).item == pair.item
    write_reason(page, "Not in vain")
    page.locator("label.opt-1").click()
    page.locator("#submit").click()
    page.locator(".notice.error").wait_for()
    assert (
        "Not saved. Your time for this item ran out" in page.locator(".notice.error").inner_text()
    )
    assert page.locator("#rationale").input_value() == "Not in vain"
    page.wait_for_function("() => document.activeElement.matches('.notice.error')")
    assert Annotation.objects.count() == 0
    page.get_by_role("link", name="Go on to the next item").click()
    page.wait_for_url("**/next/**")


def test_signed_out_while_judging_nothing_is_lost(open_card, pair, live_server):
    page = open_card(pair)
    page.expected_console += ["401 (Unauthorized)", "htmx:responseError", "Response Status Error"]
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    write_reason(page)
    wait_for_note(page, "Draft not saved: you were signed out.")
    page.locator("label.opt-7").click()
    page.locator("#submit").click()
    page.locator("#failure").wait_for()
    assert "You were signed out. Sign in in another tab" in page.locator("#failure").inner_text()
    assert Annotation.objects.count() == 0

    sign_in_elsewhere(page, pair, live_server)
    wait_for_note(page, "Draft saved")
    page.locator("#submit").click()
    wait_until_saved(page)
    assert Judgement.objects.get().rationale == "Half a reason"


def test_a_draft_survives_a_crash_of_the_browser(open_card, pair):
    page = open_card(pair)
    write_reason(page)
    page.locator("label.opt-6").click()
    page.locator(".comment input[value=fake]").first.check(force=True)
    wait_for_note(page, "Draft saved")
    page.context.close()

    page = open_card(pair)
    assert page.locator("#draft-note").inner_text() == "Your draft is here."
    assert page.locator("#rationale").input_value() == "Half a reason"
    assert page.locator("input[name=preference]:checked").input_value() == "6"
    page.locator("#submit").click()
    wait_until_saved(page)
    judgement = Judgement.objects.get()
    assert (judgement.rationale, judgement.strength) == ("Half a reason", 2)
    assert judgement.comment_verdicts.get().verdict == "fake"


def test_leaving_the_page_at_once_keeps_the_draft(open_card, pair):
    page = open_card(pair)
    press(page, "5")
    page.goto("about:blank")
    while not Draft.objects.exists():  # it is on its way: a page that is gone waits for nothing
        page.wait_for_timeout(20)
    page = open_card(pair, page)
    assert page.locator("input[name=preference]:checked").input_value() == "5"


def test_skipping_goes_to_others_and_costs_nothing(open_card, pair):
    page = open_card(pair)
    press(page, "s")
    page.keyboard.type("Not my field")
    press(page, "Enter")
    page.get_by_text("Skipped.").first.wait_for()
    assert "The second query?" in page.locator(".query").inner_text()
    row = Assignment.objects.get(item=pair.item)
    assert (row.state, row.reason) == (AssignmentState.SKIPPED, "Not my field")
    assert lease_next(user=pair.another(), campaign=pair.campaign).item == pair.item
    assert re.match(r"0 judged · 2 open", page.locator("[data-progress]").inner_text())


def test_flagging_by_keyboard(open_card, pair):
    page = open_card(pair)
    press(page, "!", "Tab")
    page.keyboard.type("It names a real person")
    press(page, "Enter")
    page.get_by_text("Flagged. A reviewer looks at it.").first.wait_for()
    assert Assignment.objects.get(item=pair.item).flag.reason == "It names a real person"


def test_undo_by_key_on_the_next_card(open_card, pair):
    page = open_card(pair)
    press(page, "1", "Enter")
    wait_until_saved(page)
    press(page, "6")
    press(page, "z")
    page.get_by_text("Taken back: it counts for nothing").wait_for()
    assert page.locator("input[name=preference]:checked").input_value() == "1"
    assert not Judgement.objects.standing().exists()
    press(page, "4", "Enter")
    page.get_by_text("Saved.").first.wait_for()
    assert not page.get_by_text("Taken back").is_visible()  # it was said of the card before
    assert [row.choice for row in Judgement.objects.standing()] == ["tie"]
    assert Annotation.objects.count() == 3
    # What was begun on the card in between is still there.
    assert page.locator("input[name=preference]:checked").input_value() == "6"
    assert Draft.objects.filter(assignment__state="leased").count() == 1
