"""Rounds, trainings and models over REST: what an admin does, and when it is too late."""

import pytest

from oversight.models import ActiveVersion, Round, RunState, TrainingRun, WorkUnit
from tests.factories import make_version
from tests.oversight.api.world import make_world
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def admin(world):
    return client_of_role(world.campaign, "owner")


def act(client, world, name, body=None, *args):
    return client.post(url(name, world.campaign, *args), body, format="json")


def test_a_round_is_started_once(world, admin):
    assert act(admin, world, "api-rounds").status_code == 409
    world.end_round()
    started = act(admin, world, "api-rounds")
    assert (started.status_code, started.json()["number"]) == (201, 2)
    late = act(admin, world, "api-rounds")
    assert late.status_code == 409
    assert "still open" in late.json()["detail"]


def test_no_round_without_a_learner(world, admin):
    world.end_round()
    ActiveVersion.objects.filter(role="learner").delete()
    assert "no learner" in act(admin, world, "api-rounds").json()["detail"]


def test_the_learner_is_updated_without_a_round(world, admin):
    world.end_round()
    assert act(admin, world, "api-round-update").status_code == 201
    assert Round.objects.get(number=2).plan["update_only"]


def test_the_review_is_closed_once(world, admin):
    closed = act(admin, world, "api-round-close-review", None, 1)
    assert closed.status_code == 200
    assert Round.objects.get().review_closed_at is not None
    assert act(admin, world, "api-round-close-review", None, 1).status_code == 409


def test_what_failed_is_tried_again(world, admin):
    assert act(admin, world, "api-round-retry", None, 1).status_code == 200
    assert WorkUnit.objects.get().state == "pending"
    assert act(admin, world, "api-round-retry", None, 1).status_code == 409


def test_a_round_is_cancelled_with_a_reason(world, admin):
    for reason in ({}, {"reason": " "}, {"reason": "x" * 501}):
        assert act(admin, world, "api-round-cancel", reason, 1).status_code == 400
    cancelled = act(admin, world, "api-round-cancel", {"reason": "A fault."}, 1)
    assert (cancelled.status_code, cancelled.json()["cancelled_in"]) == (200, "review")
    assert "A fault." in cancelled.json()["outcome"]
    assert act(admin, world, "api-round-cancel", {"reason": "Again."}, 1).status_code == 409
    assert act(admin, world, "api-round-cancel", {"reason": "None."}, 9).status_code == 404


def test_a_round_goes_on_with_another_model(world, admin):
    critic = Round.objects.get().critic or make_version(world.campaign, "critic", active=False)
    Round.objects.update(stage="critique", critic=critic)
    body = {"role": "critic", "version": None, "reason": "Its server is gone."}
    for wrong in ({"role": "judge"}, {"reason": " "}, {"version": "none"}):
        assert act(admin, world, "api-round-move", body | wrong, 1).status_code == 400
    assert act(admin, world, "api-round-move", body | {"version": 10**9}, 1).status_code == 404
    moved = act(admin, world, "api-round-move", body, 1)
    assert (moved.status_code, moved.json()["critic"]) == (200, None)
    (change,) = moved.json()["changes"]
    assert (change["former"], change["version"]) == (str(critic), None)
    assert act(admin, world, "api-round-move", body, 1).status_code == 409


def test_a_training_is_stopped_until_it_has_ended(world, admin):
    run = world.known["run_id"]
    stopped = act(admin, world, "api-training-run-stop", None, run)
    assert (stopped.status_code, stopped.json()["is_stopping"]) == (200, True)
    TrainingRun.objects.update(state=RunState.CANCELLED)
    assert act(admin, world, "api-training-run-stop", None, run).status_code == 409


def test_a_model_is_registered_and_tried(world, admin):
    body = {"role": "critic", "name": "tuned", "backend": "transformers", "location": "org/tuned"}
    made = act(admin, world, "api-versions", body)
    assert (made.status_code, made.json()["status"]) == (201, "trying")
    again = act(admin, world, "api-versions", body)
    assert again.json()["revision"] == made.json()["revision"] + 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": "judge"}, "role"),
        ({"backend": "recorded"}, "backend"),
        ({"location": "/etc"}, "location"),
        ({"backend": "openai", "location": "ftp://x"}, "location"),
        ({"api_key_env": "PATH"}, "api_key_env"),
        ({"locaton": "x"}, "locaton"),
    ],
)
def test_what_is_wrong_with_a_model_is_named(world, admin, wrong, field):
    body = {"role": "critic", "name": "tuned", "backend": "transformers", "location": "org/tuned"}
    refused = act(admin, world, "api-versions", body | wrong)
    assert refused.status_code == 400
    assert field in {each["field"] for each in refused.json()["errors"]}


def test_a_former_version_is_put_back_to_work_and_no_other(world, admin):
    former = world.known["version_id"]
    back = act(admin, world, "api-version-activate", {"reason": "It was better."}, former)
    assert (back.status_code, back.json()["status"]) == (200, "active")
    assert act(admin, world, "api-version-activate", {}, former).status_code == 409


def test_a_critic_is_taken_away_once(world, admin):
    for status in (204, 409):
        taken = act(admin, world, "api-at-work-critic-remove", {"reason": "It was wrong."})
        assert taken.status_code == status
