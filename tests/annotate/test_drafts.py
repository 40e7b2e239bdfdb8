import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.errors import AlreadyAnswered, DraftOutdated, DraftTooLong
from annotate.models import Assignment, AssignmentState, Draft
from annotate.services.drafts import forget_settled_drafts, save_draft
from annotate.services.leases import release_expired_leases
from tests.annotate.records import make_answer

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(assignment, name="draft"):
    return reverse(f"annotate:{name}", args=[assignment.pk])


def test_it_keeps_what_is_entered(client, pair):
    assignment = pair.lease()
    fields = {"preference": "6", "rationale": "half a", "csrfmiddlewaretoken": "secret"}
    response = client.post(url(assignment), {**fields, "draft_version": "0"}, headers=HTMX)
    assert json.loads(response.content) == {"version": 1, "is_late": False}
    assert Draft.objects.get().fields == [["preference", "6"], ["rationale", "half a"]]


def test_the_same_sent_twice_is_one_change(pair):
    assignment = pair.lease()
    for _ in range(2):
        draft = save_draft(assignment=assignment, fields=[("rationale", "x")], version=0)
    assert draft.version == 1


def test_a_tab_that_is_behind_overwrites_nothing(client, pair):
    assignment = pair.lease()
    save_draft(assignment=assignment, fields=[("rationale", "here")], version=0)
    save_draft(assignment=assignment, fields=[("rationale", "here too")], version=1)
    with pytest.raises(DraftOutdated):
        save_draft(assignment=assignment, fields=[("rationale", "there")], version=1)
    answer = {"rationale": "there", "draft_version": "1"}
    response = client.post(url(assignment), answer, headers=HTMX)
    assert response.status_code == 409
    assert "Another tab" in json.loads(response.content)["message"]
    assert Draft.objects.get().fields == [["rationale", "here too"]]


@pytest.mark.parametrize("state", [AssignmentState.SUBMITTED, AssignmentState.SKIPPED])
def test_nothing_is_kept_of_what_is_over(client, pair, state):
    assignment = pair.lease()
    Assignment.objects.update(state=state)
    with pytest.raises(AlreadyAnswered):
        save_draft(assignment=assignment, fields=[("rationale", "x")], version=0)
    assert client.post(url(assignment), {"a": "b"}, headers=HTMX).status_code == 410


def test_a_draft_too_long_is_refused(client, pair):
    assignment = pair.lease()
    with pytest.raises(DraftTooLong):
        save_draft(assignment=assignment, fields=[("rationale", "x" * 400_001)], version=0)
    answer = {"rationale": "x" * 400_001}
    assert client.post(url(assignment), answer, headers=HTMX).status_code == 413


def test_working_on_an_item_keeps_it(pair):
    assignment = pair.lease()
    soon = timezone.now() + timedelta(minutes=5)
    Assignment.objects.update(expires_at=soon)
    save_draft(assignment=assignment, fields=[("rationale", "x")], version=0)
    assignment.refresh_from_db()
    assert assignment.expires_at > timezone.now() + timedelta(minutes=29)


def test_a_late_draft_is_kept_and_says_that_it_is_late(client, pair):
    assignment = pair.lease()
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    release_expired_leases()
    response = client.post(url(assignment), {"rationale": "x"}, headers=HTMX)
    assert json.loads(response.content)["is_late"] is True
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.EXPIRED


def test_drafts_of_what_was_submitted_are_swept(client, pair):
    assignment = pair.lease()
    save_draft(assignment=assignment, fields=[("rationale", "x")], version=0)
    assert forget_settled_drafts() == 0
    client.post(url(assignment, "submit"), make_answer(assignment))
    assert forget_settled_drafts() == 1


def test_wrong_person_and_method(client, pair):
    assignment = pair.lease()
    assert client.get(url(assignment)).status_code == 405
    assert Client().post(url(assignment), headers=HTMX).status_code == 401
    client.force_login(pair.another())
    assert client.post(url(assignment), {"a": "b"}, headers=HTMX).status_code == 404
    assert Draft.objects.count() == 0
