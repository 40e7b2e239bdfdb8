"""The README's two pictures, of a real round: docs/images/workbench.png and campaign.png.

    python -m benchmarks.readme_pictures

The demo's campaign, smaller, on a stack of its own: starter models attack, answer and criticise,
simulated annotators judge, the learner is trained and meets the gate. Takes some minutes.
"""

import atexit
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.screenshots import sign_in, use_django_of
from benchmarks.stack import ROOT, Stack

FOLDER = ROOT / "docs" / "images"
LARGEST_BYTES = 150_000
WINDOW = {"width": 1440, "height": 940}
SIZES = {
    "queries_per_round": 80,
    "held_out": 120,
    "train": 160,
    "human_budget": 40,
    "audit_share": 0.4,
}
STAGE_SECONDS = 600.0


def main() -> None:
    folder = tempfile.mkdtemp(prefix="oversight-readme-")
    # Registered first, so it runs last: after the embedded database has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Stack(Path(folder), {"MODEL_THREADS": "1"}) as stack:
        use_django_of(stack)
        paths = take_pictures(stack)
    if too_large := [str(path) for path in paths if path.stat().st_size > LARGEST_BYTES]:
        sys.exit(f"Larger than {LARGEST_BYTES:,} bytes: {', '.join(too_large)}")


def take_pictures(stack: Stack) -> list[Path]:
    from playwright.sync_api import sync_playwright

    from oversight.demo import create_demo_campaign
    from oversight.loop.services.rounds import start_round
    from oversight.models import MemberRole, Stage
    from tests.conftest import CHROMIUM, FLAGS
    from tests.factories import make_member, make_user

    campaign = create_demo_campaign(slug="word-problems", hidden_share=0.0, **SIZES)
    person = make_member(campaign, MemberRole.ANNOTATOR, make_user("ada"))
    make_member(campaign, MemberRole.OWNER, person)
    round_ = start_round(campaign=campaign)
    _wait(round_, Stage.REVIEW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = sign_in(browser, stack.url, person)
        page.set_viewport_size(WINDOW)
        lease = _telling_lease(campaign, person)
        page.goto(f"{stack.url}/annotate/assignment/{lease.pk}/")
        for key in ("j", "v", _key(lease)):
            page.keyboard.press(key)
        page.evaluate("scrollTo(0, 0)")
        page.get_by_text("Draft saved").wait_for()
        workbench, overview = FOLDER / "workbench.png", FOLDER / "campaign.png"
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=workbench)
        page.locator("#submit").click()
        page.get_by_text("Saved.", exact=True).first.wait_for()
        _give_back(campaign, person)
        stack.manage(
            "simulate_annotators",
            "--campaign",
            campaign.slug,
            "--base-url",
            stack.url,
            "--annotators",
            "4",
        )
        _wait(round_, Stage.DONE)
        page.goto(f"{stack.url}/campaigns/{campaign.slug}/")
        page.set_viewport_size(WINDOW | {"height": 1130})
        page.screenshot(path=overview)
        browser.close()
    return [workbench, overview]


def _give_back(campaign, person) -> None:
    """What is leased to the person already would keep the round waiting."""
    from annotate.queue.services.leases import skip_assignment

    for row in campaign.assignments.filter(annotator=person, state="leased"):
        skip_assignment(assignment=row, reason="")


def _telling_lease(campaign, person):
    """Lease the item that shows most: one response right, the critic quoting the other's error."""
    from annotate.queue.services.leases import lease_next
    from oversight.models import Comment

    def telling(item) -> tuple[bool, int, bool]:
        right = _right(item)
        wrong = [row for row in (item.response_a, item.response_b) if row.pk not in right]
        found = Comment.objects.filter(critique__response__in=wrong, start__isnull=False)
        lost = Comment.objects.filter(critique__response__in=item.response_ids, start=None)
        is_grave = found.filter(severity="critical").exists()
        return len(right) == 1 and found.exists(), -lost.count(), is_grave

    items = campaign.items.select_related("query", "response_a", "response_b")
    item = max(items, key=telling)
    campaign.items.filter(pk=item.pk).update(priority=1000)
    return lease_next(user=person, campaign=campaign)


def _right(item) -> list[int]:
    """Return the ids of the responses that the checker finds right."""
    from models_srv.domains.arithmetic.checker import is_correct

    responses = (item.response_a, item.response_b)
    return [row.pk for row in responses if is_correct(item.query.text, row.text)]


def _key(lease) -> str:
    """The preference's key: clearly the right response; both bad where not just one is."""
    right = _right(lease.item)
    if len(right) != 1:
        return "b"
    letter = "a" if right == [lease.item.response_a_id] else "b"
    return "1" if lease.order_shown[0] == letter else "7"


def _wait(round_, stage) -> None:
    deadline = time.monotonic() + STAGE_SECONDS
    while round_.stage != stage:
        time.sleep(1)
        round_.refresh_from_db()
        if failed := round_.units.filter(state="failed").first():
            raise RuntimeError(f"{failed.stage}: {failed.error}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the round is still in {round_.stage}")


if __name__ == "__main__":
    main()
