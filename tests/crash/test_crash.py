"""Kill -9 of any worker and an emptied Redis, at any moment, only cost time."""

import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks.stack import Stack
from tests.crash.mischief import Mischief
from tests.crash.rows import Rows, connect, final_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

QUICK = {"UNIT_LEASE_SECONDS": "4", "COORDINATOR_SECONDS": "1", "MODEL_THREADS": "1"}
MAKE_CAMPAIGN = """
from oversight.demo import create_demo_campaign
from oversight.loop.services.rounds import start_round
start_round(campaign=create_demo_campaign(
    slug="crash", name="Crash", held_out=60, train=112, queries_per_round=112,
    samples_per_query=3, human_budget=60, audit_share=0.6, epochs=2, min_preferences=5, max_tokens=120,
    gold_items=4, tampered_items=6,
))
"""
PEOPLE = ["--campaign", "crash", "--annotators", "1", "--accuracy", "1", "--seed", "7"]


def test_kills_and_flushes_change_nothing_but_the_time(tmp_path: Path) -> None:
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    expected, _ = _run_round(calm, is_rough=False)
    found, mischief = _run_round(rough, is_rough=True)
    assert expected["rounds"][0][1] == "done"
    assert [row for row in expected["training runs"] if row[0] == "succeeded"]
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert mischief.flushes > 10
    assert expected["reward margins"]
    assert {row[1] for row in expected["items"]} == {"pairwise", "gold", "tampered"}
    assert {"attack", "respond", "critique", "reward", "train", "evaluate"} <= mischief.struck
    kinds = ["inference", "training", "training process", "beat", "control", "web"]
    assert all(mischief.kills[kind] for kind in kinds), mischief.kills


def _run_round(folder: Path, *, is_rough: bool) -> tuple[Rows, Mischief]:
    """Return what the round left, and what was done to it."""
    with Stack(folder, QUICK) as stack:
        mischief = Mischief(stack)
        stack.manage("shell", "-v0", "-c", MAKE_CAMPAIGN)
        if is_rough:
            mischief.start()
        _wait_for(folder, "review")
        if is_rough:
            mischief.kill("web", "gunicorn")
            mischief.kill("control", "worker", "control")
            _wait_for_page(stack)
        stack.manage("simulate_annotators", "--base-url", stack.url, *PEOPLE)
        _wait_for(folder, "done")
        mischief.is_over.set()
        if is_rough:
            mischief.join()
        return final_rows(folder), mischief


def _wait_for(folder: Path, stage: str) -> None:
    with connect(folder) as connection:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            row = connection.execute("select stage from oversight_round").fetchone()
            failed = connection.execute(
                "select stage, error from oversight_workunit where state = 'failed'"
            ).fetchall()
            assert not failed
            if row and row[0] == stage:
                return
            time.sleep(0.2)
    pytest.fail(f"the round never came to {stage}")


def _wait_for_page(stack: Stack) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(stack.url + "/healthz", timeout=5).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the web server did not come back")
