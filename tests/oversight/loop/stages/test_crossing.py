"""Answers are asked for again in other words, and what comes back is held against them."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from models_srv.types import Generation, ModelUnavailable
from oversight.loop.selectors.routes import versions_asked
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.rounds import start_round
from oversight.loop.stages import HANDLERS
from oversight.loop.stages.crossing import confront, examine, testify
from oversight.models import (
    OF_CROSSING,
    CrossAnswer,
    CrossOutcome,
    CrossQuestion,
    CrossVerdict,
    Purpose,
    Query,
    Response,
    ReviewItem,
    Stage,
    TokenUse,
    WorkUnit,
)
from tests.factories import (
    make_campaign,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db
PROBLEM = "Tom has 5 eggs. Later Tom finds 4 eggs. How many eggs now?"
CLAIMED = "Claim: It is 9.\nQuestion: How many are 5 and 4 together?"


@pytest.fixture
def small():
    """A round whose answers are all examined, by a critic that can be asked in words."""
    critic = make_version(
        campaign := make_campaign(), "critic", backend="openai", location="http://x"
    )
    learner = campaign.versions.filter(role="learner").first() or make_version(campaign)
    round_ = make_round(campaign, critic, slots=[{"node": "", "near": None}] * 2, cross_share=1.0)
    assert round_.learner == learner
    return round_


def add_answer(round_, text="5 + 4 = 9\n#### 9", *, query=None, **more):
    query = query or make_query(round_.campaign, PROBLEM, round=round_, slot=0)
    return make_response(query, text, version=round_.learner, **more)


def said(text, **more):
    return Generation(text, prompt_hash="h", **more)


def spent(_):
    raise ModelUnavailable("The budget is spent.")


def do(round_, stage, *texts, index=0):
    """Do a unit as the desk would, with models that say `texts`."""
    handler = HANDLERS[stage]
    asked = handler.ask(round_, index)
    assert len(asked) == len(texts), asked
    assert all(question.request.sampling.top_p == 1.0 for question in asked)
    answered = [(question, [said(text)]) for question, text in zip(asked, texts, strict=True)]
    handler.write(round_, index, handler.read(round_, index, answered))
    return asked


def with_domain(round_):
    set_settings(round_.campaign, checker="arithmetic")
    return round_


UNITS = [({}, 1), ({"cross_share": 0}, 0), ({"slots": []}, 0)]


@pytest.mark.parametrize(("change", "units"), UNITS)
def test_there_is_something_to_do_where_the_plan_says_so(small, change, units):
    small.plan |= change
    assert examine.unit_count(small) == units
    assert (testify.unit_count(small), confront.unit_count(small)) == (0, 0)


def test_rounds_planned_before_and_rounds_where_nobody_can_ask_have_none(small):
    old = make_round(small.campaign, small.critic)
    old.plan.pop("cross_share")
    assert examine.unit_count(old) == 0
    small.critic = None
    assert examine.unit_count(small) == 0
    assert examine.unit_count(with_domain(small)) == 1
    starter = make_version(small.campaign, "critic", active=False, location="starter:critic")
    small.critic, small.campaign.basics.checker = starter, "instructions"
    assert examine.unit_count(small) == 0


def test_the_examiner_asks_the_learner_answers_and_the_examiner_compares(small):
    answer = add_answer(small)
    [question] = do(small, Stage.EXAMINE, CLAIMED)
    assert question.version == small.critic
    assert answer.text in question.request.conversation[-1].content
    row = CrossQuestion.objects.get()
    assert (row.response, row.claim, row.text) == (
        answer,
        "It is 9.",
        "How many are 5 and 4 together?",
    )
    assert (row.version, row.domain, row.raw_text, row.prompt_hash) == (
        small.critic,
        "",
        CLAIMED,
        "h",
    )

    [question] = do(small, Stage.TESTIFY, "Ten.")
    assert question.version == small.learner
    assert [turn.content for turn in question.request.conversation] == [row.text]
    assert question.request.sampling.temperature == small.plan["temperature"]

    [question] = do(small, Stage.CONFRONT, "Contradicts: yes")
    assert question.version == small.critic
    assert "It is 9." in question.request.conversation[-1].content
    verdict = CrossVerdict.objects.get(answer__question=row)
    assert (verdict.outcome, verdict.version) == (CrossOutcome.CONTRADICTS, small.critic)
    assert verdict.raw_text == "Contradicts: yes"
    spent = TokenUse.objects.filter(round=small).values_list("stage", "version")
    assert set(spent) == {
        (Stage.EXAMINE, small.critic_id),
        (Stage.TESTIFY, small.learner_id),
        (Stage.CONFRONT, small.critic_id),
    }


def test_what_cannot_be_read_is_kept_and_scores_nothing(small):
    add_answer(small)
    do(small, Stage.EXAMINE, "I would rather not.")
    row = CrossQuestion.objects.get()
    assert (row.text, row.raw_text) == ("", "I would rather not.")
    assert testify.unit_count(small) == 0
    do(small, Stage.TESTIFY)


def test_a_verdict_that_cannot_be_read_is_null(small):
    add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    do(small, Stage.TESTIFY, "Ten.")
    do(small, Stage.CONFRONT, "Well, well.")
    verdict = CrossVerdict.objects.get()
    assert (verdict.outcome, verdict.raw_text) == (None, "Well, well.")


@pytest.mark.parametrize(
    ("again", "outcome"), [("#### 9", "agrees"), ("#### 8", "contradicts"), ("No idea.", "unclear")]
)
def test_the_domain_asks_and_compares_where_it_can(small, again, outcome):
    with_domain(small).critic = None
    add_answer(small)
    do(small, Stage.EXAMINE)
    rows = list(CrossQuestion.objects.all())
    assert {(row.claim, row.domain, row.version) for row in rows} == {
        ("#### 9", "arithmetic", None)
    }
    do(small, Stage.TESTIFY, *[again] * len(rows))
    do(small, Stage.CONFRONT)
    outcomes = CrossVerdict.objects.values_list("outcome", "domain")
    assert set(outcomes) == {(outcome, "arithmetic")}


def test_who_asked_compares_whatever_the_campaign_asks_now(small):
    with_domain(small).critic = None
    add_answer(small)
    do(small, Stage.EXAMINE)
    set_settings(small.campaign, checker="")
    do(small, Stage.TESTIFY, *["#### 8"] * CrossQuestion.objects.count())
    do(small, Stage.CONFRONT)
    outcomes = CrossVerdict.objects.values_list("outcome", "domain")
    assert set(outcomes) == {("contradicts", "arithmetic")}


def test_what_the_domain_does_alone_needs_no_budget_and_no_server(small, monkeypatch):
    for stage in (examine, confront):
        monkeypatch.setattr(stage, "require_budget", spent)
    add_answer(with_domain(small))
    assert versions_asked(small, Stage.EXAMINE) == []
    do(small, Stage.EXAMINE)
    do(small, Stage.TESTIFY, *["#### 9"] * CrossQuestion.objects.count())
    assert versions_asked(small, Stage.CONFRONT) == []
    do(small, Stage.CONFRONT)
    assert set(CrossVerdict.objects.values_list("outcome", flat=True)) == {"agrees"}


def test_what_it_cannot_do_the_examiner_is_asked_for_within_the_budget(small, monkeypatch):
    query = make_query(small.campaign, "Who was it?", round=small, slot=0)
    add_answer(with_domain(small), "It was Tom.", query=query)
    assert versions_asked(small, Stage.EXAMINE) == [small.critic]
    do(small, Stage.EXAMINE, CLAIMED)
    do(small, Stage.TESTIFY, "Ten.")
    assert versions_asked(small, Stage.CONFRONT) == [small.critic]
    monkeypatch.setattr(confront, "require_budget", spent)
    with pytest.raises(ModelUnavailable):
        confront.ask(small, 0)


def test_what_a_cancelled_round_began_the_next_ends(small):
    begun = add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    cancel_round(round=small, reason="enough", cancelled_by=make_user())
    after = make_round(small.campaign, small.critic, **small.plan)
    begun.query.refresh_from_db()
    assert begun.query.round is None
    Query.objects.filter(pk=begun.query.pk).update(round=after, slot=1)
    other = add_answer(after, query=make_query(small.campaign, "Another?", round=after, slot=0))
    [question] = do(after, Stage.EXAMINE, CLAIMED)
    assert question.about == other
    assert testify.unit_count(after) == 1
    asked = do(after, Stage.TESTIFY, "Ten.", "Nine.")
    assert [question.about.response for question in asked] == [other, begun]
    do(after, Stage.CONFRONT, "Contradicts: yes", "Contradicts: no")
    assert set(CrossVerdict.objects.values_list("answer__question__response", flat=True)) == {
        begun.pk,
        other.pk,
    }


def test_a_round_that_examines_nothing_goes_on_with_nothing_of_others(small):
    add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    small.plan["cross_share"] = 0
    assert (testify.unit_count(small), confront.unit_count(small)) == (0, 0)


def test_the_examiner_has_what_the_domain_cannot_read_or_compare(small):
    with_domain(small)
    add_answer(small)
    other = make_query(small.campaign, "Who was it?", round=small, slot=1)
    add_answer(small, "It was Tom.", query=other)
    [question] = do(small, Stage.EXAMINE, "Claim: Tom did it.\nQuestion: Who of them did it?")
    assert question.about.query == other
    asked = do(small, Stage.TESTIFY, "No idea.", "#### 9", "Tom.")
    assert [each.about.domain for each in asked] == ["arithmetic", "arithmetic", ""]
    do(small, Stage.CONFRONT, "Contradicts: unclear", "Contradicts: no")
    found = CrossVerdict.objects.order_by("answer__question_id").values_list("outcome", "domain")
    assert list(found) == [("unclear", ""), ("agrees", "arithmetic"), ("agrees", "")]


def test_answers_that_people_may_see_are_examined_those_with_an_error_put_in_too(small):
    right = add_answer(small)
    query = right.query
    spoiled = Response.objects.create(
        query=query, revises=right, purpose=Purpose.TAMPERED, text="5 + 4 = 8\n#### 8"
    )
    add_answer(small, "", query=query)
    add_answer(small, "x", query=query, finish_reason="error")
    add_answer(small, "y", query=query, purpose=Purpose.EVALUATION)
    make_response(query, "of another", version=make_version(small.campaign, active=False))
    asked = examine.ask(small, 0)
    assert {question.about for question in asked} == {right, spoiled}


def test_a_unit_that_is_done_twice_writes_once(small):
    add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    do(small, Stage.EXAMINE)
    assert CrossQuestion.objects.get().raw_text == CLAIMED
    do(small, Stage.TESTIFY, "Ten.")
    do(small, Stage.TESTIFY)
    do(small, Stage.CONFRONT, "Contradicts: no")
    do(small, Stage.CONFRONT)


@pytest.mark.parametrize("name", ["question", "answer", "verdict"])
def test_none_of_it_ever_changes(small, name):
    add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    do(small, Stage.TESTIFY, "Ten.")
    do(small, Stage.CONFRONT, "Contradicts: no")
    for statement in ("UPDATE {} SET sampling = '{{}}'", "DELETE FROM {}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(f"oversight_cross{name}"))


def test_a_round_examines_before_it_asks_people(campaign, drive, judge_all):
    set_settings(campaign, cross_share=0.5, tampered_items=2)
    round_ = start_round(campaign=campaign)
    drive(round_, Stage.ROUTE)
    assert not ReviewItem.objects.filter(round=round_).exists()
    examined = set(CrossQuestion.objects.values_list("response__query", flat=True))
    assert len(examined) == 12
    assert CrossAnswer.objects.count() == CrossQuestion.objects.count() > 24
    assert set(CrossVerdict.objects.values_list("domain", flat=True)) == {"arithmetic"}
    outcomes = set(CrossVerdict.objects.values_list("outcome", flat=True))
    assert outcomes >= {CrossOutcome.AGREES, CrossOutcome.CONTRADICTS}
    drive(round_, Stage.REVIEW)
    judge_all(round_)
    drive(round_, Stage.DONE)
    assert round_.stage == Stage.DONE


def test_a_round_without_it_does_nothing_of_it(round_, drive):
    drive(round_, Stage.REVIEW)
    assert not WorkUnit.objects.filter(round=round_, stage__in=OF_CROSSING).exists()
    assert not CrossQuestion.objects.exists()


def test_what_was_examined_goes_with_its_campaign(small):
    from oversight.campaigns.services.deleting import delete_campaign

    add_answer(small)
    do(small, Stage.EXAMINE, CLAIMED)
    do(small, Stage.TESTIFY, "Ten.")
    do(small, Stage.CONFRONT, "Contradicts: no")
    small.stage, small.finished_at = Stage.DONE, timezone.now()
    small.save(update_fields=["stage", "finished_at"])
    delete_campaign(campaign=small.campaign, name=small.campaign.name)
    assert not CrossVerdict.objects.exists()
