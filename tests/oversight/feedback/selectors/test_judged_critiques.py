"""Critiques with what was said of their comments."""

import pytest

from models_srv.roles.critique_pairs import critique_pairs
from oversight.feedback.selectors.judged_critiques import judged_responses
from oversight.models import (
    Comment,
    CommentVerdict,
    Critique,
    Judgement,
    ResponseRating,
    Source,
    Split,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_query,
    make_response,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
PEOPLE, ALL = [Source.PERSON], [Source.PERSON, Source.SIMULATED]


@pytest.fixture
def response():
    return make_response(make_query(make_campaign()), "3 + 4 = 8\n#### 8")


def comment_on(response, quote="3 + 4 = 8", *, severity="major", revises=None, **critique):
    if not critique:
        version = make_version(response.query.campaign, role="critic", active=False)
        critique = {"version": version, "verdict": "flawed", "summary": "Found: slip."}
    return Comment.objects.create(
        critique=Critique.objects.create(response=response, **critique),
        number=1,
        quote=quote,
        quote_match="none",
        severity=severity,
        category="slip",
        explanation="No.",
        revises=revises,
    )


def say(comment, verdict="", action="kept", **judgement):
    response = comment.critique.response
    values = {"source": Source.PERSON, "user": make_user(), **judgement}
    said = Judgement.objects.create(query=response.query, response_a=response, **values)
    CommentVerdict.objects.create(comment=comment, judgement=said, verdict=verdict, action=action)
    return said


def judged(response, sources=PEOPLE):
    return judged_responses(response.query.campaign, sources, {})


def words(response, sources=PEOPLE):
    return [
        comment.word
        for each in judged(response, sources)
        for critique in each.judged.critiques
        for comment in critique.comments
    ]


@pytest.mark.parametrize(
    ("verdict", "action", "severity", "word"),
    [
        ("valid", "kept", "major", "valid"),
        ("fake", "kept", "major", "fake"),
        ("", "deleted", "major", "fake"),
        ("nitpick", "kept", "major", "fake"),
        ("nitpick", "kept", "nitpick", "valid"),
        ("unsure", "kept", "major", ""),
    ],
)
def test_a_verdict_speaks_for_a_comment_or_against_it(response, verdict, action, severity, word):
    say(comment_on(response, severity=severity), verdict, action)
    assert words(response) == [word]


def test_the_majority_counts_and_a_draw_says_nothing(response):
    comment = comment_on(response)
    say(comment, "fake")
    say(comment, "valid")
    assert words(response) == [""]
    say(comment, "valid")
    assert words(response) == ["valid"]


def test_the_same_words_in_another_critique_are_the_same_comment(response):
    say(comment_on(response), "fake")
    comment_on(response)
    comment_on(response, "#### 8")
    assert words(response) == ["fake", "fake", ""]


def test_what_was_corrected_counts_as_corrected(response):
    comment = comment_on(response)
    said = say(comment, "fake")
    say(comment, "valid", user=said.user, supersedes=said)
    assert words(response) == ["valid"]


def test_simulated_annotators_count_only_where_they_are_asked_for_and_are_told(response):
    say(comment_on(response), "fake", source=Source.SIMULATED)
    assert judged(response) == []
    [found] = judged(response, ALL)
    assert found.is_simulated
    assert words(response, ALL) == ["fake"]


def test_held_out_answers_and_items_whose_answer_was_known_are_left_out():
    campaign = make_campaign()
    held_out = make_response(make_query(campaign, split=Split.HELD_OUT))
    say(comment_on(held_out), "fake")
    gold = make_response(make_query(campaign))
    pair = {"response_a": gold, "response_b": make_response(gold.query)}
    item = make_item(campaign, kind="gold", query=gold.query, expected="a", **pair)
    say(comment_on(gold), "fake", item=item)
    assert judged(gold) == []


def test_an_edit_is_what_its_person_made_of_it(response):
    comment = comment_on(response)
    said = say(comment, "valid", "edited")
    comment_on(response, author=said.user, revises=comment)
    comment_on(response, "another's", author=make_user(), revises=comment)
    [found] = judged(response)
    [critique] = found.judged.critiques
    assert critique.comments[0].mended["quote"] == "3 + 4 = 8"


def test_an_added_comment_is_what_the_critic_missed(response):
    version = make_version(response.query.campaign, role="critic", active=False)
    Critique.objects.create(response=response, version=version, verdict="sound", summary="Fine.")
    added = comment_on(response, author=make_user(), verdict="flawed")
    say(added, "valid", "added")
    [found] = judged(response)
    [pair] = critique_pairs(found.judged)
    assert (pair.reason, pair.rejected) == ("missed", "verdict: sound\nsummary: Fine.")
    assert "quote: 3 + 4 = 8" in pair.chosen


@pytest.mark.parametrize(
    ("choices", "is_sound"), [("a", True), ("b", False), (["a", "both_bad"], False), ("tie", False)]
)
def test_an_answer_is_sound_where_all_preferred_it(response, choices, is_sound):
    other = make_response(response.query)
    say(comment_on(response), "fake")
    for choice in [choices] if isinstance(choices, str) else choices:
        Judgement.objects.create(
            query=response.query,
            response_a=response,
            response_b=other,
            source=Source.PERSON,
            user=make_user(),
            choice=choice,
        )
    [found] = judged(response)
    assert found.judged.is_sound is is_sound


def rate(response, flaw, **judgement):
    values = {"source": Source.PERSON, "user": make_user(), **judgement}
    said = Judgement.objects.create(query=response.query, response_a=response, **values)
    return ResponseRating.objects.create(judgement=said, response=response, worst_flaw=flaw)


@pytest.mark.parametrize(
    ("flaws", "pairs"), [(["none"], 2), (["none", "minor"], 0), (["nitpick"], 0)]
)
def test_what_a_critic_finds_where_people_find_no_flaw_is_made_up(response, flaws, pairs):
    comment_on(response)
    comment_on(response, "#### 8")
    for flaw in flaws:
        rate(response, flaw)
    found = [pair for each in judged(response) for pair in critique_pairs(each.judged)]
    assert [pair.reason for pair in found] == ["sound"] * pairs
    assert {"No problem found" in pair.chosen for pair in found} <= {True}


def test_a_comment_that_somebody_called_valid_is_not_made_up_for_that(response):
    say(comment_on(response), "valid")
    rate(response, "none")
    comment_on(response, "#### 8")
    [found] = judged(response)
    assert not found.judged.is_flawless
    assert [pair.reason for pair in critique_pairs(found.judged)] == ["valid"]


def test_what_people_say_of_an_answer_by_itself_outranks_a_comparison(response):
    shorter = make_response(response.query, "#### 8")
    say(comment_on(response), "fake", response_b=shorter, choice="b")
    [found] = judged(response)
    assert not found.judged.is_sound
    rate(response, "none")
    [found] = judged(response)
    assert found.judged.is_sound


def test_a_flawless_answer_of_an_item_whose_answer_was_known_teaches_nothing(response):
    pair = {"response_a": response, "response_b": make_response(response.query)}
    item = make_item(
        response.query.campaign, kind="gold", query=response.query, expected="a", **pair
    )
    comment_on(response)
    rate(response, "none", item=item)
    assert judged(response) == []


def test_what_people_say_of_flaws_where_the_answer_was_known_makes_no_answer_flawless(response):
    say(comment_on(response), "unsure")
    pair = {"response_a": response, "response_b": make_response(response.query)}
    campaign = response.query.campaign
    item = make_item(campaign, kind="tampered", query=response.query, expected="a", **pair)
    rate(response, "none", item=item)
    [found] = judged(response)
    assert (found.judged.is_sound, found.judged.is_flawless) == (False, False)
