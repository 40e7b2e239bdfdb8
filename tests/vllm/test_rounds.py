"""Whole rounds with a learner on a real engine: trained by us, loaded, proven, compared."""

from statistics import median

import pytest
from django.db.models import Max
from django.utils import timezone

from benchmarks.serving.engine import BASE
from models_srv.backends import clear_cache
from oversight.demo import create_demo_campaign
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.desk import work_at_desk
from oversight.loop.services.rounds import close_review, start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.models import (
    Delivery,
    Evaluation,
    ModelServer,
    ModelVersion,
    Response,
    ServedState,
    ServerState,
    Stage,
    TrainingRun,
)
from oversight.versions.services.promotion import make_active
from oversight.versions.services.serving import serve_models
from tests.oversight.small_rounds import SMALL

pytestmark = [pytest.mark.vllm, pytest.mark.django_db, pytest.mark.timeout(1200)]
PAIRS, MOST_BESIDE_A_SLOW_ONE = 5, 1.2


def served_campaign(url, slug="served"):
    """The small demo, its learner on a server with its weights at hand."""
    settings = SMALL | {"method": "lora", "loss": "dpo", "learning_rate": 1e-3, "human_budget": 0}
    campaign = create_demo_campaign(slug=slug, **settings)
    learner = ModelVersion.objects.create(
        campaign=campaign,
        role="learner",
        name="served",
        backend="openai",
        location=url,
        served_name=BASE,
        api_key_env="VLLM_API_KEY",
        weights="starter:learner",
    )
    make_active(version=learner, reason="served")
    return campaign


def test_a_round_trains_serves_and_proves_its_update(engine, drive):
    round_ = start_round(campaign=served_campaign(engine.url))
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_)
    assert run.state == "succeeded", run.reason
    candidate = run.result_version
    delivery = Delivery.objects.get(version=candidate)
    assert delivery.state == ServedState.PROVEN, delivery.outcome
    assert delivery.evidence["servers"][engine.url]["difference"] < 0.01
    answers = Response.objects.filter(version=candidate, purpose="evaluation")
    assert answers.count() == 12
    assert Evaluation.objects.get(round=round_).candidate == candidate


def test_a_load_that_is_swallowed_ends_the_round_with_the_reason(between, drive):
    between.swallows = True
    round_ = start_round(campaign=served_campaign(between.url))
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    assert "answers with the base" in round_.outcome
    assert not Evaluation.objects.exists()


def at_respond(url, slug="served"):
    """A round whose queries are there: the next thing is to ask the server."""
    round_ = start_round(campaign=served_campaign(url, slug))
    while advance_round(round_.pk) == Stage.ATTACK:
        run_unit(claim_unit("inference", round_.pk))
    return round_


def due_again():
    ModelServer.objects.filter(state=ServerState.RESTING).update(next_try=timezone.now())


def test_garbage_is_waited_out(between):
    between.garbles = True
    round_ = at_respond(between.url)
    assert work_at_desk() == 0
    server = ModelServer.objects.get(location=between.url)
    assert server.state == ServerState.RESTING
    assert "no answer" in server.last_error
    assert not round_.units.filter(stage=Stage.RESPOND).exclude(state="pending").exists()
    between.garbles = False
    due_again()
    assert work_at_desk()
    assert Response.objects.filter(query__round=round_).exists()


def test_a_wrong_key_fails_the_unit_and_says_so(engine, monkeypatch):
    round_ = at_respond(engine.url)
    monkeypatch.setenv("VLLM_API_KEY", "another")
    clear_cache()
    work_at_desk()
    unit = round_.units.filter(stage=Stage.RESPOND).first()
    assert unit.state == "failed"
    assert "401" in unit.error
    assert "another" not in unit.error


def seconds_to_answer(round_):
    """Have all done that waits for servers; return after how many seconds this round had its answers."""
    began = timezone.now()
    work_at_desk()
    units = round_.units.filter(stage=Stage.RESPOND)
    assert not units.exclude(state="done").exists()
    return (units.aggregate(last=Max("finished_at"))["last"] - began).total_seconds()


def test_a_slow_server_takes_nothing_from_a_fast_one(engine, between):
    seconds_to_answer(at_respond(engine.url, "first"))  # finds the engine cold
    alone, beside = [], []
    for pair in range(PAIRS):
        alone.append(seconds_to_answer(at_respond(engine.url, f"alone-{pair}")))
        between.holds = 2 * alone[-1]
        slow = at_respond(between.url, f"slow-{pair}")
        beside.append(seconds_to_answer(at_respond(engine.url, f"beside-{pair}")))
        assert Response.objects.filter(query__round=slow).exists()
    assert median(beside) <= MOST_BESIDE_A_SLOW_ONE * median(alone), (alone, beside)


def test_a_server_that_is_killed_and_comes_back_goes_on(engine, drive):
    """Last: it starts the engine anew, which then has to be given the adapter again."""
    round_ = start_round(campaign=served_campaign(engine.url))
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.EVALUATE)
    engine.kill()
    assert work_at_desk() == 0
    assert ModelServer.objects.get(location=engine.url).state == ServerState.RESTING
    engine.start()
    candidate = TrainingRun.objects.get(round=round_).result_version
    Delivery.objects.filter(version=candidate).update(looked_at=None)
    serve_models()
    assert serve_models() == 1
    assert Delivery.objects.get(version=candidate).state == ServedState.PROVEN
    due_again()
    drive(round_, Stage.DONE)
    assert Evaluation.objects.get(round=round_).candidate == candidate
