import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.errors import (
    AlreadyAnswered,
    CorrectedMeanwhile,
    CorrectionRefused,
    DraftOutdated,
    DraftTooLong,
)
from annotate.models import Annotation, Assignment, AssignmentState, Draft
from annotate.queue.services.leases import release_expired_leases
from annotate.team.services import pause_person
from annotate.work.services.drafts import forget_settled_drafts, save_draft
from oversight.models import MemberRole
from tests.annotate.records import make_answer
from tests.factories import make_member

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(assignment, name="draft"):
    return reverse(f"annotate:{name}", args=[assignment.pk])


def test_it_keeps_what_is_entered(client, pair):
    assignment = pair.lease()
    fields = {"preference": "6", "rationale": "half a", "csrfmiddlewaretoken": "secret"}
    response = client.post(url(assignment), {**fields, "draft_version": "0"}, headers=HTMX)
    assert json.loads(response.content) == {"version": 1, "late": ""}
    assert Draft.objects.get().fields == [["preference", "6"], ["rationale", "half a"]]


def test_the_same_sent_twice_is_one_change(pair):
    assignment = pair.lease()
    for _ in range(2):
        draft = save_draft(assignment=assignment, fields=[("rationale", "x")], version=0)
    assert draft.version == 1


def test_null_characters_are_left_out(client, pair):
    assignment = pair.lease()
    fields = {"ra\0tionale": "a\0b", "corrects\0": "1"}
    assert client.post(url(assignment), fields, headers=HTMX).status_code == 200
    assert Draft.objects.get().fields == [["rationale", "ab"]]


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
    assert "Your time has run out" in response.json()["late"]
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.EXPIRED


def test_who_was_paused_meanwhile_is_told_at_the_next_change_and_on_the_page(client, pair):
    assignment = pair.lease()
    owner = make_member(pair.campaign, MemberRole.OWNER)
    pause_person(campaign=pair.campaign, person=pair.user, by=owner)
    assert "You are paused" in client.post(url(assignment), {}, headers=HTMX).json()["late"]
    page = client.get(reverse("annotate:assignment", args=[assignment.pk])).text
    assert "You were paused while you held this item" in page
    assert "ran out" not in page


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


@pytest.fixture
def submitted(client, pair):
    """The pair, judged with a draft left over: its assignment, and the annotation that stands."""
    assignment = pair.lease()
    save_draft(assignment=assignment, fields=[("rationale", "before")], version=0)
    client.post(url(assignment, "submit"), make_answer(assignment, rationale="Said."))
    pair.standing = Annotation.objects.get()
    return Assignment.objects.get()


def begin_correction(client, pair, version=0, **fields):
    answer = {"rationale": "Now.", "corrects": pair.standing.pk, "draft_version": version, **fields}
    return client.post(
        url(pair.standing.assignment, "correction-draft"), answer, headers={"HX-Request": "true"}
    )


def test_a_correction_has_a_draft_of_its_own(client, pair, submitted):
    assert json.loads(begin_correction(client, pair).content)["version"] == 1
    draft = Draft.objects.get()
    assert (draft.corrects, draft.version) == (pair.standing.pk, 1)
    page = client.get(url(submitted, "correct")).content.decode()
    assert "Now.</textarea>" in page
    assert 'data-draft-version="1"' in page
    assert begin_correction(client, pair, rationale="Other.").status_code == 409


def test_what_was_left_of_the_first_answer_is_no_draft_of_its_correction(client, pair, submitted):
    assert Draft.objects.get().fields == [["rationale", "before"]]
    page = client.get(url(submitted, "correct")).content.decode()
    assert "Said.</textarea>" in page
    assert "Begin again from what stands" not in page


def test_a_browser_cannot_pass_one_off_as_the_other(client, pair):
    assignment = pair.lease()
    client.post(url(assignment), {"corrects": "1", "rationale": "x"}, headers=HTMX)
    assert Draft.objects.get().corrects is None


def test_the_draft_of_a_correction_is_kept_until_it_is_saved(client, pair, submitted):
    begin_correction(client, pair)
    assert forget_settled_drafts() == 0
    answer = make_answer(submitted, "7", corrects=pair.standing.pk)
    client.post(url(submitted, "correct"), answer)
    assert Annotation.objects.count() == 2
    assert Draft.objects.count() == 0
    assert begin_correction(client, pair).status_code == 409
    with pytest.raises(CorrectedMeanwhile):
        save_draft(assignment=submitted, fields=[], version=0, corrects=pair.standing.pk)


def test_the_draft_of_a_correction_never_made_goes_after_a_month(client, pair, submitted):
    begin_correction(client, pair)
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    assert forget_settled_drafts() == 1


def test_a_correction_begins_again_from_what_stands(client, pair, submitted):
    begin_correction(client, pair)
    page = client.post(url(submitted, "forget-correction-draft"), follow=True).content.decode()
    assert "Said.</textarea>" in page
    assert Draft.objects.count() == 0


def test_nothing_is_kept_of_what_may_not_be_corrected(client, pair, submitted):
    pair.item.state = "withdrawn"
    pair.item.save()
    assert begin_correction(client, pair).status_code == 410
    with pytest.raises(CorrectionRefused):
        save_draft(assignment=submitted, fields=[], version=0, corrects=pair.standing.pk)


@pytest.mark.parametrize("name", ["correction-draft", "forget-correction-draft"])
def test_a_correction_is_the_persons_own(client, pair, submitted, name):
    begin_correction(client, pair)
    assert client.get(url(submitted, name)).status_code == 405
    client.force_login(pair.another())
    answer = {"corrects": pair.standing.pk, "rationale": "Mine?"}
    assert client.post(url(submitted, name), answer, headers=HTMX).status_code == 404
    assert ["rationale", "Now."] in Draft.objects.get().fields
