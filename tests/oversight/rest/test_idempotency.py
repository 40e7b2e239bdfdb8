"""Requests with an Idempotency-Key: sent as often as one likes, done once."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from oversight.models import Query, StoredAnswer
from oversight.rest.services.idempotency import forget_answers
from tests.factories import make_campaign, make_member, make_user
from tests.oversight.rest.clients import client_of, client_of_role, url

pytestmark = pytest.mark.django_db
KEY = "6b1f1c1e"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def engineer(campaign):
    return client_of_role(campaign, "engineer")


def send(client, campaign, body, key=KEY):
    headers = {"Idempotency-Key": key}
    return client.post(url("api-queries", campaign), body, format="json", headers=headers)


def test_the_same_request_is_answered_again_and_done_once(campaign, engineer):
    first = send(engineer, campaign, {"text": "One?"})
    again = send(engineer, campaign, {"text": "One?"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Query.objects.count() == 1


def test_a_version_goes_with_the_answer_again(campaign):
    admin = client_of_role(campaign, "owner")
    make_user("newcomer")
    answers = [
        admin.post(
            url("api-members", campaign),
            {"username": "newcomer", "role": "engineer"},
            format="json",
            headers={"Idempotency-Key": KEY},
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0]["ETag"] == answers[1]["ETag"]


def test_the_key_with_another_body_or_address_is_refused(campaign, engineer):
    send(engineer, campaign, {"text": "One?"})
    other = send(engineer, campaign, {"text": "Two?"})
    assert (other.status_code, other.json()["code"]) == (422, "key_used")
    assert Query.objects.count() == 1


def test_keys_of_two_people_have_nothing_to_do_with_each_other(campaign, engineer):
    send(engineer, campaign, {"text": "One?"})
    other = send(client_of_role(campaign, "engineer"), campaign, {"text": "Two?"})
    assert other.status_code == 201


def test_another_token_of_the_same_person_sees_the_same_answer(campaign):
    person = make_member(campaign, "engineer")
    send(client_of(person), campaign, {"text": "One?"})
    again = send(client_of(person), campaign, {"text": "One?"})
    assert again["Idempotency-Replayed"] == "true"
    reader = client_of(person, scopes=["read"])
    assert send(reader, campaign, {"text": "One?"}).status_code == 403


def test_whoever_has_lost_the_role_is_told_nothing_again(campaign, engineer):
    send(engineer, campaign, {"text": "One?"})
    campaign.members.all().delete()
    assert send(engineer, campaign, {"text": "One?"}).status_code == 404


def test_what_failed_did_nothing_and_may_be_mended_under_its_key(campaign, engineer):
    assert send(engineer, campaign, {"text": ""}).status_code == 400
    assert not StoredAnswer.objects.exists()
    assert send(engineer, campaign, {"text": "One?"}).status_code == 201


def test_a_process_that_dies_has_done_nothing(campaign, engineer, monkeypatch):
    """The effect and the answer commit together: killed between the two, neither is there."""

    def die(**_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(StoredAnswer.objects, "create", die)
        with pytest.raises(SystemExit):
            send(engineer, campaign, {"text": "One?"})
    assert not Query.objects.exists()
    assert send(engineer, campaign, {"text": "One?"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_is_none(campaign, engineer, key):
    response = send(engineer, campaign, {"text": "One?"}, key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


def test_answers_are_kept_for_a_day(campaign, engineer):
    send(engineer, campaign, {"text": "One?"})
    assert forget_answers() == 0
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    again = send(engineer, campaign, {"text": "One?"})
    assert "Idempotency-Replayed" not in again
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_answers() == 1


def test_the_database_holds_one_answer_for_a_key():
    row = {"user": make_user(), "key": KEY, "fingerprint": "a", "status": 200, "body": ""}
    StoredAnswer.objects.create(**row)
    with pytest.raises(IntegrityError):
        StoredAnswer.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_done_and_the_other_told_to_wait():
    campaign = make_campaign(slug="maths")
    person = make_member(campaign, "engineer")
    first, second = client_of(person), client_of(person)
    inside, go_on, answers = threading.Event(), threading.Event(), []

    def slow(response):
        inside.set()
        assert go_on.wait(60)
        return response

    def run():
        from oversight.rest.services import idempotency

        real = idempotency._text
        idempotency._text = lambda data: slow(real(data))
        try:
            answers.append(send(first, campaign, {"text": "One?"}).status_code)
        finally:
            idempotency._text = real
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert inside.wait(60)
        waiting = send(second, campaign, {"text": "One?"})
    finally:
        go_on.set()
        thread.join()
    assert (waiting.status_code, waiting.json()["code"]) == (409, "under_way")
    assert waiting["Retry-After"] == "1"
    assert answers == [201]
    assert send(second, campaign, {"text": "One?"})["Idempotency-Replayed"] == "true"
    assert Query.objects.count() == 1


def test_every_post_takes_a_key():
    """Whoever writes a view writes a plain `post`: the ground wraps it."""
    from django.urls import get_resolver

    from tests.oversight.api.test_access_table import patterns

    posts = [
        entry.callback.view_class.post
        for entry in patterns(get_resolver().url_patterns)
        if hasattr(getattr(entry.callback, "view_class", None), "post")
    ]
    assert len(posts) >= 12
    assert all(hasattr(post, "__wrapped__") for post in posts)


def test_a_number_that_is_too_large_is_the_senders_error(campaign, engineer):
    answer = engineer.generic(
        "POST",
        url("api-queries", campaign),
        '{"text": 1e999}',
        content_type="application/json",
        headers={"Idempotency-Key": KEY},
    )
    assert answer.status_code == 400
