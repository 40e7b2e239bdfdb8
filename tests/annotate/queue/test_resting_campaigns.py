"""In a campaign that is paused nobody is given an item; in one that has ended nothing is judged."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.models import Annotation, Assignment
from annotate.queue.services.leases import lease_ahead, lease_next
from oversight.people.services.tokens import make_token
from tests.annotate.records import make_answer
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def paused(pair):
    pair.campaign.paused_at = timezone.now()
    pair.campaign.state_reason = "We mend the guidelines."
    pair.campaign.save()
    return pair


def claim(client, pair):
    token = make_token(user=pair.user)
    headers = {"Authorization": f"Token {token}"}
    return client.post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/", headers=headers)


def test_nobody_is_given_an_item(paused, client):
    assert lease_next(user=paused.user, campaign=paused.campaign) is None
    page = client.get(reverse("annotate:next", args=[paused.campaign.slug])).content.decode()
    assert "The campaign is paused" in page
    assert "We mend the guidelines." in page
    assert "Paused for now" in client.get(reverse("annotate:home")).content.decode()
    lease = reverse("annotate:lease", args=[paused.campaign.slug])
    assert client.post(lease, follow=True).status_code == 200
    assert not Assignment.objects.exists()


def test_nor_one_ahead(pair):
    make_item(pair.campaign)
    held = pair.lease()
    pair.campaign.paused_at = timezone.now()
    pair.campaign.save()
    assert lease_ahead(assignment=held) is None


def test_what_is_on_the_screen_can_still_be_submitted(client, pair, assignment):
    pair.campaign.paused_at = timezone.now()
    pair.campaign.save()
    page = reverse("annotate:assignment", args=[assignment.pk])
    assert client.get(page).status_code == 200
    done = client.post(
        reverse("annotate:submit", args=[assignment.pk]), make_answer(assignment), follow=True
    )
    assert Annotation.objects.filter(assignment=assignment).count() == 1
    assert "The campaign is paused" in done.content.decode()


@pytest.mark.parametrize(
    ("column", "code"), [("paused_at", "campaign_paused"), ("finished_at", "campaign_finished")]
)
def test_a_program_is_told_so(pair, client, column, code):
    setattr(pair.campaign, column, timezone.now())
    pair.campaign.save()
    refused = claim(client, pair)
    assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_in_a_finished_one_nothing_is_judged_and_the_page_says_why(client, pair, assignment):
    pair.campaign.finished_at = timezone.now()
    pair.campaign.save()
    refused = client.post(reverse("annotate:submit", args=[assignment.pk]), make_answer(assignment))
    assert refused.status_code == 409
    assert "is finished" in refused.content.decode()
    assert not Annotation.objects.exists()
    other = reverse("annotate:assignment", args=[assignment.pk + 1])
    assert client.get(other).status_code == 404


def test_no_conversation_goes_on_in_a_paused_one(client, paused):
    paused.campaign.judging.is_red_teaming_open = True
    paused.campaign.judging.save()
    page = reverse("annotate:red-team", args=[paused.campaign.slug])
    refused = client.post(page, {"text": "What is 2 + 2?"})
    assert refused.status_code == 422
    assert "is paused" in refused.content.decode()
