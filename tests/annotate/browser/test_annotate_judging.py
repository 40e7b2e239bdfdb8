"""What people say of a response beyond the preference, in Chromium."""

import pytest

from annotate.models import Assignment
from oversight.models import (
    Comment,
)
from tests.annotate.records import WRONG, make_reviewed_pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def open_item(signed_in, live_server):
    """Return a function that leases the next item, in the record's order, and opens its card."""

    def open_item(pair, **options):
        row = pair.lease()
        Assignment.objects.filter(pk=row.pk).update(
            order_shown="abcd"[: len(row.order_shown)], arm=options.pop("arm", row.arm)
        )
        page = signed_in(pair.user, **options)
        page.goto(f"{live_server.url}/annotate/assignment/{row.pk}/")
        return page

    return open_item


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def submit(page):
    page.locator("#submit").click()
    page.get_by_text("Saved.").first.wait_for()


def select(page, part, start, end):
    """Select characters of a response as the mouse would have it."""
    page.evaluate(
        """([part, start, end]) => {
          const range = rangeOf(document.querySelector(`[data-part=${part}]`), start, end);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        [part, start, end],
    )


def test_a_selection_becomes_a_comment(open_item, pair):
    page = open_item(pair)
    start = WRONG.index("59 + 12")
    # Across the borders of a quote that is marked, whose number is no part of the text; the line's
    # end is left out.
    select(page, "response-A", start - 5, start + 20)
    page.get_by_role("button", name="Comment on this").click()
    assert page.evaluate("document.activeElement.name") == "added-A-0-severity"
    page.keyboard.press("ArrowDown")
    page.locator("[name=added-A-0-explanation]").fill("Chairs.")
    select(page, "response-A", 0, 10)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    page.locator("[name=added-A-1-severity]").select_option("minor")
    page.locator("[name=added-A-1-explanation]").fill("Say of what.")
    page.get_by_role("button", name="Another comment").first.click()
    page.locator("[name=added-A-2-quote]").fill("removed again")
    page.get_by_role("button", name="Remove").nth(2).click()
    press(page, "Escape", "1")
    submit(page)
    first, second = Comment.objects.filter(critique__author=pair.user).order_by("number")
    assert (first.start, first.end, first.quote_match) == (start - 5, start + 19, "exact")
    assert (first.severity, first.explanation) == ("critical", "Chairs.")
    assert (second.quote, second.severity) == ("4 * 7 = 28", "minor")


def test_words_are_chosen_by_keyboard_alone(open_item, pair):
    page = open_item(pair)
    press(page, "c", "ArrowDown", "ArrowDown", "Shift+End", "Shift+ArrowLeft")
    assert page.evaluate("getSelection().toString()") == "59 + 12 ="
    press(page, "Shift+ArrowRight", "Enter")
    assert page.evaluate("document.activeElement.name") == "added-A-0-severity"
    press(page, "c", "Tab", "Tab")  # `Critical`, by its first letter
    page.keyboard.type("Chairs.")
    page.evaluate("document.activeElement.blur()")
    # Tab leads to the other response while words are chosen.
    press(page, "c", "Tab")
    assert (
        page.evaluate("getSelection().anchorNode.parentElement.closest('.text').dataset.source")
        == "B"
    )
    press(page, "Escape", "7", "Enter")
    page.get_by_text("Saved.").first.wait_for()
    comment = Comment.objects.get(critique__author=pair.user)
    assert (comment.quote, comment.severity) == ("59 + 12 = 71", "critical")
