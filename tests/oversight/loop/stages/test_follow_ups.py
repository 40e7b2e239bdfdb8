"""An attacker that follows instructions goes on with conversations of earlier rounds."""

import pytest
from django.urls import reverse

from models_srv.conversations import as_text
from models_srv.roles.interviewer import ASKED
from models_srv.types import Generation, Sampling
from oversight.attacks.selectors.followed import answers_to_follow
from oversight.attacks.selectors.tries import tries_of
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.loop.services.rounds import start_round
from oversight.loop.stages import attack, respond
from oversight.models import Query, Response
from tests.factories import make_query, make_response, make_user, set_settings
from tests.oversight.loop.stages.test_autodetect import instructed

__all__ = ["instructed"]  # a fixture, with `auto` that it needs
pytestmark = pytest.mark.django_db
SAID = "And how many would be left if he gave half of them away?"


@pytest.fixture
def auto(campaign):
    set_settings(
        campaign, query_writing="near", pool_share=0.0, follow_up_share=0.5, queries_per_round=10
    )
    kind = campaign.basics.taxonomy[0]
    set_settings(campaign, taxonomy=[kind])
    return campaign


@pytest.fixture
def past(campaign):
    learner = campaign.active_versions.get(role="learner").version
    return campaign.rounds.create(
        number=1, plan={"slots": []}, seed=1, learner=learner, stage="done",
        finished_at="2026-01-01T00:00Z",
    )  # fmt: skip


def answered(round_, beads, answer, finish_reason="stop", **fields):
    text = f"Tom keeps {beads} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
    kind = round_.campaign.basics.taxonomy[0]
    query = make_query(round_.campaign, text, round=round_, slot=beads, node=kind, **fields)
    return make_response(query, answer, version=round_.learner, finish_reason=finish_reason)


def right(beads):
    return f"4 * 7 = 28\n{beads} + 28 = {beads + 28}\n#### {beads + 28}"


def going_on(campaign):
    round_ = start_round(campaign=campaign)
    return round_, [slot for slot in round_.plan["slots"] if "follows" in slot]


def write(round_, text=SAID):
    """Have the attacker say so of the first slot that goes on."""
    question = next(each for each in attack.ask(round_, 0) if each.about.follows)
    generation = Generation(text, "hash")
    attack.write(round_, 0, [attack.Attack(question.about, text, generation, Sampling())])
    return Query.objects.get(round=round_, slot=question.about.slot)


def test_a_share_of_what_it_writes_goes_on_from_answers_of_that_kind(instructed, past):
    answers = [answered(past, beads, right(beads)) for beads in range(3, 12)]
    _, slots = going_on(instructed)
    assert len(slots) == 5
    followed = [slot["follows"] for slot in slots]
    assert len(set(followed)) == 5
    assert set(followed) <= {each.pk for each in answers}
    by_answer = {each.pk: each.query_id for each in answers}
    assert all(slot["near"] == by_answer[slot["follows"]] for slot in slots)
    assert {slot["node"] for slot in slots} == {past.campaign.basics.taxonomy[0]}


def test_the_attacker_reads_the_conversation(instructed, past):
    answer = answered(past, 3, right(3))
    round_, _ = going_on(instructed)
    question = next(each for each in attack.ask(round_, 0) if each.about.follows)
    system, user = question.request.conversation
    assert system.content.endswith(ASKED)
    assert user.content.endswith(f"User:\n{answer.query.text}\n\nAssistant:\n{answer.text}")


def test_what_it_writes_is_a_conversation_that_the_learner_is_asked_as_such(instructed, past):
    answer = answered(past, 3, right(3))
    round_, _ = going_on(instructed)
    query = write(round_)
    turns = [
        {"role": "user", "content": answer.query.text},
        {"role": "assistant", "content": answer.text},
        {"role": "user", "content": SAID},
    ]
    assert (query.messages, query.text) == (turns, as_text(turns))
    assert (query.near, query.follows, query.cluster) == (
        answer.query,
        answer,
        answer.query.cluster,
    )
    assert query.rejected_reason == ""
    [asked] = respond.ask(round_, 0)
    told = [(each.role, each.content) for each in asked.request.conversation]
    assert told[-3:] == [(turn["role"], turn["content"]) for turn in turns]


def test_a_conversation_goes_on_again_up_to_its_bound(instructed, past):
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    for beads, count in ((3, 2), (4, 3)):
        said = [*turns * count, {"role": "user", "content": f"{beads}?"}]
        answered(past, beads, right(beads), messages=said)
    round_, [slot] = going_on(instructed)
    assert len(write(round_).messages) == 7
    assert Response.objects.get(pk=slot["follows"]).query.slot == 3


@pytest.mark.parametrize(
    ("said", "why"), [("", "empty"), ("held out", "too near a held-out query")]
)
def test_what_says_nothing_or_asks_what_is_held_out_is_used_for_nothing(
    instructed, past, said, why
):
    answered(past, 3, right(3))
    held_out = make_query(instructed, "What is held out? Tell me of it.", split="held_out")
    round_, _ = going_on(instructed)
    query = write(round_, said and held_out.text)
    assert query.rejected_reason == why


def test_the_same_is_asked_once(instructed, past):
    answered(past, 3, right(3))
    round_, _ = going_on(instructed)
    first = write(round_)
    [found] = [each for each in attack.ask(round_, 0) if each.about.follows]
    again = attack.Wanted(0, "", first.near_id, None, found.about.follows, found.about.turns)
    generation = Generation(SAID, "hash")
    attack.write(round_, 0, [attack.Attack(again, SAID, generation, Sampling())])
    assert set(round_.queries.values_list("rejected_reason", flat=True)) == {"", "duplicate"}


def test_answers_that_are_wrong_cut_short_or_followed_already_are_not_gone_on_from(
    instructed, past
):
    good = answered(past, 3, right(3))
    answered(past, 4, "#### 1")  # wrong
    answered(past, 5, right(5), split="held_out")
    answered(past, 6, "")
    answered(past, 7, right(7), finish_reason="length")
    make_query(instructed, "Go on?", follows=answered(past, 8, right(8)))
    store_failures(find_failures(instructed))
    found = {each.response_id for each in answers_to_follow(instructed, tries_of(instructed))}
    assert found == {good.pk}


def test_the_checker_does_not_call_them_unfair(instructed, past):
    answered(past, 3, right(3))
    round_, _ = going_on(instructed)
    make_response(write(round_), "#### 15", version=round_.learner)
    [found] = find_failures(instructed)
    assert found.query.slot == 3
    assert found.is_fair


def test_a_starter_attacker_begins_anew(auto, past):
    answered(past, 3, right(3))
    assert going_on(auto)[1] == []


def test_where_nothing_was_answered_yet_all_begin_anew(instructed):
    assert going_on(instructed)[1] == []


def test_its_page_says_from_which_answer_it_goes_on(instructed, past, client):
    answer = answered(past, 3, right(3))
    round_, _ = going_on(instructed)
    query = write(round_)
    client.force_login(make_user(is_superuser=True, is_staff=True))
    page = client.get(reverse("query", args=[instructed.slug, query.pk])).content.decode()
    assert "the learner’s answer to" in page
    assert reverse("query", args=[instructed.slug, answer.query_id]) in page
