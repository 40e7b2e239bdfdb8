"""What routing is told of a pair follows from the critiques, the plan and how fast people are."""

import math
from dataclasses import replace

import pytest

from oversight.loop.stages import route
from oversight.models import AskRule, Comment, Critique
from oversight.trust.services.acceptance import fit_rule
from oversight.trust.services.evidence import LEAST_JUDGED_ANEW, UNKNOWN_ANEW, gather_evidence
from tests.factories import make_campaign, make_query, make_response, make_version
from tests.oversight.judging import add_pair, make_round, write_anew

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    campaign = make_campaign()
    return make_round(campaign, make_version(campaign, "critic"))


def criticise(response, critic, *values, severity="", quote_match="exact"):
    """One critique for each probability, the first with a comment where a severity is given."""
    for sample, p in enumerate(values):
        verdict = "flawed" if p >= 0.5 else "sound"
        row = Critique.objects.create(
            response=response, version=critic, sample=sample, p_flawed=p, verdict=verdict
        )
        if severity and sample == 0:
            span = {} if quote_match == "none" else {"start": 0, "end": 1}
            Comment.objects.create(
                critique=row, number=1, quote="x", quote_match=quote_match, severity=severity,
                **span,
            )  # fmt: skip


def pair_of(
    round_,
    good=(0.05,),
    bad=(0.95,),
    cluster="c",
    slot=0,
    logprobs=(None, None),
    finish_reason="",
    **comment,
):
    query = make_query(round_.campaign, round=round_, slot=slot, cluster=cluster)
    texts = zip(("a right answer", "a wrong answer"), logprobs, strict=True)
    first, second = (
        make_response(
            query, text, version=round_.learner, logprob=each, finish_reason=finish_reason
        )
        for text, each in texts
    )
    criticise(first, round_.critic, *good)
    criticise(second, round_.critic, *bad, **({"severity": "major"} | comment))
    return query


def gathered(round_, *rules):
    round_.plan["always_ask"] = list(rules)
    return [evidence for _, evidence in gather_evidence(round_, fit_rule(round_))]


def mend(round_, query, text="mended"):
    """A new answer, which the critic likes, after one that it does not."""
    new, old = write_anew(round_, query, "a bad answer", text)
    criticise(new, round_.critic, 0.02)
    return new, old


def test_what_was_written_anew_is_judged_against_what_it_was(round_):
    query, other = pair_of(round_), pair_of(round_, slot=1)
    new, old = mend(round_, query)
    pairs = {pair[0]: pair[1:] for pair, _ in gather_evidence(round_, fit_rule(round_))}
    assert {each.response_id for each in pairs[query]} == {new.pk, old.pk}
    texts = {each.text for each in pairs[other]}
    assert texts == {"a right answer", "a wrong answer"}


def test_one_that_is_as_before_leaves_best_against_worst(round_):
    query = pair_of(round_)
    new, _ = mend(round_, query, text="a bad answer")
    [(pair, _)] = gather_evidence(round_, fit_rule(round_))
    assert new.pk not in {each.response_id for each in pair[1:]}
    assert {each.text for each in pair[1:]} == {"a right answer", "a wrong answer"}


def test_which_of_the_two_is_called_a_is_an_accident(round_):
    first = []
    for slot in range(12):
        query = pair_of(round_, slot=slot)
        first.append(mend(round_, query)[0].pk)
    pairs = [pair for pair, _ in gather_evidence(round_, fit_rule(round_))]
    assert 0 < sum(pair[1].response_id in first for pair in pairs) < 12


def test_people_are_asked_until_the_critic_is_known_on_what_was_written_anew(round_):
    query, other = pair_of(round_), pair_of(round_, slot=1)
    mend(round_, query)
    rule = fit_rule(round_)
    alarms = {pair[0]: found.alarms for pair, found in gather_evidence(round_, rule)}
    assert (alarms[query], alarms[other]) == ((UNKNOWN_ANEW,), ())
    known = replace(rule, judged_anew=LEAST_JUDGED_ANEW)
    assert not any(found.alarms for _, found in gather_evidence(round_, known))


def test_pairs_count_as_known_once_people_judged_them(round_):
    for human in ("a", "b", "tie", ""):
        pair = write_anew(round_, make_query(round_.campaign, round=round_))
        add_pair(round_, 0.9, human=human, pair=pair if human != "b" else pair[::-1])
    add_pair(round_, 0.9, human="a")
    assert fit_rule(round_).judged_anew == 3


def test_samples_are_averaged(round_):
    pair_of(round_, good=(0.1, 0.3), bad=(0.9, 0.7))
    [evidence] = gathered(round_)
    each = [0.9 * 0.9 / (0.9 * 0.9 + 0.1 * 0.1), 0.7 * 0.7 / (0.7 * 0.7 + 0.3 * 0.3)]
    assert evidence.confidence == pytest.approx(sum(each) / 2)


