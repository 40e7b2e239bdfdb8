"""A critique is worth what the learner's revision gains by it, where the campaign says so."""

import pytest
from django.urls import reverse

from models_srv.roles.refiner import Refined
from models_srv.types import Generation, Sampling
from oversight.asking.selectors.refined import refined_answers
from oversight.learning.services.critic_revisions import revised_by_version
from oversight.loop.selectors.crossing import answers_to_examine
from oversight.loop.stages import refine
from oversight.loop.stages.roles.critic_pairs import critic_lines
from oversight.models import Comment, Critique, Purpose, Response
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
QUERY = "Noor has 31 beads. Then 9 beads are lost. How many beads now?"
WRONG, RIGHT = "31 - 9 = 23\n#### 23", "31 - 9 = 22\n#### 22"


@pytest.fixture
def round_():
    campaign = make_campaign(checker="arithmetic")
    set_settings(campaign, refine_share=1.0, critic_learning="all", critic_revisions=True)
    critic = make_version(campaign, "critic")
    return make_round(campaign, critic, slots=[{"node": "", "near": None}])


def criticised(round_, *said, split="train", answer=WRONG, critic=None):
    """A query with one answer, of which the critic's samples say these things."""
    query = make_query(round_.campaign, QUERY, round=round_, slot=0, split=split)
    response = make_response(query, answer, version=round_.learner)
    for sample, words in enumerate(said):
        row = Critique.objects.create(
            response=response, version=critic or round_.critic, sample=sample, p_flawed=0.9,
            verdict="flawed", summary="Wrong.",
        )  # fmt: skip
        if words:
            Comment.objects.create(
                critique=row, number=1, quote="31 - 9 = 23", start=0, end=11, quote_match="exact",
                severity="major", explanation=words,
            )  # fmt: skip
    return query


def write(round_, *texts, **more):
    """Let the learner write these for what it is asked."""
    asked = refine.ask(round_, 0)
    generations = [Generation(text, "hash", **more) for text in texts]
    refine.write(
        round_,
        0,
        [
            refine.Anew(question.about, Refined(each.text), each, Sampling())
            for question, each in zip(asked, generations, strict=True)
        ],
    )


def lines(round_, **more):
    return critic_lines(round_.campaign, round_.critic, [], **more)


def test_each_critique_that_says_something_else_is_tried(round_):
    criticised(round_, "It is 22.", "It is 21.", "It is 22.", "")
    asked = [question.request.conversation[-1].content for question in refine.ask(round_, 0)]
    assert len(asked) == 2
    assert "It is 22." in asked[0]
    assert "It is 21." in asked[1]
    round_.plan["critic_revisions"] = False
    assert len(refine.ask(round_, 0)) == 1


def test_people_judge_what_was_written_by_the_critique_that_they_see(round_):
    criticised(round_, "It is 22.", "It is 21.")
    write(round_, RIGHT, WRONG)
    assert [row.text for row in refined_answers(round_)] == [RIGHT]
    rows = Response.objects.filter(purpose=Purpose.REFINED).order_by("sample")
    assert [(row.sample, row.after_critique.sample) for row in rows] == [(0, 0), (1, 1)]
    assert [row.text for row in answers_to_examine(round_)] == [WRONG, RIGHT]


def test_the_critique_that_helped_is_preferred(round_):
    criticised(round_, "It is 21.", "It is 22.")
    write(round_, WRONG, RIGHT)
    [line] = lines(round_, by_revisions=True)
    assert "It is 22." in line["chosen"][0]["content"]
    assert "It is 21." in line["rejected"][0]["content"]
    assert line["source"] == "checker: revisions"
    assert lines(round_) == []


@pytest.mark.parametrize("texts", [(RIGHT, RIGHT), (WRONG, WRONG), (WRONG, "Something else.")])
def test_where_they_gained_the_same_nothing_is_preferred(round_, texts):
    criticised(round_, "It is 21.", "It is 22.")
    write(round_, *texts)
    assert lines(round_, by_revisions=True) == []


def test_nothing_is_learned_from_held_out_queries_nor_from_what_failed(round_):
    query = criticised(round_, "It is 21.", "It is 22.")
    write(round_, "", "", finish_reason="error")
    assert lines(round_, by_revisions=True) == []
    other = make_campaign(checker="arithmetic")
    set_settings(other, refine_share=1.0, critic_revisions=True)
    held = make_round(other, make_version(other, "critic"), slots=round_.plan["slots"])
    criticised(held, "It is 21.", "It is 22.", split="held_out")
    for sample, text in enumerate((WRONG, RIGHT)):
        made = held.campaign.queries.get().responses.filter(purpose=Purpose.FEEDBACK).get()
        Response.objects.create(
            query=made.query, version=held.learner, revises=made, purpose=Purpose.REFINED,
            sample=sample, text=text, after_critique=made.critiques.get(sample=sample),
        )  # fmt: skip
    assert lines(held, by_revisions=True) == []
    assert query.responses.count() == 3


def test_critiques_of_different_critics_are_not_compared(round_):
    query = criticised(round_, "It is 21.")
    write(round_, WRONG)
    answer = query.responses.get(purpose=Purpose.FEEDBACK)
    other = make_version(round_.campaign, "critic", active=False)
    theirs = Critique.objects.create(
        response=answer, version=other, verdict="flawed", summary="It is 22."
    )
    Response.objects.create(
        query=query, version=round_.learner, revises=answer, purpose=Purpose.REFINED, sample=1,
        text=RIGHT, after_critique=theirs,
    )  # fmt: skip
    assert lines(round_, by_revisions=True) == []


def test_what_critiques_are_worth_is_told_by_version(round_, client):
    criticised(round_, "It is 21.", "It is 22.")
    write(round_, WRONG, RIGHT)
    [found] = revised_by_version(round_.campaign)
    assert found.version == round_.critic
    assert (found.fixed.successes, found.fixed.count, found.broken.count) == (1, 2, 0)
    client.force_login(make_user(is_superuser=True, is_staff=True))
    address = reverse("critic-versions", args=[round_.campaign.slug])
    page = client.get(f"{address}?figures=true").content.decode()
    assert "What its critiques are worth to the learner" in page


def test_without_a_checker_nobody_can_tell(round_):
    criticised(round_, "It is 21.", "It is 22.")
    write(round_, WRONG, RIGHT)
    set_settings(round_.campaign, checker="")
    round_.campaign.refresh_from_db()
    assert lines(round_, by_revisions=True) == []
    assert revised_by_version(round_.campaign) == []
