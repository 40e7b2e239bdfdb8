"""An attacker is trained at the end of a round, tried near held-out queries, and put before its gate.

What its round found is written by hand, so that only what follows takes time.
"""

import json
from pathlib import Path

import pytest

from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.roles.attacker import build_attack_request
from models_srv.types import prompt_hash
from oversight.attacks.selectors.tries import tries_of
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.learning.policies.gate import GateVerdict
from oversight.loop.services.rounds import start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.loop.stages.roles.attacker import LearningAttacker
from oversight.loop.stages.roles.attacker_pairs import attacker_lines
from oversight.loop.stages.roles.attacker_trial import TRIED
from oversight.models import (
    Evaluation,
    ModelVersion,
    Query,
    Response,
    Role,
    Round,
    RunState,
    Split,
    Stage,
    TrainingRun,
    WorkUnit,
)
from oversight.versions.selectors.active import active_version
from oversight.versions.services.promotion import roll_back
from tests.factories import make_query, make_response, make_user, set_settings

pytestmark = pytest.mark.django_db

PAIRS = 4


@pytest.fixture
def learning(campaign, monkeypatch):
    monkeypatch.setattr("oversight.learning.policies.attacker_gate.LEAST_SEEDS", 1)
    monkeypatch.setattr("oversight.loop.stages.roles.attacker_trial.MOST_WRITTEN", 12)
    set_settings(campaign, attacker_learning=True, min_preferences=1, pool_share=0.0)
    return campaign


