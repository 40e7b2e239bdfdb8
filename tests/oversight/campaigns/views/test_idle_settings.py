"""A setting that is on and does nothing yet says what it waits for, and where that is set."""

import pytest
from django.urls import reverse

from oversight.models import ModelVersion
from tests.factories import make_version, set_settings

pytestmark = pytest.mark.django_db
NEEDED = {"checker": "arithmetic", "critic_learning": "all", "refine_share": 1, "critic_samples": 2}
REVISIONS = "learns nothing by revisions yet"


def page(admin, key):
    return admin.get(reverse("settings-group", args=["maths", key])).content.decode()


@pytest.fixture
def learning(campaign):
    """A campaign in which a critic learns by revisions."""
    make_version(campaign, "learner", location="starter:reviser")
    make_version(campaign, "critic", location="starter:critic", backend="transformers")
    set_settings(campaign, critic_revisions=True, **NEEDED)
    return campaign


def test_nothing_is_said_where_nothing_is_missing(admin, learning):
    assert "notice" not in page(admin, "updates")
    assert "notice" not in page(admin, "rounds")


@pytest.mark.parametrize(
    ("setting", "why", "leads_to"),
    [
        ({"critic_learning": "off"}, "it does not learn at all", "updates"),
        ({"refine_share": 0}, "no answers are written anew", "rounds"),
        ({"critic_samples": 1}, "one critique of each answer", "routing"),
        ({"checker": ""}, "no checker says whether", "basics"),
    ],
)
def test_a_critic_that_cannot_learn_by_revisions_says_why(admin, learning, setting, why, leads_to):
    set_settings(learning, **setting)
    found = page(admin, "updates")
    notice = found[found.index(REVISIONS) :].partition("</p>")[0]
    assert why in notice
    assert reverse("settings-group", args=["maths", leads_to]) in notice


def test_a_critic_behind_a_server_is_not_trained(admin, learning):
    learning.versions.filter(role="critic").update(backend="openai")
    assert "only one that a worker loads is trained" in page(admin, "updates")


def test_what_is_not_written_anew_is_not_written_badly(admin, learning):
    learning.versions.filter(role="learner").update(location="starter:learner")
    set_settings(learning, refine_share=0)
    assert page(admin, "updates").count('class="notice"') == 1


def test_what_was_trained_from_one_that_never_revised_is_named_too(admin, learning):
    parent = learning.versions.get(role="learner")
    ModelVersion.objects.filter(pk=parent.pk).update(location="starter:learner")
    child = make_version(
        learning, "learner", name=parent.name, revision=9, location="artifact:child", active=False
    )
    learning.active_versions.filter(role="learner").update(version=child)
    assert "it was never shown how" in page(admin, "rounds")


def test_nothing_is_said_of_what_is_off(admin, learning):
    set_settings(learning, critic_revisions=False, critic_learning="off")
    assert REVISIONS not in page(admin, "updates")


@pytest.mark.parametrize("key", ["updates", "rounds"])
def test_a_learner_that_never_revised_is_named(admin, learning, key):
    learning.versions.filter(role="learner").update(location="starter:learner")
    found = page(admin, key)
    assert "it was never shown how" in found
    assert reverse("campaign-models", args=["maths"]) in found


def test_without_a_critic_no_answers_are_written_anew(admin, campaign):
    set_settings(campaign, refine_share=0.5)
    assert "there is no critic at work" in page(admin, "rounds")
