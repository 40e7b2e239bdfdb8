"""Every page in Chromium fails its test when the console reports anything, the CSP first."""

import threading
import time

import pytest


@pytest.fixture
def signed_in(browser, live_server):
    """Return a function that opens a page on which the person has signed in by the form."""
    contexts, complaints = [], []

    def open_page(user, **options):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.expected_console = []
        page.on("console", lambda message: _note(message, page, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + "/annotate/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", "pw")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/annotate/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    _wait_for_the_server()
    assert not complaints


def _wait_for_the_server():
    """A page that is closed still sends its draft, which must not meet the removal of the rows."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _requests_under_way():
        time.sleep(0.01)


def _requests_under_way():
    return any("process_request_thread" in thread.name for thread in threading.enumerate())


def _note(message, page, complaints):
    text = message.text
    offline = (
        "ERR_INTERNET_DISCONNECTED" in text
        or "htmx:sendError" in text
        or "htmx:afterRequest" in text
    )
    # A draft that was under way when its answer was kept: the page lets go of it.
    late_draft = "410 (Gone)" in text and "/draft/" in message.location["url"]
    is_expected = late_draft or any(words in text for words in page.expected_console)
    if message.type in ("error", "warning") and not offline and not is_expected:
        complaints.append(text)
