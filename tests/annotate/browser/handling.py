"""What browser tests of a card do again and again."""

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
