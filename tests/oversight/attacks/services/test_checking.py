"""The checker confirms a round's attacks once its labels are collected, and the next round aims by it."""

import pytest

from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.selectors.tries import tries_of
from oversight.errors import CheckerMissing
from oversight.loop.services.rounds import close_review, start_round
from oversight.models import AttackFinding, Stage
from tests.factories import set_settings


def test_a_rounds_attacks_are_confirmed_after_people_had_their_say(round_, drive, campaign):
    drive(round_, Stage.REVIEW)
    assert not AttackFinding.objects.exists()
    close_review(round=round_)
    drive(round_, Stage.TRAIN)
    answers = {
        response.pk for query in round_.queries.usable() for response in query.responses.all()
        if response.purpose == "feedback"
    }  # fmt: skip
    found = AttackFinding.objects.filter(query__round=round_)
    assert {row.response_id for row in found} == answers
    assert {(row.source, row.checker) for row in found} == {("checker", "arithmetic")}
    assert all(row.fault for row in found if row.fails)


def test_the_next_round_aims_by_it(round_, drive, campaign):
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    tries = tries_of(campaign)
    failed = {each.query_id for each in tries if each.confirmed.outcome is Outcome.FAILED}
    assert failed
    later = start_round(campaign=campaign)
    assert sum(row["failed"] for row in later.plan["aim"].values()) > 0
    parents = {slot["near"] for slot in later.plan["slots"] if not slot.get("pool")}
    assert parents & failed


def test_a_checker_that_is_missing_stops_the_round_and_nobody_guesses(round_, drive, campaign):
    drive(round_, Stage.REVIEW)
    set_settings(campaign, checker="gone")
    close_review(round=round_)
    with pytest.raises((CheckerMissing, AssertionError)):
        drive(round_, Stage.TRAIN)
    assert not AttackFinding.objects.exists()
