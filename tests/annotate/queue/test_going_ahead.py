"""The item after the present one is leased ahead, so that the browser can hold its card."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.services.leases import lease_ahead, lease_next
from oversight.models import ItemState
from tests.annotate.records import make_answer, make_reviewed_pair, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def three(pair):
    for number in (2, 3):
        make_reviewed_pair(pair.campaign, query_text=f"The query {number}?")
    return pair


def submit(client, assignment, **fields):
    return client.post(url("submit", assignment), make_answer(assignment, **fields), headers=HTMX)


def test_it_leases_one_item_ahead_and_no_more(three):
    first = three.lease()
    second = lease_ahead(assignment=first)
    assert second.item != first.item
    assert lease_ahead(assignment=first) == second
    assert lease_ahead(assignment=second) is None
    assert three.lease() == first
    assert second.expires_at > first.expires_at


def test_leases_ahead_do_not_grow_from_item_to_item(client, three):
    first = three.lease()
    second = lease_ahead(assignment=first)
    submit(client, first, ahead=second.pk)
    limit = timezone.now() + timedelta(minutes=three.campaign.judging.lease_minutes)
    second.refresh_from_db()
    assert second.expires_at <= limit
    assert three.lease() == second


def test_there_may_be_nothing_ahead(client, pair):
    assignment = pair.lease()
    assert client.post(url("ahead", assignment), headers=HTMX).status_code == 204


def test_the_browser_gets_the_card_ahead(client, three):
    first = three.lease()
    response = client.post(url("ahead", first), headers=HTMX)
    second = Assignment.objects.exclude(pk=first.pk).get()
    assert json.loads(response["X-Ahead"]) == {"ahead": second.pk}
    assert "The query 2?" in response.content.decode()


def test_who_holds_the_next_card_is_sent_the_words_alone(client, three):
    first = three.lease()
    second = lease_ahead(assignment=first)
    response = submit(client, first, ahead=second.pk)
    assert json.loads(response["X-Ahead"]) == {
        "shown": second.pk,
        "progress": "1 judged · 2 open",
        "bar": {"value": 1, "max": 3, "aria-label": "1 judged, 2 open"},
        "undo": 60 * three.campaign.judging.undo_minutes,
        "words": "Saved.",
        "tone": "success",
    }
    assert response.content == b""
    assert response["HX-Push-Url"] == url("assignment", second)
    # Nothing is leased for it: the page asks for the card after it when this one stands.
    assert Assignment.objects.count() == 2


def test_a_card_ahead_that_is_gone_is_not_shown(client, three):
    first = three.lease()
    second = lease_ahead(assignment=first)
    second.item.state = ItemState.WITHDRAWN
    second.item.save()
    response = submit(client, first, ahead=second.pk)
    assert "X-Ahead" not in response
    assert "The query 3?" in response.content.decode()


def test_the_same_submission_again_leads_to_the_same_place(client, three):
    first = three.lease()
    second = lease_ahead(assignment=first)
    answer = {**make_answer(first), "ahead": second.pk}
    places = {
        client.post(url("submit", first), answer, headers=HTMX)["HX-Push-Url"] for _ in range(2)
    }
    assert places == {url("assignment", second)}
    assert Annotation.objects.count() == 1


def test_the_item_ahead_waits_for_nobody_else(three):
    lease_ahead(assignment=three.lease())
    assert (
        lease_next(user=three.another(), campaign=three.campaign).item.query.text == "The query 3?"
    )


def test_what_is_not_held_leads_nowhere(client, three):
    first = three.lease()
    Assignment.objects.update(state=AssignmentState.SUBMITTED)
    assert lease_ahead(assignment=first) is None
    assert client.get(url("ahead", first)).status_code == 405
    client.force_login(three.another())
    assert client.post(url("ahead", first), headers=HTMX).status_code == 404
