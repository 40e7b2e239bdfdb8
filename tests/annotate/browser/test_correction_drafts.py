"""What was begun of a correction is kept as that of a first answer is, and apart from it."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from annotate.models import Assignment, Draft
from oversight.models import Judgement
from tests.annotate.browser.handling import (
    open_card,
    press,
    sign_in_elsewhere,
    wait_for_note,
    wait_until_saved,
    write_reason,
)
from tests.annotate.records import make_two_items, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_two_items()


def open_correction(page, live_server):
    submitted = Assignment.objects.get(state="submitted")
    page.goto(live_server.url + url("correct", submitted))


def test_it_survives_being_signed_out_and_a_crash(signed_in, pair, live_server):
    page = open_card(signed_in, live_server, pair)
    press(page, "1", "Enter")
    wait_until_saved(page)
    press(page, "6")  # on the card after it, whose draft is another
    wait_for_note(page, "Draft saved")
    open_correction(page, live_server)
    page.get_by_text("It stands until you save the change").wait_for()
    correction = page.url
    page.expected_console.append("401 (Unauthorized)")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("label.opt-4").click()
    write_reason(page, "On second thoughts")
    wait_for_note(page, "Draft not saved: you were signed out.")
    sign_in_elsewhere(page, pair, live_server)
    wait_for_note(page, "Draft saved")
    page.context.close()

    page = signed_in(pair.user)
    page.goto(correction)
    assert page.locator("#rationale").input_value() == "On second thoughts"
    assert page.locator("input[name=preference]:checked").input_value() == "4"
    expect(page.get_by_text("What you had begun to change is here.")).to_be_visible()
    page.locator("#submit").click()
    page.get_by_text("Saved: your correction stands").first.wait_for()
    assert Judgement.objects.standing().get().rationale == "On second thoughts"
    # Gone with the correction; that of the card after it is still there.
    assert page.locator("input[name=preference]:checked").input_value() == "6"
    assert Draft.objects.get().corrects is None


def test_what_was_begun_of_a_correction_can_be_dropped(signed_in, pair, live_server):
    page = open_card(signed_in, live_server, pair)
    press(page, "1", "Enter")
    wait_until_saved(page)
    open_correction(page, live_server)
    page.get_by_text("It stands until you save the change").wait_for()
    press(page, "5")
    wait_for_note(page, "Draft saved")
    page.reload()
    assert page.locator("input[name=preference]:checked").input_value() == "5"
    page.get_by_role("button", name="Begin again from what stands").click()
    page.locator("input[name=preference][value='1']:checked").wait_for(state="attached")
    assert Draft.objects.count() == 0
