"""Somebody with an account and nothing else gets to the first judged item, by what is on the pages.

Nothing is replaced: `manage.py up` with its workers, real Chromium, and no address that is typed.
"""

import json

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MAKE_ACCOUNT = """
from oversight.models import User
User.objects.create_superuser("nell", password="pw")
"""
PAIRS = [
    {
        "prompt": f"Noor has {n} beads and finds {n + 1} more. How many now?",
        "response_a": f"{n} + {n + 1} = {2 * n + 1}",
        "response_b": f"{n} + {n + 1} = {2 * n}",
    }
    for n in range(3, 9)
]


@pytest.fixture
def stack(empty_stack):
    empty_stack.manage("shell", "-v0", "-c", MAKE_ACCOUNT)
    return empty_stack


@pytest.fixture
def somebody(browser):
    """Return a function that opens a browser of somebody's own."""
    contexts = []

    def open_page():
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_from_an_account_to_the_first_judged_item(somebody, stack, tmp_path):
    page = somebody()
    page.goto(stack.url)
    _sign_in(page, "nell", "pw")
    _make_campaign(page)
    _upload(page, tmp_path)
    links = _invite(page, ["Ada", "Ben"])
    for name, link in links.items():
        _join(somebody(), name, link)
    judge = somebody()
    judge.goto(stack.url)
    _sign_in(judge, "ada", "a-long-password-4")
    _judge_one(judge)
    page.get_by_role("link", name="Campaigns").first.click()
    page.get_by_role("link", name="Nell's pairs").first.click()
    page.locator(".stat", has_text="By people").get_by_text("1", exact=True).wait_for()


def _sign_in(page, name, password):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _make_campaign(page):
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_label("Name").first.fill("Nell's pairs")
    page.get_by_text("Just compare").click()
    page.get_by_role("button", name="Create the campaign").click()


def _upload(page, folder):
    file = folder / "pairs.jsonl"
    file.write_text("".join(json.dumps(pair) + "\n" for pair in PAIRS))
    page.get_by_role("link", name="Bring data").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="See the queries").wait_for()


def _invite(page, names):
    page.get_by_role("link", name="Nell's pairs").first.click()
    page.get_by_role("link", name="What comes next").click()
    page.get_by_role("link", name="Invite people").click()
    page.locator("textarea").fill("\n".join(names))
    page.get_by_role("button", name="Invite").click()
    rows = page.locator("section", has_text="new links").locator("tbody tr")
    return {row.locator("th").inner_text(): row.locator("code").inner_text() for row in rows.all()}


def _join(page, name, link):
    page.goto(link)
    page.get_by_label("Username").fill(name.lower())
    for field in page.locator("input[type=password]").all():
        field.fill("a-long-password-4")
    page.get_by_role("button", name="Make the account and join").click()
    page.get_by_text("Nell's pairs").first.wait_for()


def _judge_one(page):
    page.get_by_role("link", name="Nell's pairs").first.click()
    page.get_by_role("main").get_by_role("link", name="Annotate").first.click()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/assignment/*/")
    page.locator("label.opt-2").click()
    page.locator("#submit").click()
    page.get_by_text("Saved.", exact=True).first.wait_for()
