"""What a round says of answers that were cross-examined: on its page and over REST."""

import pytest
from django.urls import reverse

from models_srv.evaluation import proportion
from oversight.loop.policies.crossing import FoundFlawed, crossing_words, found_flawed
from oversight.loop.selectors.crossed import crossed_of
from oversight.models import MemberRole, Purpose, Response, ResponseRating, Source, Stage, WorkUnit
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_version,
    set_settings,
)
from tests.oversight.judging import add_pair, cross_examine, make_round, write_anew
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db
QUERY = "Emma has {} stamps. Then 2 more arrive. How many stamps now?"


@pytest.fixture
def round_():
    campaign = make_campaign()
    slots = [{"node": "", "near": None}] * 2
    return make_round(campaign, make_version(campaign, "critic"), slots=slots, cross_share=0.5)


def add_answer(round_, *outcomes, right=True, **more):
    number = round_.campaign.queries.count() + 3
    query = make_query(round_.campaign, QUERY.format(number), round=round_)
    result = number + 2 if right else number
    answer = make_response(query, f"#### {result}", version=round_.learner, **more)
    cross_examine(round_, answer, *outcomes)
    return answer


def judge(round_, answer, flaw, by=Source.PERSON):
    """Let somebody say of an answer how bad its worst flaw is, beside another one."""
    other = make_response(answer.query, "other", version=round_.learner)
    decision = add_pair(round_, 0.5, pair=(answer, other), human="a", by=by)
    judgement = answer.query.judgements.get(source=by)
    ResponseRating.objects.create(judgement=judgement, response=answer, worst_flaw=flaw)
    return decision


def test_a_round_that_examines_nothing_or_has_not_yet_says_nothing(round_):
    add_answer(round_, "agrees")
    round_.stage = Stage.CONFRONT
    assert crossed_of(round_) is None
    round_.stage = Stage.ROUTE
    assert crossed_of(round_).examined == 1
    round_.plan["cross_share"] = 0.1
    assert crossed_of(round_) is None, "of two queries none"
    round_.plan |= {"cross_share": 1, "slots": []}
    assert crossed_of(round_) is None, "it only updates, or compares"


def test_an_answer_counts_once_and_contradicts_itself_by_one_contradiction(round_):
    for outcomes in (("agrees", "contradicts"), ("agrees", "unclear"), ("unclear", None), ()):
        add_answer(round_, *outcomes)
    first = add_answer(round_, "agrees")
    spoiled = Response.objects.create(
        query=first.query, revises=first, purpose=Purpose.TAMPERED, text="#### 1"
    )
    cross_examine(round_, spoiled, "contradicts")
    found = crossed_of(round_)
    assert (found.examined, found.contradicted.successes, found.untold) == (3, 1, 1)


def test_the_checker_tells_what_a_contradiction_tells(round_):
    set_settings(round_.campaign, checker="arithmetic")
    for outcome, right in [("contradicts", False)] * 8 + [("agrees", True)] * 8:
        add_answer(round_, outcome, right=right)
    add_answer(round_, "agrees", right=False)
    found = crossed_of(round_).by_checker
    assert (found.contradicted.successes, found.contradicted.count) == (8, 8)
    assert (found.others.successes, found.others.count) == (1, 9)
    words = crossing_words(crossed_of(round_))[-1]
    assert "of 8 that contradict themselves 8 (100 %, 68 to 100), of 9 that do not 1" in words
    assert words.endswith("So a contradiction tells of a flaw.")


def test_people_tell_and_simulated_ones_do_not(round_):
    judge(round_, add_answer(round_, "contradicts"), "major")
    judge(round_, add_answer(round_, "agrees"), "none")
    judge(round_, add_answer(round_, "agrees"), "major", by=Source.SIMULATED)
    found = crossed_of(round_).by_people
    assert (found.contradicted.successes, found.contradicted.count) == (1, 1)
    assert (found.others.successes, found.others.count) == (0, 1)
    assert "That does not show whether" in crossing_words(crossed_of(round_))[1]


