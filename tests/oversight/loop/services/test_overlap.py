"""Stages of a round overlap, as far as nothing that comes later can change what they need."""

import pytest

from oversight.loop.selectors.progress import round_progress
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.models import Stage, UnitState
from tests.factories import make_campaign, make_round, make_version, set_settings

pytestmark = pytest.mark.django_db
PLAN = {"slots": [{"node": "", "near": None}] * 130, "max_tokens": 8, "samples_per_query": 1}


@pytest.fixture
def round_():
    """A round of five units a stage, at its beginning."""
    campaign = make_campaign()
    learner = make_version(campaign, backend="transformers")
    roles = {
        role: make_version(campaign, role, backend="transformers")
        for role in ("attacker", "critic")
    }
    made = make_round(learner, stage=Stage.ATTACK, plan=PLAN, **roles)
    advance_round(made.pk)
    return made


def finish(round_, stage, *indices):
    done = round_.units.filter(stage=stage, index__in=indices)
    assert done.update(state=UnitState.DONE) == len(indices)
    return advance_round(round_.pk)


def made(round_, stage):
    return sorted(round_.units.filter(stage=stage).values_list("index", flat=True))


def test_what_is_attacked_is_answered_and_what_is_answered_is_criticised(round_):
    assert finish(round_, Stage.ATTACK, 0, 1) == Stage.ATTACK
    assert made(round_, Stage.RESPOND) == [0, 1]
    assert made(round_, Stage.CRITIQUE) == []
    assert finish(round_, Stage.RESPOND, 0) == Stage.ATTACK
    assert made(round_, Stage.CRITIQUE) == [0]
    assert claim_unit("inference", round_.pk).stage == Stage.CRITIQUE


def test_nothing_is_answered_while_a_lower_slot_may_still_take_its_query(round_):
    finish(round_, Stage.ATTACK, 1, 2, 3, 4)
    assert made(round_, Stage.RESPOND) == []
    assert finish(round_, Stage.ATTACK, 0) == Stage.RESPOND
    assert made(round_, Stage.RESPOND) == [0, 1, 2, 3, 4]


def test_a_stage_that_began_ahead_gets_all_its_units_when_its_turn_comes(round_):
    finish(round_, Stage.ATTACK, 0)
    finish(round_, Stage.RESPOND, 0)
    finish(round_, Stage.CRITIQUE, 0)
    assert finish(round_, Stage.ATTACK, 1, 2, 3, 4) == Stage.RESPOND
    assert finish(round_, Stage.RESPOND, 1, 2, 3, 4) == Stage.CRITIQUE
    assert made(round_, Stage.CRITIQUE) == [0, 1, 2, 3, 4]
    assert finish(round_, Stage.CRITIQUE, 1, 2, 3, 4) == Stage.ROUTE
    assert made(round_, Stage.ROUTE) == [0]


def test_without_a_critic_nothing_is_criticised_ahead(round_):
    round_.critic = None
    round_.save()
    finish(round_, Stage.ATTACK, 0)
    finish(round_, Stage.RESPOND, 0)
    assert made(round_, Stage.CRITIQUE) == []


def test_where_the_attacker_puts_errors_in_critiques_wait_for_those(round_):
    set_settings(round_.campaign, checker="arithmetic")
    round_.plan |= {"tampered_by": "attacker", "tampered_items": 5}
    round_.save()
    assert finish(round_, Stage.ATTACK, 0, 1) == Stage.ATTACK
    finish(round_, Stage.RESPOND, 0, 1)
    assert (made(round_, Stage.TAMPER), made(round_, Stage.CRITIQUE)) == ([0, 1], [])
    finish(round_, Stage.TAMPER, 0)
    assert made(round_, Stage.CRITIQUE) == [0]
    finish(round_, Stage.ATTACK, 2, 3, 4)
    assert finish(round_, Stage.RESPOND, 2, 3, 4) == Stage.TAMPER
    assert made(round_, Stage.TAMPER) == [0, 1, 2, 3, 4]
    found = {stage.stage: stage for stage in round_progress(round_)}
    assert (found["tamper"].label, found["tamper"].done, found["tamper"].total) == (
        "Put errors in",
        1,
        5,
    )
    assert finish(round_, Stage.TAMPER, 1, 2, 3, 4) == Stage.CRITIQUE
    assert made(round_, Stage.CRITIQUE) == [0, 1, 2, 3, 4]


def test_a_stage_ahead_of_its_turn_says_how_much_there_will_be(round_):
    finish(round_, Stage.ATTACK, 0, 1)
    finish(round_, Stage.RESPOND, 0)
    found = {stage.stage: stage for stage in round_progress(round_)}
    assert (found["attack"].done, found["attack"].total) == (2, 5)
    assert (found["respond"].done, found["respond"].total) == (1, 5)
    assert (found["critique"].done, found["critique"].total) == (0, 5)
    assert found["route"].total == 0
    assert "tamper" not in found


@pytest.fixture
def campaign():
    from oversight.demo import create_demo_campaign

    small = {"held_out": 12, "train": 20, "samples_per_query": 2, "max_tokens": 60}
    found = create_demo_campaign(slug="overlap", **small)
    set_settings(found, queries_per_round=40, pool_share=0.0)
    return found


def test_equal_queries_are_told_apart_whichever_unit_comes_first(campaign, monkeypatch):
    """The unit of the lower slots ends last, as one does whose worker died."""
    from oversight.loop.stages import asking
    from tests.models_srv.scripted import ScriptedBackend

    monkeypatch.setattr(
        asking, "backend_of", lambda version: ScriptedBackend(lambda turns: "Same?")
    )
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    first, second = claim_unit("inference"), claim_unit("inference")
    run_unit(second)
    assert made(round_, Stage.RESPOND) == []
    run_unit(first)
    kept = round_.queries.usable()
    assert list(kept.values_list("slot", flat=True)) == [0]