def with_chances(round_, right, wrong, slot):
    """A pair of which the critic likes the right one; the learner's own nats of each."""
    pair_of(round_, slot=slot, logprobs=(right, wrong))


def test_it_knows_where_the_learner_takes_the_other_side(round_):
    for slot, (right, wrong) in enumerate([(-20.0, -5.0), (-5.0, -20.0), (None, -5.0)]):
        with_chances(round_, right, wrong, slot)
    round_.plan["asks_contradicted"] = True
    against, along, unknown = (each.leverage for each in gathered(round_))
    assert against == pytest.approx(2 / (1 + math.exp(-1)), rel=1e-3)
    assert along == pytest.approx(2 - against, rel=1e-3)
    assert unknown == 1


def test_what_was_written_with_a_critique_in_view_is_not_held_against_what_was_not(round_):
    with_chances(round_, -20.0, -5.0, 0)
    query = pair_of(round_, slot=1)
    new, _ = write_anew(round_, query, "bad", "mended", logprobs=(-1.0, -9.0))
    criticise(new, round_.critic, 0.02)
    round_.plan["asks_contradicted"] = True
    against, anew = (each.leverage for each in gathered(round_))
    assert against > 1 == anew


def test_an_answer_that_was_cut_off_has_no_end_to_be_likely(round_):
    pair_of(round_, logprobs=(-20.0, -5.0), finish_reason="length")
    round_.plan["asks_contradicted"] = True
    assert [each.leverage for each in gathered(round_)] == [1]


def test_rounds_that_began_before_it_ask_as_they_did(round_):
    with_chances(round_, -20.0, -5.0, 0)
    round_.plan.pop("asks_contradicted", None)
    assert [each.leverage for each in gathered(round_)] == [1]


@pytest.mark.parametrize(
    ("rule", "fields", "alarm"),
    [
        (
            AskRule.DISAGREE,
            {"good": (0.1, 0.9), "bad": (0.9, 0.1)},
            "samples of the critic disagree",
        ),
        (AskRule.NEAR_TIE, {"good": (0.5,), "bad": (0.52,)}, "near tie"),
        (AskRule.CRITICAL, {"severity": "critical"}, "a comment of critical severity"),
        (
            AskRule.LOST_QUOTE,
            {"severity": "critical", "quote_match": "none"},
            "a critical comment quotes what is not there",
        ),
        (AskRule.NEW_CLUSTER, {}, "new cluster"),
    ],
)
def test_each_rule_asks_where_it_is_chosen_and_only_there(round_, rule, fields, alarm):
    pair_of(round_, **fields)
    assert alarm in gathered(round_, rule)[0].alarms
    assert alarm not in gathered(round_)[0].alarms


def test_a_cluster_that_somebody_has_judged_is_not_new(round_):
    judged = add_pair(round_, 0.9, human="a")
    pair_of(round_, cluster=judged.query.cluster)
    assert "new cluster" not in gathered(round_, AskRule.NEW_CLUSTER)[-1].alarms


def test_near_copies_share_one_weight_and_comments_weigh_by_severity(round_):
    pair_of(round_, slot=0, cluster="same", severity="critical")
    pair_of(round_, slot=1, cluster="same", severity="minor")
    pair_of(round_, slot=2, cluster="other", severity="nitpick")
    found = gathered(round_)
    assert [each.cluster_weight for each in found] == [0.5, 0.5, 1.0]
    assert [each.severity for each in found] == [1.0, 0.5, 0.25]


def test_minutes_follow_what_people_took_for_as_much_text(round_):
    pair_of(round_)
    assert gathered(round_)[0].minutes == 1.0
    earlier = [add_pair(round_, 0.9, human="a", sizes=(100, 80)) for _ in range(5)]
    read = len(earlier[0].query.text) + 180
    [(query, a, b), evidence] = gather_evidence(round_, fit_rule(round_))[0]
    chars = len(query.text) + len(a.text) + len(b.text)
    assert evidence.minutes == pytest.approx(0.5 * chars / read, rel=0.02)


def test_what_was_routed_says_what_it_knew(round_):
    for slot in range(20):
        pair_of(round_, slot=slot, cluster=str(slot))
    round_.plan |= {"acceptance": "calibrated", "human_budget": 3, "always_ask": []}
    route.write(round_, 0, route.think(round_, 0))
    outcomes = list(round_.decisions.values_list("outcome", flat=True))
    assert sorted(outcomes) == ["drop"] * 17 + ["human"] * 3
    assert round_.acceptance.threshold is None
    assert all(row.is_eligible and row.policy_version for row in round_.decisions.all())
    assert round_.decisions.filter(is_random=True).exists()
    dropped = round_.decisions.filter(outcome="drop").first()
    assert dropped.reasons == [
        "no confidence has been shown to be enough: people take all",
        "beyond the budget for people",
    ]
