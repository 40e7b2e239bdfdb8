"""What browser tests of a card do again and again."""

import re

from annotate.models import Assignment


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def submit(page):
    page.locator("#submit").click()
    page.get_by_text("Saved.", exact=True).first.wait_for()


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


def focused(page):
    """Return the name or the id of what has the focus."""
    return page.evaluate("document.activeElement.name || document.activeElement.id")


def open_card(signed_in, live_server, pair, *, arm=None, **options):
    """Lease the next item, in the record's order, and open its card."""
    row = pair.lease()
    order = "abcd"[: len(row.order_shown)]
    Assignment.objects.filter(pk=row.pk).update(order_shown=order, arm=arm or row.arm)
    page = signed_in(pair.user, **options)
    page.goto(f"{live_server.url}/annotate/assignment/{row.pk}/")
    return page


def wait_for_note(page, words):
    """Wait longer than for what the page does by itself: a server has to answer first."""
    page.wait_for_function(
        "words => document.getElementById('draft-note').textContent.includes(words)",
        arg=words,
        timeout=30_000,
    )


def write_reason(page, words="Half a reason"):
    page.locator(".rationale summary").click()
    page.fill("#rationale", words)


def wait_until_saved(page):
    page.locator(".saved", has_text=re.compile(r"^Saved\.")).wait_for()


def sign_in_elsewhere(page, pair, live_server):
    other_tab = page.context.new_page()
    other_tab.goto(live_server.url + "/annotate/")
    other_tab.fill("[name=username]", pair.user.username)
    other_tab.fill("[name=password]", "pw")
    other_tab.get_by_role("button", name="Sign in").click()
    other_tab.wait_for_url("**/annotate/")
