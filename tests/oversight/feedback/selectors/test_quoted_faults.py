"""Where responses are said to be at fault."""

import pytest

from oversight.feedback.selectors.faults import quoted_faults
from oversight.models import Comment, CommentVerdict, Critique, Judgement, Source
from tests.factories import (
    make_campaign,
    make_query,
    make_response,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def response():
    return make_response(make_query(make_campaign()), "3 + 4 = 8\n#### 8")


def a_critic(response):
    return make_version(response.query.campaign, role="critic", active=False)


def comment_on(response, start=0, end=9, how="exact", **critique):
    by = critique or {"version": a_critic(response)}
    return Comment.objects.create(
        critique=Critique.objects.create(response=response, **by),
        number=1,
        quote="quote",
        quote_match=how,
        start=None if how == "none" else start,
        end=None if how == "none" else end,
        severity="major",
    )


def say(comment, verdict="", action="kept", *, supersedes=None):
    response = comment.critique.response
    judgement = Judgement.objects.create(
        query=response.query,
        response_a=response,
        source=Source.PERSON,
        user=supersedes.user if supersedes else make_user(),
        supersedes=supersedes,
    )
    CommentVerdict.objects.create(
        comment=comment, judgement=judgement, verdict=verdict, action=action
    )
    return judgement


def places(response):
    return dict(quoted_faults([response])).get(response.pk, [])


@pytest.mark.parametrize(
    ("how", "is_taken"),
    [("exact", True), ("normalised", True), ("ambiguous", False), ("none", False)],
)
def test_a_quote_counts_where_it_was_found_in_the_response(response, how, is_taken):
    comment_on(response, how=how)
    assert places(response) == [(0, 9)] * is_taken


@pytest.mark.parametrize(
    ("verdict", "action", "is_taken"),
    [
        ("valid", "kept", True),
        ("nitpick", "kept", True),
        ("unsure", "kept", True),
        ("", "edited", True),
        ("fake", "kept", False),
        ("", "deleted", False),
    ],
)
def test_what_somebody_called_fake_or_deleted_is_left_out(response, verdict, action, is_taken):
    say(comment_on(response), verdict, action)
    assert places(response) == [(0, 9)] * is_taken


def test_a_verdict_that_was_corrected_no_longer_counts(response):
    comment = comment_on(response)
    first = say(comment, "fake")
    assert places(response) == []
    say(comment, "valid", supersedes=first)
    assert places(response) == [(0, 9)]


def test_what_people_added_counts_as_long_as_they_stand_by_it(response):
    comment = comment_on(response, 10, 16, author=make_user())
    assert places(response) == []  # somebody's better wording of a comment: the comment counts
    first = say(comment, "valid", "added")
    assert places(response) == [(10, 16)]
    Judgement.objects.create(
        query=response.query, response_a=response, source=Source.PERSON, user=first.user,
        supersedes=first, is_retraction=True,
    )  # fmt: skip
    assert places(response) == []


def test_the_first_critique_counts_each_place_once_in_their_order(response):
    critic = a_critic(response)
    for sample, start in enumerate((10, 10, 0)):
        comment_on(response, start, start + 3, version=critic, sample=sample)
    assert places(response) == [(10, 13)]
    comment_on(response, 10, 13)
    comment_on(response, 0, 9)
    assert places(response) == [(0, 9), (10, 13)]


def test_each_response_has_its_own(response):
    other = make_response(response.query, "another")
    comment_on(response)
    comment_on(other, 0, 3)
    assert quoted_faults([response, other]) == {response.pk: [(0, 9)], other.pk: [(0, 3)]}
