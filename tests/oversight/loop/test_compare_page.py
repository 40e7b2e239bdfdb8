"""A learner is put before the gate from the models' page."""

import pytest
from django.urls import reverse

from oversight.models import Evaluation, Round
from tests.factories import make_campaign, make_member, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate():
    campaign = make_campaign(slug="maths")
    learner = make_version(campaign, backend="transformers", location="starter:learner")
    return make_version(
        campaign, active=False, parent=learner, backend="transformers", location="starter:learner"
    )


@pytest.fixture
def page(client, candidate):
    client.force_login(make_member(candidate.campaign, "engineer"))
    return client


def address(version):
    return reverse("version-compare", args=["maths", version.pk])


def test_it_is_offered_said_and_done(page, candidate):
    models = page.get(reverse("campaign-models", args=["maths"])).content.decode()
    assert address(candidate) in models
    assert "nothing is trained" in page.get(address(candidate)).content.decode()
    assert not Round.objects.exists()
    told = page.post(address(candidate), follow=True)
    assert "is being compared" in told.content.decode()
    round_ = Round.objects.get()
    assert round_.candidate == candidate
    shown = page.get(reverse("round", args=["maths", round_.number])).content.decode()
    assert "This round only compares it" in shown


def test_one_that_the_gate_has_refused_is_not_offered_again(page, candidate):
    Evaluation.objects.create(
        campaign=candidate.campaign,
        candidate=candidate,
        baseline=candidate.parent,
        is_promoted=False,
    )
    models = page.get(reverse("campaign-models", args=["maths"])).content.decode()
    assert address(candidate) not in models
    told = page.post(address(candidate), follow=True).content.decode()
    assert "before the gate already" in told
    assert not Round.objects.exists()
