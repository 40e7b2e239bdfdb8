"""A person signs in, judges what a real round asks, and sees it move on to its end.

Nothing is replaced: `manage.py up` with its workers, real models, a real update, real Chromium.
"""

import os
import re
import signal
import time
from contextlib import suppress

import psutil
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MAKE_CAMPAIGN = """
from oversight.models import CampaignMember, MemberRole, User
from oversight.demo import create_demo_campaign
user = User.objects.create_user("ada", password="pw", is_staff=True)
campaign = create_demo_campaign(
    slug="e2e", name="End to end", held_out=20, train=40, queries_per_round=30,
    samples_per_query=3, human_budget=3, confidence_threshold=1.0, audit_share=0.05,
    epochs=1, min_preferences=1, max_tokens=100,
)
CampaignMember.objects.create(campaign=campaign, user=user, role=MemberRole.OWNER)
"""
MINUTES = 60_000
PREFERENCES = re.compile("Preferences for training: 3 from people")


@pytest.fixture(scope="module")
def stack(empty_stack):
    empty_stack.manage("shell", "-v0", "-c", MAKE_CAMPAIGN)
    return empty_stack


def test_three_judgements_move_the_round_on(browser, stack):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(20_000)
    _sign_in(page, stack)
    page.get_by_role("button", name="Start the next round").click()
    page.get_by_text("is under way: review").wait_for(timeout=3 * MINUTES)

    page.goto(stack.url + "/annotate/next/e2e/")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/assignment/*/")
    _judge(page, lambda: page.keyboard.press("1"), lambda: page.keyboard.press("Enter"))
    _judge(page, lambda: page.keyboard.press("7"), lambda: page.keyboard.press("Enter"))
    page.locator("label.opt-2").click()
    page.locator("#submit").click()
    page.get_by_role("heading", name="All done").wait_for()

    page.goto(stack.url + "/campaigns/e2e/")
    ended = re.compile("promoted:|refused:|no update")
    page.get_by_text(ended).first.wait_for(timeout=5 * MINUTES)
    page.close()


def test_a_killed_database_comes_back_with_all_that_was_saved(browser, stack):
    page = browser.new_page()
    _sign_in(page, stack)
    saved = page.get_by_text(PREFERENCES).inner_text()
    pid_file = stack.folder / "postgres" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)

    deadline = time.monotonic() + 60
    while page.goto(stack.url + "/campaigns/e2e/").status != 200:
        assert time.monotonic() < deadline, "the database did not come back"
        time.sleep(0.2)
    assert page.get_by_text(PREFERENCES).inner_text() == saved
    said = (stack.folder / "up.log").read_text()
    assert "PostgreSQL does not answer; starting it again." in said
    page.close()


def test_it_stops_even_where_a_shell_made_it_ignore_ctrl_c(stack):
    """The last one: what was started is over then."""
    stack.close()
    assert stack.process.returncode == 0
    assert "All stopped" in (stack.folder / "up.log").read_text()
    assert not _processes_of(stack.folder)


def _processes_of(folder):
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(str(folder) in word for word in process.cmdline()):
                found.append(process.cmdline())
    return found


def _sign_in(page, stack):
    page.goto(stack.url + "/campaigns/e2e/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "pw")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/campaigns/e2e/")


def _judge(page, choose, submit):
    url = page.url
    choose()
    submit()
    page.wait_for_url(lambda now: now != url)
    page.wait_for_function("() => document.activeElement.id === 'query-title'")
