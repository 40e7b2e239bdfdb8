"""One round on the starter models, stage by stage, in this process."""

import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from models_srv.types import Generation
from oversight.learning.services.training_runs import cancel_training
from oversight.loop.services.rounds import close_review
from oversight.loop.stages import attack, critique
from oversight.models import (
    ActiveVersion,
    Critique,
    Evaluation,
    Judgement,
    Preference,
    Purpose,
    Query,
    Response,
    ReviewItem,
    Role,
    RoutingDecision,
    RunState,
    Snapshot,
    SnapshotSplit,
    Source,
    Split,
    Stage,
    TrainingRun,
)
from oversight.versions.selectors.active import active_version
from oversight.versions.services.promotion import make_active
from tests.factories import make_version, set_settings

pytestmark = pytest.mark.django_db


def test_every_output_carries_its_provenance(round_, drive):
    drive(round_, Stage.REVIEW)
    for query in Query.objects.filter(round=round_):
        assert query.attacker_version_id == round_.attacker_id
        assert query.prompt_hash
        assert query.raw_text
        assert query.sampling["seed"] is not None
    responses = Response.objects.filter(query__round=round_)
    assert responses.count() == 3 * Query.objects.usable().filter(round=round_).count()
    for response in responses:
        assert response.version_id == round_.learner_id
        assert response.prompt_hash
        assert response.logprob < 0
        assert response.sampling["temperature"] == round_.plan["temperature"]
    critiques = Critique.objects.filter(response__in=responses)
    assert critiques.count() == responses.count()
    assert all(row.raw_text and row.prompt_hash for row in critiques)


def test_quotes_point_into_the_response_or_say_that_they_do_not(round_, drive):
    drive(round_, Stage.REVIEW)
    comments = [c for critique in Critique.objects.all() for c in critique.comments.all()]
    assert comments
    for comment in comments:
        if comment.quote_match == "exact":
            text = comment.critique.response.text
            assert text[comment.start : comment.end] == comment.quote
        if comment.quote_match == "none":
            assert comment.start is None


def test_routing_stores_reasons_and_propensities(round_, drive):
    drive(round_, Stage.REVIEW)
    decisions = RoutingDecision.objects.filter(round=round_)
    assert decisions
    audits = decisions.filter(is_audit=True)
    assert audits
    assert all(0 < audit.propensity < 1 for audit in audits)
    assert all(decision.reasons for decision in decisions)
    asked = decisions.filter(outcome="human")
    assert set(asked.values_list("pk", flat=True)) == set(
        ReviewItem.objects.filter(round=round_).values_list("decision", flat=True)
    )
    assert asked.count() <= 6
    judged = Judgement.objects.filter(round=round_, source=Source.CRITIC)
    assert judged.count() == decisions.count()


def test_a_whole_round(round_, drive, judge_all, campaign):
    drive(round_, Stage.REVIEW)
    labels = judge_all(round_)
    drive(round_, Stage.DONE)
    assert round_.stage == Stage.DONE
    run = TrainingRun.objects.get(round=round_)
    assert run.state == RunState.SUCCEEDED, run.reason
    assert run.metrics[-1]["loss"] > 0
    assert run.result_version.parent_id == round_.learner_id
    assert Preference.objects.filter(source=Source.SIMULATED).count() == labels
    accepted = RoutingDecision.objects.filter(round=round_, outcome="ai").count()
    assert Preference.objects.filter(source=Source.CRITIC).count() == accepted
    evaluation = Evaluation.objects.get(round=round_)
    assert evaluation.reasons
    answered = Response.objects.filter(purpose=Purpose.EVALUATION, version=run.result_version)
    assert answered.count() == 12
    active = active_version(campaign, Role.LEARNER)
    assert (active == run.result_version) == evaluation.is_promoted
    assert ("promoted" if evaluation.is_promoted else "refused") in round_.outcome


