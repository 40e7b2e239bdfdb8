"""A setting that is on and does nothing yet says what it waits for, and where that is set."""

import pytest
from django.urls import reverse

from tests.factories import make_version, set_settings

pytestmark = pytest.mark.django_db
NEEDED = {"critic_learning": "all", "refine_share": 1, "critic_samples": 2}
REVISIONS = "learns nothing by revisions yet"


def page(admin, key):
    return admin.get(reverse("settings-group", args=["maths", key])).content.decode()


@pytest.fixture
def learning(campaign):
    """A campaign in which a critic learns by revisions."""
    make_version(campaign, "learner", location="starter:reviser")
    make_version(campaign, "critic", location="starter:critic")
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
    ],
)
def test_a_critic_that_cannot_learn_by_revisions_says_why(admin, learning, setting, why, leads_to):
    set_settings(learning, **setting)
    found = page(admin, "updates")
    notice = found[found.index(REVISIONS) :].partition("</p>")[0]
    assert why in notice
    assert reverse("settings-group", args=["maths", leads_to]) in notice


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
