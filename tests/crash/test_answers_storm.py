"""Answers, corrections and decisions in a storm of kills: the labels are what the answers mean."""

import json
import os
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest

from benchmarks.stack import Stack
from tests.crash.answering import GIVE_UP_SECONDS, Answering
from tests.crash.mischief import Mischief
from tests.crash.rows import connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400), pytest.mark.fault("corrections")]

STRIKES, SAVED_BETWEEN = 15, 7
LONGEST_SECONDS = 1200
LEAST_CORRECTIONS = 20
SLUG = "storm"
MAKE_CAMPAIGN = f"""
import json
from annotate.simulation.services import provide_simulated_annotators
from tests.factories import make_campaign, make_item
campaign = make_campaign(slug="{SLUG}", is_adjudicated=True)
for number in range(60):
    make_item(campaign, annotators=1 + number % 3)
print(json.dumps(provide_simulated_annotators(campaign=campaign, count=6)))
"""
ANNOTATIONS = """
    select coalesce(item.adjudicates_id, item.id), item.adjudicates_id is not null, a.payload ->> 'choice'
    from annotate_annotation a join annotate_assignment s on s.id = a.assignment_id
    join oversight_reviewitem item on item.id = s.item_id
    where not exists (select from annotate_annotation later where later.supersedes_id = a.id)"""
ITEMS = """
    select id, annotators, state, response_a_id, response_b_id from oversight_reviewitem
    where adjudicates_id is null"""
STANDING = """
    select item_id, chosen_id, rejected_id from oversight_preference p where weight > 0
    and not exists (select from oversight_preference later where later.supersedes_id = p.id)"""
ADJUDICATIONS = "select adjudicates_id, state from oversight_reviewitem where adjudicates_id > 0"
SUBMISSIONS = """
    select submission::text, payload ->> 'choice', payload ->> 'order_shown'
    from annotate_annotation"""
SEATS = """
    select item.id from oversight_reviewitem item where seats_free + (
        select count(*) from annotate_assignment s
        where s.item_id = item.id and s.state in ('leased', 'submitted')) <> annotators"""


def test_labels_are_what_the_answers_mean_after_a_storm(tmp_path: Path) -> None:
    with Stack(tmp_path, {"COORDINATOR_SECONDS": "1", "MODEL_THREADS": "1"}) as stack:
        members = json.loads(stack.manage("shell", "-v0", "-c", MAKE_CAMPAIGN).splitlines()[-1])
        people = [
            Answering(stack.url, SLUG, *member, seed=seed) for seed, member in enumerate(members)
        ]
        mischief = Mischief(stack)
        _rage(stack, mischief, people)
        saved = {key: said for person in people for key, said in person.saved.items()}
        assert sum(person.corrections for person in people) >= LEAST_CORRECTIONS
        assert all(mischief.kills[kind] > 2 for kind in ("web", "postgres", "control"))
        with connect(tmp_path) as connection:
            kept = {key: _place(*said) for key, *said in connection.execute(SUBMISSIONS)}
            assert saved.items() <= kept.items()
            assert connection.execute(SEATS).fetchall() == []
            _check_labels(connection)
        # The product's own reading of it comes to the same.
        stack.manage("recompute_preferences", "--check")


def _place(choice: str, order_shown: str) -> str:
    """Return what was pressed: A clearly, B clearly, or the tie."""
    return "4" if choice == "tie" else "17"[order_shown.index(choice)]


def _rage(stack: Stack, mischief: Mischief, people: list[Answering]) -> None:
    """Kill something each time that some more was saved, then let people come to an end.

    By what was done, not by the clock: a busy machine takes long to start what was killed.
    """
    for person in people:
        person.start()
    deadline, strikes = time.monotonic() + LONGEST_SECONDS, cycle(["web", "postgres", "control"])
    for _ in range(STRIKES):
        before = _saved(people)
        while _saved(people) < before + SAVED_BETWEEN:
            assert time.monotonic() < deadline, f"{_saved(people)} saved, {mischief.kills}"
            time.sleep(0.05)
        _strike(next(strikes), stack, mischief)
    while sum(person.corrections for person in people) < LEAST_CORRECTIONS:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for person in people:
        person.is_over.set()
    for person in people:
        person.join(timeout=GIVE_UP_SECONDS)
        assert not person.is_alive()


def _saved(people: list[Answering]) -> int:
    return sum(len(person.saved) for person in people)


def _strike(what: str, stack: Stack, mischief: Mischief) -> None:
    if what == "postgres":
        _kill_postgres(stack, mischief)
    elif what == "web":
        mischief.kill("web", "gunicorn")
    else:
        mischief.kill("control", "worker", "control")


def _kill_postgres(stack: Stack, mischief: Mischief) -> None:
    with suppress(OSError, ValueError):
        pid_file = stack.folder / "postgres" / "postmaster.pid"
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        mischief.kills["postgres"] += 1


def _check_labels(connection) -> None:
    own, decisive = defaultdict(list), defaultdict(list)
    for item, is_decisive, choice in connection.execute(ANNOTATIONS):
        (decisive if is_decisive else own)[item].append(choice)
    expected, level = Counter(), set()
    for item, seats, state, a, b in connection.execute(ITEMS):
        assert state == ("closed" if len(own[item]) == seats else "open")
        if state == "open":
            continue
        said = Counter(decisive.get(item) or own[item])
        lead = said["a"] - said["b"]
        if lead:
            expected[(item, a, b) if lead > 0 else (item, b, a)] += 1
        votes = Counter(own[item])
        if seats > 1 and votes["a"] == votes["b"] > 0:
            level.add(item)
    assert Counter(connection.execute(STANDING).fetchall()) == expected
    assert sum(expected.values()) > 10
    states = dict(connection.execute(ADJUDICATIONS).fetchall())
    assert {item for item, state in states.items() if state == "open"} == level - decisive.keys()
    assert {item for item, state in states.items() if state == "closed"} == set(decisive)
    assert decisive
