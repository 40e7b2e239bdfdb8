"""What is kept of an output: the answer, the reasoning before it, and how it truly came to be."""

import pytest

from models_srv.roles.critic import parse_critique
from models_srv.types import NO_SEED, Generation, Sampling
from oversight.loop.stages import attack, critique, respond
from oversight.models import Critique, Purpose, Query, Response
from tests.factories import make_campaign, make_item, make_query, make_round, make_version

pytestmark = pytest.mark.django_db

SAMPLING = Sampling(seed=5)


def store(generation):
    campaign = make_campaign()
    query, version = make_query(campaign), make_version(campaign)
    answer = respond.Answer(query.pk, version.pk, 0, Purpose.FEEDBACK, generation, SAMPLING)
    respond.store_answers([answer])
    return Response.objects.get(query=query, version=version)


@pytest.mark.fault("reasoning")
@pytest.mark.parametrize(
    "generation",
    [
        Generation("<think>\nHm.\n</think>\n\nIt is 7.", "h", logprob=-3.0),
        Generation("It is 7.", "h", reasoning="<think>\nHm.\n</think>\n\n"),
    ],
)
def test_a_response_is_the_answer_and_its_reasoning_is_kept_apart(generation):
    response = store(generation)
    assert response.text == "It is 7."
    assert response.reasoning == "<think>\nHm.\n</think>\n\n"
    assert response.logprob is None


@pytest.mark.fault("reasoning")
def test_reasoning_without_an_answer_is_no_answer():
    response = store(Generation("<think>\nHm. \x00", "h", finish_reason="length"))
    assert (response.text, response.finish_reason) == ("", "error")
    assert response.reasoning == "<think>\nHm. �"
    assert "came to no answer" in response.sampling["error"]


@pytest.mark.fault("reasoning")
def test_a_critique_keeps_all_of_it_and_reads_the_end():
    item = make_item(make_campaign())
    critic = make_version(item.campaign, "critic")
    generation = Generation("verdict: flawed", "h", reasoning="<think>verdict: sound</think>\n")
    parsed = parse_critique(generation, item.response_a.text)
    critique.store_findings(critic, [critique.Finding(item.response_a.pk, parsed, generation)])
    row = Critique.objects.get(response=item.response_a, version=critic)
    assert (row.verdict, row.p_flawed) == ("flawed", None)
    assert row.raw_text == "<think>verdict: sound</think>\nverdict: flawed"


@pytest.mark.fault("reasoning")
def test_a_query_is_what_comes_after_the_reasoning():
    campaign = make_campaign()
    attacker = make_version(campaign, "attacker")
    round_ = make_round(make_version(campaign), attacker=attacker)
    generation = Generation("<think>Something hard.</think>\nWhat is 1 + 1?", "h")
    text = attack.parse_attack(generation)
    attack.write(
        round_, 0, [attack.Attack(attack.Wanted(0, "sums", None), text, generation, SAMPLING)]
    )
    query = Query.objects.get(round=round_)
    assert query.text == "What is 1 + 1?"
    assert query.raw_text == generation.text


@pytest.mark.fault("server-answers")
def test_why_there_is_no_answer_is_kept_with_it():
    response = store(Generation("", "h", finish_reason="error", error="It is too long."))
    assert (response.text, response.finish_reason) == ("", "error")
    assert response.sampling["error"] == "It is too long."


@pytest.mark.fault("templates")
def test_a_seed_that_was_not_sent_is_not_said():
    assert store(Generation("7", "h")).sampling["seed"] == 5
    kept = store(Generation("7", "h", adjustments=(NO_SEED,))).sampling
    assert (kept["seed"], kept["adjustments"]) == (None, [NO_SEED])