def test_held_out_queries_never_reach_training(round_, drive, judge_all, campaign):
    drive(round_, Stage.REVIEW)
    judge_all(round_)
    drive(round_, Stage.TRAIN)
    snapshot = Snapshot.objects.get(campaign=campaign)
    assert not snapshot.rows.filter(preference__query__split=Split.HELD_OUT).exists()
    rows = snapshot.rows.select_related("preference__query")
    clusters = {SnapshotSplit.TRAIN: set(), SnapshotSplit.VALIDATION: set()}
    for row in rows:
        clusters[row.split].add(row.preference.query.cluster)
    assert not clusters["train"] & clusters["validation"]
    held_out = Query.objects.held_out().first()
    pair = [Response.objects.create(query=held_out, version=round_.learner, sample=n) for n in "01"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(
            campaign=campaign,
            query=held_out,
            chosen=pair[0],
            rejected=pair[1],
            source=Source.PERSON,
        )


def test_too_few_preferences_skip_the_update_and_say_so(campaign, drive):
    set_settings(campaign, min_preferences=1000)
    from oversight.loop.services.rounds import start_round

    round_ = start_round(campaign=campaign)
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_)
    assert run.state == RunState.SKIPPED
    assert "at least 1000 are asked for" in run.reason
    assert "no update (skipped)" in round_.outcome
    assert active_version(campaign, Role.LEARNER).pk == round_.learner_id


def test_a_failed_training_leaves_the_old_version_and_a_reason(round_, drive, campaign, settings):
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.TRAIN)
    folder = Path(settings.ARTIFACTS) / "training/small/round-1"
    folder.mkdir(parents=True)
    (folder / "pairs.jsonl").write_text(json.dumps({"prompt": "not a row of ours"}) + "\n")
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_)
    assert run.state == RunState.FAILED
    assert run.reason
    assert "no update (failed)" in round_.outcome
    assert active_version(campaign, Role.LEARNER).pk == round_.learner_id


def test_a_cancelled_training_ends_the_round(round_, drive, campaign):
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.TRAIN)
    cancel_training(run=round_.training_run)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_)
    assert run.state == RunState.CANCELLED
    assert active_version(campaign, Role.LEARNER).pk == round_.learner_id


def test_a_rollback_during_the_round_is_not_overridden(round_, drive, judge_all, campaign):
    drive(round_, Stage.REVIEW)
    judge_all(round_)
    other = make_version(campaign, active=False)
    make_active(version=other, reason="by hand")
    drive(round_, Stage.DONE)
    assert ActiveVersion.objects.get(campaign=campaign, role=Role.LEARNER).version_id == other.pk
    assert not Evaluation.objects.get(round=round_).is_promoted


def _attacks(texts, start=0):
    return [
        attack.Attack(
            attack.Wanted(slot, "n", None), text, Generation(text or "", "hash"), _sampling()
        )
        for slot, text in enumerate(texts, start=start)
    ]


def _sampling():
    from models_srv.types import Sampling

    return Sampling(temperature=1.0, max_tokens=10, seed=1)


def test_attacks_that_are_empty_double_or_held_out_are_kept_and_used_for_nothing(round_):
    held_out = Query.objects.held_out().first()
    attack.write(round_, 0, _attacks(["One?", "one? ", None, held_out.text, "Two?"]))
    rows = Query.objects.filter(round=round_).order_by("slot")
    reasons = list(rows.values_list("rejected_reason", flat=True))
    assert reasons[0] == ""
    assert reasons[2] == "empty"
    assert reasons[3] in ("duplicate", "too near a held-out query")
    assert reasons[4] == ""


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_equal_attacks_the_lowest_slot_is_used_whichever_unit_ends_first(round_, order):
    units = [_attacks(["Same?"], start=0), _attacks(["Same?"], start=5)]
    for index in order:
        attack.write(round_, index, units[index])
    assert list(Query.objects.usable().filter(round=round_).values_list("slot", flat=True)) == [0]


def test_a_critique_that_does_not_parse_is_kept_raw_and_unscored(round_, drive):
    drive(round_, Stage.CRITIQUE)
    response = Response.objects.filter(query__round=round_).first()
    parsed = critique.parse_critique(Generation("I refuse.", "hash"), response.text)
    finding = critique.Finding(response.pk, parsed, Generation("I refuse.", "hash"))
    critique.store_findings(round_.critic, [finding])
    row = Critique.objects.get(response=response)
    assert row.raw_text == "I refuse."
    assert row.verdict is None
    assert row.p_flawed is None
