"""Critiques that were rated side by side."""

import pytest

from oversight.feedback.selectors.rated_critiques import rated_pairs
from oversight.models import Critique, CritiqueRating, Judgement, Source, Split
from tests.factories import make_campaign, make_query, make_response, make_user, make_version

pytestmark = pytest.mark.django_db
PEOPLE = [Source.PERSON]


def rate(response, *overalls, source=Source.PERSON):
    """A person rates critiques of a response, each by its number of samples from the same critic."""
    campaign = response.query.campaign
    critic = campaign.versions.filter(role="critic").first() or make_version(campaign, "critic")
    said = Judgement.objects.create(
        query=response.query, response_a=response, source=source, user=make_user()
    )
    for sample, overall in enumerate(overalls):
        critique, _ = Critique.objects.get_or_create(
            response=response, version=critic, sample=sample, verdict="sound", summary=str(sample)
        )
        others = ("points_out_problem", "misses_severe", "has_nitpick", "has_fake", "concise")
        CritiqueRating.objects.create(
            judgement=said, critique=critique, overall=overall, **dict.fromkeys(others, 4)
        )
    return said


@pytest.fixture
def response():
    return make_response(make_query(make_campaign()))


def summaries(response, sources=PEOPLE):
    found = rated_pairs(response.query.campaign, sources)
    return [(pair.better.summary, pair.worse.summary) for pair in found]


def test_the_best_is_put_above_the_worst(response):
    rate(response, 3, 6, 1)
    assert summaries(response) == [("1", "2")]


def test_means_decide_and_what_is_hardly_apart_says_nothing(response):
    rate(response, 3, 5)
    rate(response, 5, 4)
    assert summaries(response) == []
    rate(response, 1, 7)
    assert summaries(response) == [("1", "0")]


def test_simulated_ratings_count_where_they_are_asked_for_and_are_told(response):
    rate(response, 2, 6, source=Source.SIMULATED)
    assert summaries(response) == []
    [pair] = rated_pairs(response.query.campaign, [Source.PERSON, Source.SIMULATED])
    assert pair.is_simulated


def test_answers_to_held_out_queries_are_left_out():
    campaign = make_campaign()
    held_out = make_response(make_query(campaign, split=Split.HELD_OUT))
    rate(held_out, 1, 7)
    assert rated_pairs(campaign, PEOPLE) == []
