"""Red teaming with the starter models, as a worker would run it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.models import RedTeamTurn, TurnState
from annotate.redteam.services import turns as redteam_models
from annotate.redteam.services.chats import mark_failure, say, start_chat
from annotate.redteam.services.turns import answer_turn, dispatch_due_turns
from annotate.tasks import answer_turn as answer_task
from models_srv.types import Generation, ModelUnavailable
from oversight.celery import app
from oversight.errors import WrongState
from oversight.models import BackendKind, Critique, Origin, Query, Response, Role
from tests.annotate.records import QUERY
from tests.factories import make_campaign, make_member, make_version, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = make_campaign(is_red_teaming_open=True, temperature=0.01)
    for role in (Role.LEARNER, Role.CRITIC):
        make_version(
            campaign, role, backend=BackendKind.TRANSFORMERS, location=f"starter:{role.value}"
        )
    return campaign


@pytest.fixture
def user(campaign, client):
    user = make_member(campaign)
    client.force_login(user)
    return user


@pytest.fixture
def client():
    from django.test import Client

    return Client()


def page(chat):
    return reverse("annotate:chat", args=[chat.pk])


def test_the_learner_answers_and_the_critic_comments(client, campaign, user):
    client.post(reverse("annotate:red-team", args=[campaign.slug]), {"text": QUERY})
    turn = RedTeamTurn.objects.get()
    shown = client.get(page(turn.chat)).content.decode()
    assert "Waiting for the learner" in shown
    assert 'hx-trigger="every 1s"' in shown
    answer_task(turn.pk)
    turn.refresh_from_db()
    assert turn.state == TurnState.DONE
    assert "####" in turn.response.text
    critique = Critique.objects.get(response=turn.response)
    assert critique.verdict in ("flawed", "sound")
    assert turn.response.prompt_hash
    assert critique.prompt_hash
    shown = client.get(page(turn.chat), headers={"HX-Request": "true"}).content.decode()
    assert "It failed" in shown
    assert "hx-trigger" not in shown


def test_models_are_asked_in_their_own_queue_after_the_commit(
    campaign, user, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **how: sent.append((name, how["queue"])))
    with django_capture_on_commit_callbacks(execute=True):
        start_chat(user=user, campaign=campaign, text=QUERY)
        assert sent == []
    assert sent == [(answer_task.name, "inference")]


def test_it_failed_makes_an_adversarial_query(client, campaign, user):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    turn = chat.turns.get()
    assert not Query.objects.usable().exists()
    with pytest.raises(WrongState):
        mark_failure(turn=turn)
    answer_turn(turn.pk)
    for _ in range(2):
        client.post(reverse("annotate:turn-failed", args=[turn.pk]))
    query = Query.objects.usable().get()
    assert (query.origin, query.written_by, query.text) == (Origin.PERSON, user, QUERY)


def test_a_query_that_is_there_already_is_not_doubled(campaign, user):
    turns = [start_chat(user=user, campaign=campaign, text=QUERY).turns.get() for _ in range(2)]
    for turn in turns:
        answer_turn(turn.pk)
    mark_failure(turn=turns[0])
    with pytest.raises(WrongState, match="already"):
        mark_failure(turn=turns[1])


def test_a_second_turn_carries_the_first(campaign, user, monkeypatch):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    with pytest.raises(WrongState):
        say(chat=chat, text="Too early")
    first = chat.turns.get()
    answer_turn(first.pk)
    first.refresh_from_db()
    second = say(chat=chat, text="Are you sure?")
    asked = []
    real = redteam_models.backend_of
    monkeypatch.setattr(
        redteam_models, "backend_of", lambda version: Recording(real(version), asked)
    )
    answer_turn(second.pk)
    assert [message.content for message in asked[0]] == [
        QUERY,
        first.response.text,
        "Are you sure?",
    ]
    assert second.query.text.startswith(f"Person: {QUERY}\n\nLearner: ")
    assert second.query.text.endswith("Person: Are you sure?")


class Recording:
    def __init__(self, backend, asked):
        self.backend, self.asked = backend, asked

    def generate(self, conversations, sampling):
        self.asked.extend(conversations)
        return self.backend.generate(conversations, sampling)


class Down:
    def generate(self, conversations, sampling):
        raise ModelUnavailable("connection refused")


def test_while_the_model_is_down_the_turn_waits_and_says_so(client, campaign, user, monkeypatch):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    turn = chat.turns.get()
    with monkeypatch.context() as patched:
        patched.setattr(redteam_models, "backend_of", lambda version: Down())
        answer_turn(turn.pk)
    turn.refresh_from_db()
    assert (turn.state, turn.error) == (TurnState.WAITING, "connection refused")
    assert turn.due_at > timezone.now()
    assert "waits and is tried again" in client.get(page(chat)).content.decode()
    answer_turn(turn.pk)
    assert Response.objects.count() == 0  # not due yet
    RedTeamTurn.objects.update(due_at=timezone.now())
    answer_turn(turn.pk)
    turn.refresh_from_db()
    assert (turn.state, turn.error) == (TurnState.DONE, "")


def test_a_turn_whose_worker_died_is_dispatched_again(campaign, user):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    assert dispatch_due_turns() == 1
    RedTeamTurn.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    assert dispatch_due_turns() == 0
    RedTeamTurn.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert dispatch_due_turns() == 1
    answer_turn(chat.turns.get().pk)
    assert dispatch_due_turns() == 0


def test_a_worker_that_was_too_slow_writes_nothing(campaign, user, monkeypatch):
    turn = start_chat(user=user, campaign=campaign, text=QUERY).turns.get()
    real = redteam_models.backend_of(turn.chat.learner)

    class Slow:
        def generate(self, conversations, sampling):
            RedTeamTurn.objects.update(due_at=timezone.now() + timedelta(minutes=9))
            return real.generate(conversations, sampling)

    monkeypatch.setattr(redteam_models, "backend_of", lambda version: Slow())
    answer_turn(turn.pk)
    assert Response.objects.count() == 0


def test_a_learner_with_recorded_answers_cannot_talk(client, user):
    other = make_campaign(is_red_teaming_open=True)
    make_member(other, user=user)
    make_version(other)
    response = client.post(reverse("annotate:red-team", args=[other.slug]), {"text": "Hello"})
    assert response.status_code == 422
    assert "no learner that can answer" in response.content.decode()


def test_it_is_there_only_where_it_is_open(client, campaign, user):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    client.force_login(make_member(campaign))
    assert client.get(page(chat)).status_code == 404
    assert client.post(reverse("annotate:chat-say", args=[chat.pk])).status_code == 404
    turn = reverse("annotate:turn-failed", args=[chat.turns.get().pk])
    assert client.post(turn).status_code == 404
    assert client.get(turn).status_code == 405
    set_settings(campaign, is_red_teaming_open=False)
    assert client.get(reverse("annotate:red-team", args=[campaign.slug])).status_code == 404


def test_an_empty_message_is_not_sent(client, campaign, user):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    answer_turn(chat.turns.get().pk)
    response = client.post(reverse("annotate:chat-say", args=[chat.pk]), {"text": " "})
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_warning_leads_back_to_red_teaming(client, campaign, user):
    set_settings(campaign, content_warning="Violence is described.")
    page = client.get(reverse("annotate:red-team", args=[campaign.slug]), follow=True)
    assert 'name="then" value="red-team"' in page.content.decode()
    agreed = client.post(reverse("annotate:consent", args=[campaign.slug]), {"then": "red-team"})
    assert agreed.url == reverse("annotate:red-team", args=[campaign.slug])
    assert "Red-team the learner" in client.get(agreed.url).content.decode()


def test_the_answer_is_announced_and_led_to(client, campaign, user):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    waiting = client.get(page(chat), headers={"HX-Request": "true"}).content.decode()
    assert "data-announce" not in waiting
    RedTeamTurn.objects.update(state=TurnState.DONE)
    shown = client.get(page(chat), headers={"HX-Request": "true"}).content.decode()
    assert 'data-announce="The learner has answered."' in shown
    assert shown.count("data-focus") == 1
    assert "data-announce" not in client.get(page(chat)).content.decode()


class Broken:
    def generate(self, conversations, sampling):
        raise ZeroDivisionError("division by zero in a library")


@pytest.mark.fault("server-answers")
def test_whatever_goes_wrong_the_turn_says_so(client, campaign, user, monkeypatch):
    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    monkeypatch.setattr(redteam_models, "backend_of", lambda version: Broken())
    answer_turn(chat.turns.get().pk)
    turn = chat.turns.get()
    assert (turn.state, turn.error) == (TurnState.FAILED, redteam_models.UNEXPECTED)
    assert client.get(page(chat)).status_code == 200


@pytest.mark.fault("reasoning")
def test_a_learner_that_only_reasons_fails_its_turn_with_the_reason(campaign, user, monkeypatch):
    class Reasoner:
        def generate(self, conversations, sampling):
            return [Generation("<think>Hm.", "h", finish_reason="length")]

    chat = start_chat(user=user, campaign=campaign, text=QUERY)
    monkeypatch.setattr(redteam_models, "backend_of", lambda version: Reasoner())
    answer_turn(chat.turns.get().pk)
    turn = chat.turns.get()
    assert turn.state == TurnState.FAILED
    assert "came to no answer" in turn.error