@pytest.fixture
def round_(learning):
    """A round that stands before the training of its attacker: of each of PAIRS starts one query made
    the learner fail and one did not, as the checker found."""
    round_ = start_round(campaign=learning)
    near = list(Query.objects.train().filter(campaign=learning).order_by("pk")[:PAIRS])
    for slot, drawn in enumerate(ARITHMETIC.queries("train", 2 * PAIRS, seed=99)):
        attack(round_, slot, near[slot // 2], drawn.text, fails=bool(slot % 2))
    store_failures(find_failures(learning))
    Round.objects.filter(pk=round_.pk).update(stage=Stage.COACH)
    round_.refresh_from_db()
    return round_


def attack(round_, slot, near, text, *, fails):
    """Keep a query that the attacker wrote near another, and the learner's answer."""
    asked = build_attack_request(node=near.node, seed_query=near.text)
    query = make_query(
        round_.campaign,
        text,
        round=round_,
        slot=slot,
        node=near.node,
        near=near,
        origin="attacker",
        attacker_version=round_.attacker,
        prompt_hash=prompt_hash(asked),
    )
    right = next(n for n in range(5_000) if ARITHMETIC.is_correct(text, f"#### {n}"))
    return make_response(query, f"#### {right + fails}", version=round_.learner)


def run_of(round_):
    return TrainingRun.objects.get(round=round_, role=Role.ATTACKER)


def test_an_attacker_is_trained_tried_and_judged(round_, drive, monkeypatch, settings):
    better = GateVerdict(True, ("it finds more",), {"questions_candidate": 3.0})
    measured = []
    judge = LearningAttacker.judge
    monkeypatch.setattr(
        LearningAttacker, "judge", lambda self, run: measured.append(judge(self, run)) or better
    )
    campaign, before = round_.campaign, len(tries_of(round_.campaign))
    drive(round_, Stage.DONE)
    run = run_of(round_)
    assert run.state == RunState.SUCCEEDED, run.reason
    assert run.result_version.parent == run.parent == round_.attacker
    assert active_version(campaign, Role.ATTACKER) == run.result_version
    check_trial(run)
    check_lines(run, settings)
    assert measured[0].metrics["questions_candidate"] > 0
    assert measured[0].reasons
    assert len(tries_of(campaign)) == before, "what was tried counts as no attack"
    roll_back(version=run.parent, user=make_user(), reason="it asks for the same again")
    assert active_version(campaign, Role.ATTACKER) == run.parent


def check_trial(run):
    """Both versions wrote near the same held-out queries, and the learner answered what is new."""
    tried = Query.objects.filter(trial=run)
    new, old = (
        sorted(tried.filter(attacker_version=version).values_list("near", flat=True))
        for version in (run.result_version, run.parent)
    )
    assert new == old
    assert set(new) == set(run.settings["trial_seeds"])
    assert set(tried.values_list("near__split", flat=True)) == {Split.HELD_OUT}
    assert not tried.filter(rejected_reason="").exists()
    assert not tried.filter(prompt_hash="").exists()
    asked = tried.filter(rejected_reason=TRIED)
    answers = Response.objects.filter(query__in=asked)
    assert answers.count() == asked.count() > 0
    assert {each.version for each in answers} == {run.round.learner}
    assert {each.purpose for each in answers} == {"trial"}, "no answer by which learners are judged"


def check_lines(run, settings):
    """A line for each start, what failed preferred; nothing in it is held out."""
    lines = (Path(settings.ARTIFACTS) / run.folder / "pairs.jsonl").read_text().splitlines()
    held_out = Query.objects.held_out().filter(campaign=run.campaign)
    assert not any(json.dumps(query.text)[1:-1] in " ".join(lines) for query in held_out)
    assert run.settings["pairs"] == {"checker: attacks": PAIRS}
    texts = dict(Query.objects.filter(round=run.round).values_list("text", "slot"))
    for line in map(json.loads, lines):
        chosen, rejected = (texts[line[side][0]["content"]] for side in ("chosen", "rejected"))
        assert chosen == rejected + 1
        near = Query.objects.get(round=run.round, slot=chosen).near
        assert line["prompt"][-1]["content"].endswith(f"Near:\n{near.text}")


def test_what_was_asked_otherwise_or_lies_near_held_out_queries_trains_nothing(round_):
    campaign, attacker = round_.campaign, round_.attacker
    assert len(attacker_lines(campaign, attacker)) == PAIRS
    Query.objects.filter(round=round_, slot=0).update(prompt_hash="another")
    assert len(attacker_lines(campaign, attacker)) == PAIRS - 1
    held_out = Query.objects.held_out().filter(campaign=campaign).first()
    Query.objects.filter(round=round_, slot=2).update(cluster=held_out.cluster)
    assert len(attacker_lines(campaign, attacker)) == PAIRS - 2


def test_a_repeat_is_worth_less_than_what_failed_nothing(round_):
    row = Query.objects.filter(round=round_, slot=1)
    row.update(rejected_reason="duplicate")
    lines = attacker_lines(round_.campaign, round_.attacker)
    texts = [(line["chosen"][0]["content"], line["rejected"][0]["content"]) for line in lines]
    assert (Query.objects.get(round=round_, slot=0).text, row.get().text) in texts


def test_two_queries_are_written_from_each_start_where_the_attacker_learns(learning):
    round_ = start_round(campaign=learning)
    slots = [(slot["node"], slot["near"]) for slot in round_.plan["slots"]]
    assert slots[::2] == slots[1::2]
    assert len(slots) == 24


def test_without_a_checker_it_cannot_learn_and_writes_one_from_each_start(learning):
    set_settings(learning, checker="")
    slots = start_round(campaign=learning).plan["slots"]
    assert len({slot["near"] for slot in slots}) > len(slots) / 2


def test_a_killed_worker_repeats_its_part_of_the_trial_once(round_, drive):
    """Its thinking is lost with it; what is done again is written once. Held-out queries that come
    meanwhile change nothing of the trial."""
    drive(round_, Stage.TRIAL)
    unit = claim_unit(HANDLERS[Stage.TRIAL].queue, round_.pk)
    WorkUnit.objects.filter(pk=unit.pk).update(lease_expires_at="2020-01-01T00:00Z")
    again = claim_unit(HANDLERS[Stage.TRIAL].queue, round_.pk)
    assert again.pk == unit.pk
    for number in range(30):
        make_query(round_.campaign, f"What is {number} + 1?", split=Split.HELD_OUT)
    run_unit(again)
    written = Query.objects.filter(trial=run_of(round_))
    count = written.count()
    run_unit(unit)
    assert written.count() == count > 0
    drive(round_, Stage.DONE)
    assert set(written.values_list("near", flat=True)) == set(
        run_of(round_).settings["trial_seeds"]
    )
    assert Evaluation.objects.get(round=round_, role=Role.ATTACKER).reasons


REASONS = [
    pytest.param({"checker": ""}, {}, "no checker knows the truth here", id="no-checker"),
    pytest.param({}, {"min_preferences": 9}, "4 pairs to train on, at least 9", id="few-pairs"),
]


@pytest.mark.parametrize(("changed", "planned", "reason"), REASONS)
def test_one_that_cannot_be_trained_says_why(round_, drive, changed, planned, reason):
    if changed:
        set_settings(round_.campaign, **changed)
    round_.plan.update(planned)
    round_.save(update_fields=["plan"])
    drive(round_, Stage.DONE)
    run = run_of(round_)
    assert run.state == RunState.SKIPPED
    assert reason in run.reason
    assert not WorkUnit.objects.filter(round=round_, stage__in=["trial", "reply"]).exists()
    assert active_version(round_.campaign, Role.ATTACKER) == round_.attacker


def test_a_served_attacker_is_not_trained_and_says_so(round_, drive):
    ModelVersion.objects.filter(pk=round_.attacker_id).update(
        backend="openai", location="http://127.0.0.1:9/v1"
    )
    drive(round_, Stage.DONE)
    assert "is behind a server" in run_of(round_).reason
