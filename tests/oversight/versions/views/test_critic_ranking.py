"""Critics are ranked by people's blind ratings of critiques that stood side by side."""

import pytest
from django.urls import reverse

from oversight.models import Critique, CritiqueRating, Judgement, ReviewItem, Source
from oversight.versions.selectors.critic_ranking import QUESTIONS, ranked_critics
from tests.factories import make_query, make_response, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(campaign):
    return [make_version(campaign, "critic", active=False, name=name) for name in ("old", "new")]


def rate(campaign, overall, *, source=Source.PERSON, supersedes=None):
    """One person rates a critique of each version, or of a person's where the key is a user."""
    response = make_response(make_query(campaign))
    item = ReviewItem.objects.create(
        campaign=campaign, query=response.query, response_a=response, kind="critique_rating"
    )
    user = make_user() if source == Source.PERSON else None
    judgement = Judgement.objects.create(
        query=item.query, item=item, response_a=item.response_a, source=source, user=user,
        supersedes=supersedes,
    )  # fmt: skip
    for by, points in overall.items():
        writer = {"author": by} if hasattr(by, "username") else {"version": by}
        critique = Critique.objects.create(response=item.response_a, verdict="flawed", **writer)
        others = dict.fromkeys(QUESTIONS, 8 - points)
        CritiqueRating.objects.create(
            judgement=judgement, critique=critique, overall=points, **others
        )
    return judgement


def test_the_critic_that_people_rate_higher_is_first(campaign, versions):
    old, new = versions
    for points in (6, 7, 6, 5, 6, 7):
        rate(campaign, {old: 3, new: points})
    rate(campaign, {old: 5, new: 5})
    first, last = ranked_critics(campaign)
    assert (first.name, last.name) == (str(new), str(old))
    assert first.strength.low > 0 > last.strength.high
    assert (first.ratings, first.strength.matches) == (7, 7)
    assert first.means == [pytest.approx(2.0)] * 5


def test_peoples_own_critiques_are_one_of_the_critics(campaign, versions):
    rate(campaign, {versions[0]: 2, make_user(): 6, make_user(): 7})
    assert [each.name for each in ranked_critics(campaign)] == ["People", str(versions[0])]
    assert ranked_critics(campaign)[0].strength.matches == 2


def test_what_was_corrected_or_simulated_or_stood_alone_does_not_count(campaign, versions):
    old, new = versions
    taken_back = rate(campaign, {old: 7, new: 1})
    rate(campaign, {old: 1, new: 7}, supersedes=taken_back)
    rate(campaign, {old: 7, new: 1}, source=Source.SIMULATED)
    rate(campaign, {old: 7})
    assert [each.name for each in ranked_critics(campaign)] == [str(new), str(old)]
    assert ranked_critics(campaign)[0].strength.matches == 1


def test_the_models_page_shows_it_once_there_is_something_to_compare(admin, campaign, versions):
    url = reverse("campaign-models", args=["maths"])
    assert "Critics compared" not in admin.get(url, {"critics": "true"}).content.decode()
    rate(campaign, {versions[0]: 2, versions[1]: 6})
    html = admin.get(url, {"critics": "true"}).content.decode()
    assert "Critics compared" in html
    assert str(versions[1]) in html