def test_people_and_the_checker_tell_of_the_same_answers(round_):
    set_settings(round_.campaign, checker="arithmetic")
    judge(round_, add_answer(round_, "contradicts", right=False), "major")
    query = make_query(round_.campaign, QUERY.format(5), round=round_)
    anew, _ = write_anew(round_, query, "#### 7", "#### 1")
    cross_examine(round_, anew, "contradicts")
    judge(round_, anew, "major")
    found = crossed_of(round_)
    assert found.by_people.contradicted.count == found.by_checker.contradicted.count == 2


def test_an_answer_belongs_to_the_round_that_has_its_query(round_):
    answer = add_answer(round_, "contradicts")
    round_.cancelled_in = Stage.ROUTE
    after = make_round(round_.campaign, round_.critic, slots=round_.plan["slots"], cross_share=1)
    assert crossed_of(after).examined == 0
    answer.query.round = after
    answer.query.save(update_fields=["round"])
    assert crossed_of(after).examined == 1
    assert crossed_of(round_).examined == 1, "of one that was cancelled: what it did itself"


def test_where_nobody_judged_it_is_not_measured(round_):
    add_answer(round_, "contradicts")
    examined, people = crossing_words(crossed_of(round_))
    assert "1 (100 %, 21 to 100) contradict themselves at least once" in examined
    assert people == "People have judged none of these answers one by one yet: not measured."


def test_what_was_left_out_says_why_and_who_could_not_ask(round_):
    WorkUnit.objects.create(
        round=round_, stage=Stage.EXAMINE, index=0, state="cancelled", error="The budget is spent."
    )
    nothing, left = crossing_words(crossed_of(round_))
    assert nothing.startswith("Nothing was asked again: neither the domain nor the critic")
    assert left == "Left out: The budget is spent."


@pytest.mark.parametrize(
    ("with_", "without", "words"),
    [
        ((9, 10), (1, 10), "So a contradiction tells of a flaw."),
        ((1, 10), (9, 10), "flawed less often"),
        ((5, 10), (4, 10), "does not show"),
        ((5, 10), (0, 0), "is not measured"),
    ],
)
def test_what_follows_is_said_where_it_is_sure(round_, with_, without, words):
    from dataclasses import replace

    add_answer(round_, "agrees")
    flawed = FoundFlawed(proportion(*with_), proportion(*without))
    found = replace(crossed_of(round_), by_people=flawed)
    assert words in crossing_words(found)[1]


def test_flawed_ones_are_counted_apart():
    found = found_flawed({1: True, 2: True, 3: False}, {1: True, 2: False, 3: False, 4: True})
    assert (found.contradicted.successes, found.contradicted.count) == (1, 2)
    assert (found.others.successes, found.others.count, found.count) == (0, 1, 3)


def test_the_page_and_rest_tell_it(round_, client):
    add_answer(round_, "contradicts")
    client.force_login(make_member(round_.campaign, MemberRole.OWNER))
    address = reverse("round", args=[round_.campaign.slug, round_.number])
    assert (
        '<h2 id="crossed-title">Answers cross-examined</h2>' in client.get(address).content.decode()
    )
    rest = client_of_role(round_.campaign, "owner")
    found = rest.get(url("api-round", round_.campaign, round_.number)).json()["cross_examined"]
    assert (found["examined"], found["contradicted"]["successes"], found["checker"]) == (1, 1, "")
    assert found["by_people"]["others"]["value"] is None
    plain = make_round(round_.campaign, round_.critic, cross_share=0)
    page = client.get(reverse("round", args=[round_.campaign.slug, plain.number]))
    assert "crossed-title" not in page.content.decode()
    api = rest.get(url("api-round", round_.campaign, plain.number)).json()
    assert api["cross_examined"] is None
