"""What is set, a line for each group."""

import pytest

from oversight.campaigns.forms.summaries import summaries
from oversight.models.groups import GROUPS
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def said(key, **settings):
    return {page.key: words for page, words in summaries(make_campaign(**settings))}[key]


def test_every_group_is_said():
    assert [page.key for page, words in summaries(make_campaign()) if words] == list(GROUPS)


@pytest.mark.parametrize(
    ("key", "settings", "words"),
    [
        ("basics", {"guidelines": "Be right."}, "Be right."),
        ("basics", {"guidelines": "# How\n\n**Right** & short."}, "How Right & short."),
        ("rounds", {"queries_per_round": 1}, "1 query a round, 4 answers each."),
        ("rounds", {"query_writing": "autodetect"}, "It goes by what failed before (AutoDetect)."),
        (
            "rounds",
            {"follow_up_share": 0.2},
            "20% of what it writes goes on with a conversation.",
        ),
        ("rounds", {"cross_share": 0.2}, "20% have their answers cross-examined."),
        ("updates", {"attacker_learning": True}, "The attacker learns too."),
        (
            "updates",
            {"attacker_learning": True, "critic_learning": "people"},
            "The critic and the attacker learn too.",
        ),
        ("routing", {"acceptance": "calibrated", "acceptance_alpha": 0.05}, "at most 5% of it"),
        (
            "routing",
            {"asks_contradicted": True},
            "60 items for people a round, sooner where the learner",
        ),
        ("routing", {"asks_contradicted": False}, "60 items for people a round."),
        (
            "routing",
            {"asks_contradicted": True, "audit_share": 1.0},
            "60 items for people a round.",
        ),
        (
            "judging",
            {"annotators_per_item": 3, "is_adjudicated": True},
            "3 people to an item, somebody else decides where they are level",
        ),
        (
            "judging",
            {"answers_per_item": 4},
            "the best of up to 4 answers, in rounds without a critic",
        ),
        ("judging", {"asks_flaws": True}, "the worst flaw of each answer is asked for"),
        (
            "measuring",
            {"gold_items": 2, "tampered_items": 3},
            "5 items with a known answer a round",
        ),
        (
            "measuring",
            {"tampered_items": 3, "tampered_by": "attacker"},
            "The attacker puts the errors in.",
        ),
        ("review", {}, "Looked at again: what is asked for by hand."),
        (
            "review",
            {"reviews_flagged": True, "review_share": 0.1, "review_first": 1},
            "what was flagged, 10% of all items, the first 1 of each person's answers.",
        ),
        (
            "care",
            {"content_warning": "Bad.", "break_minutes": 30},
            "A warning comes first, a break",
        ),
        ("training", {"loss": "dpo", "epochs": 1.5}, "DPO, all weights, 1.5 epochs, from 20 pref"),
        ("updates", {"schedule": "daily"}, "and every day at 03:00."),
        ("gate", {"gate_items": 20}, "People compare 20 pairs of answers before"),
    ],
)
def test_it_says_what_is_set(key, settings, words):
    assert words in said(key, **settings)
