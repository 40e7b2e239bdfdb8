"""The attacker over its versions: whether it learns, what each version found, and why it was refused."""

import pytest
from django.urls import reverse

from oversight.attacks.policies.confirming import Outcome
from oversight.learning.policies.attacker_gate import TriedAttack, judge_attacker
from oversight.models import Evaluation, ModelVersion, Role, RunState, TrainingRun
from tests.factories import make_version, set_settings
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def attacker(campaign):
    set_settings(campaign, checker="arithmetic", attacker_learning=True)
    return make_version(campaign, "attacker", backend="transformers")


@pytest.fixture
def trained(campaign, attacker):
    """A new version at whose questions the learner fails twice as often."""
    round_ = make_round(campaign, make_version(campaign, "critic"))
    new = make_version(campaign, "attacker", name=attacker.name, parent=attacker, active=False)
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.ATTACKER,
        parent=attacker,
        state=RunState.SUCCEEDED,
        result_version=new,
        settings={"loss": "dpo_sft", "pairs": {"checker: attacks": 14}, "trial_seeds": [1, 2]},
    )
    tried = [
        TriedAttack(at, f"c{at}", side, "a b c", outcome, f"way {at}")
        for at in range(60)
        for side, most in ((True, 40), (False, 20))
        for outcome in [Outcome.FAILED if at < most else Outcome.HELD]
    ]
    verdict = judge_attacker(tried, seed=1)
    Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.ATTACKER,
        candidate=new,
        baseline=attacker,
        is_promoted=verdict.is_promoted,
        reasons=list(verdict.reasons),
        metrics=verdict.metrics,
    )
    return run


def page_of(admin, campaign):
    page = admin.get(reverse("attacker-versions", args=[campaign.slug]))
    return page, " ".join(page.content.decode().split())


def test_the_page_tells_what_each_version_found(admin, campaign, trained):
    page, html = page_of(admin, campaign)
    [training] = page.context["trainings"]
    assert round(training.new.fails.value, 3) == 0.667
    assert round(training.old.fails.value, 3) == 0.333
    assert training.new.questions == 60
    assert "Put to work" in html
    assert "From 14 pairs of questions." in html
    assert "before 0.33" in html
    assert reverse("training-run", args=[campaign.slug, trained.pk]) in html


def test_one_that_was_not_trained_says_why(admin, campaign, attacker):
    round_ = make_round(campaign, make_version(campaign, "critic"))
    TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.ATTACKER,
        parent=attacker,
        state=RunState.SKIPPED,
        reason="3 pairs to train on, at least 20 are asked for",
    )
    html = page_of(admin, campaign)[1]
    assert "Not trained" in html
    assert "3 pairs to train on, at least 20 are asked for" in html
    assert "Pairs come from rounds that began while it was to learn" in html


STATES = [
    pytest.param({}, "learns at the end of each round", id="learns"),
    pytest.param({"attacker_learning": False}, "is at work and does not learn", id="off"),
    pytest.param({"checker": ""}, "no checker knows the truth here", id="no-checker"),
]


@pytest.mark.parametrize(("changed", "words"), STATES)
def test_the_page_tells_whether_it_learns(admin, campaign, attacker, changed, words):
    set_settings(campaign, **changed)
    html = page_of(admin, campaign)[1]
    assert words in html
    assert "It has not been trained yet" in html


def test_a_served_attacker_and_none_at_all_are_told(admin, campaign, attacker):
    ModelVersion.objects.filter(pk=attacker.pk).update(backend="openai", location="http://x/v1")
    assert "is behind a server" in page_of(admin, campaign)[1]
    campaign.active_versions.filter(role="attacker").delete()
    assert "No attacker is at work" in page_of(admin, campaign)[1]


def test_the_models_and_the_map_lead_to_the_page(admin, campaign, attacker):
    address = reverse("attacker-versions", args=[campaign.slug])
    for name in ("campaign-models", "weaknesses"):
        assert address in admin.get(reverse(name, args=[campaign.slug])).content.decode()


def test_the_training_tells_whose_word_the_pairs_are(admin, campaign, trained):
    page = admin.get(reverse("training-run", args=[campaign.slug, trained.pk])).content.decode()
    words = " ".join(page.split())
    assert "Pairs of questions" in words
    assert "14 where one of two questions from the same start" in words
    assert "Questions that are fair and make the learner fail" in words
