"""A version is tried where models run, and put to work only once it has answered."""

import json
import shutil
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from models_srv.domains.arithmetic.registry import starter_spec
from oversight.errors import WrongState
from oversight.loop.services.rounds import start_round
from oversight.models import ActiveVersion, ModelVersion, Promotion, Trial, TrialState
from oversight.versions.services import trials
from oversight.versions.services.choosing import change_model
from oversight.versions.services.promotion import remove_active
from oversight.versions.services.trials import try_models
from tests.factories import make_campaign, make_query, make_user, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.fault("models-and-attackers")]


@pytest.fixture
def maths():
    return make_campaign(slug="maths")


def choose(campaign, role="learner", **fields):
    values = {"name": "new", "backend": "transformers", "location": f"starter:{role}", **fields}
    return change_model(
        campaign=campaign, role=role, user=make_user(), reason="a better one", **values
    )


def at_work(campaign, role="learner"):
    row = ActiveVersion.objects.filter(campaign=campaign, role=role).first()
    return row and row.version


def trial_of(version):
    return Trial.objects.get(version=version)


@pytest.mark.parametrize("role", ["attacker", "learner", "critic"])
def test_a_model_that_answers_is_put_to_work(maths, role):
    version = choose(maths, role)
    assert at_work(maths, role) is None
    assert try_models() == 1
    assert at_work(maths, role) == version
    assert Promotion.objects.get(version=version).reason == "a better one"
    assert trial_of(version).state == TrialState.PASSED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"location": "no-such/model"}, "no-such/model"),
        (
            {"backend": "openai", "location": "http://127.0.0.1:9/v1", "served_name": "x"},
            "x at http",
        ),
        ({"location": "starter:learner", "adapter": "starter:critic"}, "adapter"),
    ],
    ids=["hub-id", "server", "adapter"],
)
def test_one_that_does_not_is_not_and_the_old_one_stays(maths, fields, words):
    old = make_version(maths)
    version = choose(maths, **fields)
    assert try_models() == 1
    assert trial_of(version).state == TrialState.FAILED
    assert words in trial_of(version).outcome
    assert at_work(maths) == old


@pytest.mark.parametrize(
    "break_it",
    [
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "model.safetensors").write_bytes(b"version https://git-lfs"),
        lambda folder: (folder / "chat_template.jinja").unlink(),
        lambda folder: (folder / "config.json").write_text("[]"),
        lambda folder: (folder / "tokenizer.json").unlink(),
    ],
    ids=["no-weights", "lfs-pointer", "no-chat-template", "config", "no-tokenizer"],
)
def test_a_folder_that_cannot_answer_is_refused(maths, tmp_path, break_it):
    shutil.copytree(starter_spec("learner").location, tmp_path / "model")
    break_it(tmp_path / "model")
    version = choose(maths, location=str(tmp_path / "model"))
    try_models()
    assert trial_of(version).state == TrialState.FAILED
    assert "Traceback" not in trial_of(version).outcome
    assert at_work(maths) is None


def test_whatever_a_library_raises_is_a_reason(maths, monkeypatch):
    def explode(spec, role):
        raise RuntimeError("no\0thing")

    monkeypatch.setattr(trials, "try_model", explode)
    version = choose(maths)
    try_models()
    assert trial_of(version).outcome == "RuntimeError: nothing"


def test_a_dead_workers_trial_is_taken_over_and_concluded_once(maths):
    version = choose(maths)
    dead = trials._claim()
    assert try_models() == 0
    Trial.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert try_models() == 1
    trials._conclude(dead, "too late")
    assert trial_of(version).state == TrialState.PASSED
    assert at_work(maths) == version


def test_a_round_says_that_its_learner_is_being_tried(maths):
    make_query(maths)
    choose(maths)
    with pytest.raises(WrongState, match="still being tried"):
        start_round(campaign=maths)


def test_a_lost_message_is_sent_again(maths, monkeypatch):
    sent = []
    monkeypatch.setattr(trials, "send_after_commit", lambda task, queue: sent.append(task))
    choose(maths)
    trials.dispatch_trials()
    assert sent == ["oversight.tasks.try_models"] * 2
    try_models()
    trials.dispatch_trials()
    assert len(sent) == 2


def test_the_learner_is_never_taken_away(maths):
    make_version(maths)
    with pytest.raises(WrongState, match="needs its learner"):
        remove_active(campaign=maths, role="learner", user=make_user(), reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.create(
            campaign=maths, role="learner", previous=ModelVersion.objects.get(), reason="x"
        )


def test_a_server_is_asked_for_a_real_answer(maths, server):
    url, seen = server
    version = choose(maths, backend="openai", location=url, served_name="big")
    try_models()
    assert trial_of(version).outcome == ""
    assert at_work(maths) == version
    assert seen[0]["model"] == "big"


class Answering(BaseHTTPRequestHandler):
    """A model server with one answer; what it was asked is kept."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.seen.append(json.loads(self.rfile.read(length)))
        message = {"role": "assistant", "content": "5"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "big"}
        body = json.dumps(answer | {"choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server():
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", server.seen
    server.shutdown()
    server.server_close()


def test_a_server_that_is_tried_holds_up_no_model_that_is_loaded(maths, monkeypatch):
    sent = []
    monkeypatch.setattr(trials, "send_after_commit", lambda task, queue: sent.append((task, queue)))
    monkeypatch.setattr(trials, "try_model", lambda spec, role: "")
    served = choose(maths, backend="openai", location="http://127.0.0.1:9/v1", served_name="x")
    loaded = choose(maths, role="critic")
    assert sent == [
        ("oversight.tasks.try_served_models", "servers"),
        ("oversight.tasks.try_models", "inference"),
    ]
    assert try_models("inference") == 1
    assert (trial_of(served).state, trial_of(loaded).state) == (
        TrialState.WAITING,
        TrialState.PASSED,
    )
    assert try_models("servers") == 1
    assert trial_of(served).state == TrialState.PASSED
