"""The learner writes answers anew with a critique in hand, and they are judged against the old ones."""

import pytest
from django.db import IntegrityError, transaction

from models_srv.roles.refiner import Refined
from models_srv.types import Generation, Sampling
from oversight.asking.selectors.refined import differing_answers, refined_answers
from oversight.loop.services.rounds import start_round
from oversight.loop.stages import refine, reread
from oversight.loop.stages.chunks import drawn_slots
from oversight.models import (
    OF_REFINING,
    Comment,
    Critique,
    Purpose,
    Response,
    RoutingDecision,
    Stage,
    TokenUse,
    WorkUnit,
)
from tests.factories import make_campaign, make_query, make_response, make_version, set_settings
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    """A round whose slots need no model; half of its answers are written anew."""
    campaign = make_campaign()
    slots = [{"node": "", "near": None}] * 40
    return make_round(campaign, make_version(campaign, "critic"), slots=slots, refine_share=0.5)


def criticised(round_, *p_flawed, slot=0, comments=1, quote_match="exact"):
    """A query with an answer for each probability, all of them remarked on."""
    query = make_query(round_.campaign, round=round_, slot=slot)
    for sample, p in enumerate(p_flawed):
        answer = make_response(query, f"answer {sample}", version=round_.learner)
        row = Critique.objects.create(
            response=answer, version=round_.critic, p_flawed=p, verdict="flawed", summary="Wrong."
        )
        span = {} if quote_match == "none" else {"start": 0, "end": 6}
        for number in range(1, comments + 1):
            Comment.objects.create(
                critique=row, number=number, quote="answer", quote_match=quote_match,
                severity="major", explanation=f"fault {number}", **span,
            )  # fmt: skip
    return query


def write_anew(round_, query, text="mended", **more):
    [each] = refine.most_flawed(round_, [query])
    generation = Generation(text, "hash", **more)
    refine.write(round_, 0, [refine.Anew(each, Refined(text), generation, Sampling())])
    return refined_answers(round_).get(query=query)


def test_over_the_round_the_share_of_the_plan_is_drawn(small):
    drawn = [drawn_slots(small, index, 0.5, "refine") for index in range(2)]
    assert [len(each) for each in drawn] == [16, 4]
    assert drawn[0] <= set(range(32))
    assert drawn[1] <= set(range(32, 40))
    assert drawn_slots(small, 0, 0.5, "cross") != drawn[0]
    small.seed += 1
    assert drawn_slots(small, 0, 0.5, "refine") != drawn[0]


@pytest.mark.parametrize(
    ("change", "units"),
    [({}, 2), ({"refine_share": 0}, 0), ({"slots": []}, 0), ({"refine_share": 0.01}, 0)],
)
def test_a_round_that_writes_nothing_anew_has_no_units(small, change, units):
    small.plan |= change
    assert (refine.unit_count(small), reread.unit_count(small)) == (units, units)


def test_nor_one_without_a_critic_nor_one_planned_before(small):
    small.critic = None
    assert refine.unit_count(small) == 0
    old = make_round(small.campaign, make_version(small.campaign, "critic", active=False))
    del old.plan["refine_share"]
    old.plan["slots"] = small.plan["slots"]
    assert refine.unit_count(old) == 0


def test_the_answer_most_flawed_is_taken_with_its_critique(small):
    query = criticised(small, 0.2, 0.9, 0.7, comments=2)
    [each] = refine.most_flawed(small, [query])
    assert each.answer.text == "answer 1"
    assert each.critique.response_id == each.answer.pk
    small.plan["slots"] = small.plan["slots"][:1]
    small.plan["refine_share"] = 1
    [question] = refine.ask(small, 0)
    assert question.version == small.learner
    asked, answered, review = question.request.conversation
    assert (asked.content, answered.content) == (query.text, "answer 1")
    assert "“answer”: fault 1" in review.content
    assert "“answer”: fault 2" in review.content


def test_what_the_critic_has_nothing_to_say_of_is_left(small):
    silent = criticised(small, 0.9, comments=0)
    misquoted = criticised(small, 0.9, slot=1, quote_match="none")
    assert refine.most_flawed(small, [silent, misquoted]) == []


def test_a_unit_that_is_done_twice_writes_once(small):
    query = criticised(small, 0.9)
    first = write_anew(small, query)
    assert write_anew(small, query, "mended otherwise") == first
    assert first.text == "mended"


def test_one_that_came_out_as_it_was_is_kept_and_not_used(small):
    write_anew(small, criticised(small, 0.9), "answer 0")
    write_anew(small, criticised(small, 0.9, slot=1), "")
    write_anew(small, criticised(small, 0.9, slot=2), "x", finish_reason="error", error="too long")
    kept = write_anew(small, criticised(small, 0.9, slot=3))
    assert refined_answers(small).count() == 4
    assert list(differing_answers(small)) == [kept]
    questions = reread.ask(small, 0)
    assert [question.about.response for question in questions] == [kept]


@pytest.mark.parametrize("change", [{"after_critique": None}, {"revises": None}, {"version": None}])
def test_one_without_where_it_is_from_is_refused(small, change):
    query = criticised(small, 0.9)
    answer = query.responses.get()
    fields = {
        "query": query, "version": small.learner, "revises": answer, "purpose": Purpose.REFINED,
        "after_critique": answer.critiques.get(), "text": "mended",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(**(fields | change))
    Response.objects.create(**fields)


def test_a_round_writes_anew_judges_and_ends(campaign, drive, judge_all):
    set_settings(campaign, refine_share=0.5)
    round_ = start_round(campaign=campaign)
    drive(round_, Stage.REVIEW)
    written = list(refined_answers(round_).select_related("revises", "after_critique"))
    assert 0 < len(written) <= 12
    for row in written:
        assert row.revises.purpose == Purpose.FEEDBACK
        assert row.after_critique.response_id == row.revises_id
        assert row.after_critique.version_id == round_.critic_id
        assert row.prompt_hash != row.revises.prompt_hash
        assert row.sampling["temperature"] == round_.plan["temperature"]
    differing = set(differing_answers(round_).values_list("pk", "revises_id"))
    assert differing
    assert {pk for pk, _ in differing} == set(
        Critique.objects.filter(response__purpose=Purpose.REFINED).values_list(
            "response", flat=True
        )
    )
    pairs = RoutingDecision.objects.filter(round=round_).values_list("response_a", "response_b")
    old_of = dict(differing)
    judged = {pk for pair in pairs for pk in pair if pk in old_of}
    assert judged == set(old_of)
    assert all({pk, old_of[pk]} == set(pair) for pair in pairs for pk in pair if pk in old_of)
    asked = TokenUse.objects.filter(round=round_, stage__in=OF_REFINING)
    assert {(use.stage, use.version_id) for use in asked} == {
        (Stage.REFINE, round_.learner_id),
        (Stage.REREAD, round_.critic_id),
    }
    judge_all(round_)
    drive(round_, Stage.DONE)
    assert round_.stage == Stage.DONE


def test_a_round_without_it_does_nothing_of_it(round_, drive):
    drive(round_, Stage.REVIEW)
    assert not WorkUnit.objects.filter(round=round_, stage__in=OF_REFINING).exists()
    assert not Response.objects.filter(purpose=Purpose.REFINED).exists()
