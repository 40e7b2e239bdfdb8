"""What routing knows of each pair of a round before anybody is asked."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oversight.asking.policies.leverage import TwoViews, leverages
from oversight.asking.policies.pairing import (
    Candidate,
    choose_pair,
    in_random_order,
    probability_a_better,
    probability_of_difference,
)
from oversight.asking.policies.routing import DEFAULT_MINUTES, Evidence
from oversight.asking.selectors.effort import minutes_per_char
from oversight.asking.selectors.refined import differing_answers
from oversight.models import AskRule, Critique, Purpose, Query, Response, Round
from oversight.statistics.seeds import derive_seed
from oversight.trust.policies.source.calibration import combine_opinions, opinions_disagree
from oversight.trust.policies.source.critic_samples import (
    CriticSample,
    pair_opinions,
    probability_flawed,
)
from oversight.trust.selectors.judged_pairs import judged_clusters
from oversight.trust.services.acceptance import FittedRule

Pair = tuple[Query, Candidate, Candidate]
Critiques = dict[int, list[Critique]]  # by response

SEVERITY = {"critical": 1.0, "major": 0.75, "minor": 0.5, "nitpick": 0.25}
NO_COMMENT = 0.5
LEAST_MINUTES = 0.05
LEAST_JUDGED_ANEW = 20
UNKNOWN_ANEW = "an answer written anew, of which people have judged too few to know the critic"


@dataclass(frozen=True)
class Context:
    """What the pairs of a round share, read once."""

    rule: FittedRule
    always_ask: frozenset[str]
    critiques: Critiques
    copies: Counter[str]  # pairs by cluster
    known_clusters: frozenset[str]
    minutes_per_char: float | None
    unknown: frozenset[int]  # queries of whose pairs the critic has not shown yet what it is worth


def gather_evidence(round_: Round, rule: FittedRule) -> list[tuple[Pair, Evidence]]:
    """Return one pair, with the evidence, for each query that has two different responses.

    Where the learner wrote one of its answers anew that is judged against the old one: the critic
    would else prefer what was written to please it to the others, and nobody would see it.
    """
    critiques = _critiques(round_)
    anew = _anew(round_, critiques)
    pairs = _pairs(round_, critiques, anew)
    context = Context(
        rule=rule,
        always_ask=frozenset(round_.plan.get("always_ask", [AskRule.LOST_QUOTE])),
        critiques=critiques,
        copies=Counter(query.cluster for query, _, _ in pairs),
        known_clusters=frozenset(judged_clusters(round_.campaign)),
        minutes_per_char=minutes_per_char(round_.campaign),
        unknown=frozenset(anew) if rule.judged_anew < LEAST_JUDGED_ANEW else frozenset(),
    )
    found = [(pair, _evidence(pair, context)) for pair in pairs]
    return _with_leverage(found) if round_.plan.get("asks_contradicted") else found


def _with_leverage(found: Sequence[tuple[Pair, Evidence]]) -> list[tuple[Pair, Evidence]]:
    views = [TwoViews(evidence.p_a_better, _margin(pair)) for pair, evidence in found]
    return [
        (pair, evidence.with_leverage(leverage))
        for (pair, evidence), leverage in zip(found, leverages(views), strict=True)
    ]


def _margin(pair: Pair) -> float | None:
    _, a, b = pair
    return None if a.logprob is None or b.logprob is None else a.logprob - b.logprob


def _critiques(round_: Round) -> Critiques:
    rows = Critique.objects.filter(response__query__round=round_, version=round_.critic)
    found: Critiques = defaultdict(list)
    for row in rows.order_by("sample").prefetch_related("comments"):
        found[row.response_id].append(row)
    return found


def _anew(round_: Round, critiques: Critiques) -> dict[int, tuple[Candidate, Candidate]]:
    """Return by query the answer that was written anew, and the one that it was written after."""
    found = {}
    for row in differing_answers(round_).select_related("revises"):
        assert row.revises is not None
        found[row.query_id] = (_candidate(row, critiques), _candidate(row.revises, critiques))
    return found


def _pairs(
    round_: Round, critiques: Critiques, anew: dict[int, tuple[Candidate, Candidate]]
) -> list[Pair]:
    answers: dict[int, list[Candidate]] = defaultdict(list)
    responses = Response.objects.filter(
        query__round=round_, version=round_.learner, purpose=Purpose.FEEDBACK
    )
    for row in responses.exclude(finish_reason="error").order_by("sample"):
        answers[row.query_id].append(_candidate(row, critiques))
    pairs = []
    for query in Query.objects.usable().filter(round=round_).order_by("slot"):
        seed = derive_seed(round_.seed, "pair", query.slot)
        if query.pk in anew:
            pairs.append((query, *in_random_order(anew[query.pk], seed)))
        elif pair := choose_pair(answers[query.pk], seed):
            pairs.append((query, *pair))
    return pairs


def _candidate(row: Response, critiques: Critiques) -> Candidate:
    p_flawed = probability_flawed(critic_samples(critiques.get(row.pk, [])))
    return Candidate(row.pk, row.text, p_flawed, _comparable_logprob(row))


def _comparable_logprob(row: Response) -> float | None:
    """None too where an answer was written with a critique in view, which others were not, and where
    it was cut off, so that nothing is known of its end."""
    return None if row.revises_id or row.finish_reason == "length" else row.logprob


def critic_samples(critiques: list[Critique]) -> dict[int, CriticSample]:
    """Return what a critic's critiques of one response say, by the number of the sample."""
    return {
        row.sample: CriticSample(row.p_flawed, row.verdict == "flawed" if row.verdict else None)
        for row in critiques
    }


def _evidence(pair: Pair, context: Context) -> Evidence:
    query, a, b = pair
    written = [context.critiques.get(each.response_id, []) for each in (a, b)]
    opinions = pair_opinions(critic_samples(written[0]), critic_samples(written[1]))
    p = combine_opinions(opinions)
    if p is None:
        p = probability_a_better(a.p_flawed, b.p_flawed)
    evidence = Evidence(
        p_a_better=p,
        p_difference=probability_of_difference(a.p_flawed, b.p_flawed),
        p_wrong=_p_wrong(p, context.rule),
        severity=_severity([*written[0], *written[1]]),
        cluster_weight=1 / context.copies[query.cluster],
        minutes=_minutes(pair, context.minutes_per_char),
    )
    rules = {
        AskRule.DISAGREE: ("samples of the critic disagree", opinions_disagree(opinions)),
        AskRule.NEAR_TIE: ("near tie", evidence.is_near_tie),
        AskRule.NEW_CLUSTER: ("new cluster", query.cluster not in context.known_clusters),
        AskRule.DRIFT: (context.rule.row.alarm, bool(context.rule.row.alarm)),
    }
    alarms = [text for rule, (text, holds) in rules.items() if holds and rule in context.always_ask]
    alarms += [UNKNOWN_ANEW] if query.pk in context.unknown else []
    alarms += [text for row in (*written[0], *written[1]) for text in _suspicions(row, context)]
    return replace(evidence, alarms=tuple(dict.fromkeys(alarms)))


def _suspicions(critique: Critique, context: Context) -> list[str]:
    """Return what makes the critic's word on a response suspect, whatever its confidence."""
    found = []
    comments = list(critique.comments.all())
    critical = [comment for comment in comments if comment.severity == "critical"]
    if critical and AskRule.CRITICAL in context.always_ask:
        found.append("a comment of critical severity")
    is_lost = any(comment.quote_match == "none" for comment in critical)
    if is_lost and AskRule.LOST_QUOTE in context.always_ask:
        found.append("a critical comment quotes what is not there")
    if critique.p_flawed is not None and critique.verdict:
        if (critique.verdict == "flawed") != (critique.p_flawed >= 0.5):
            found.append("the critic's verdict and its probability disagree")
        if critique.verdict == "flawed" and not comments:
            found.append("the critic says flawed and shows nothing")
    return found


def _p_wrong(p: float | None, rule: FittedRule) -> float | None:
    """Return how likely the critic's choice is wrong, by what audits make of its probability."""
    if p is None or not rule.is_corrected:
        return None
    corrected = float(rule.calibrator(np.array([p]))[0])
    return 1 - corrected if p >= 0.5 else corrected


def _severity(critiques: list[Critique]) -> float:
    weights = [SEVERITY[c.severity] for row in critiques for c in row.comments.all()]
    return max(weights, default=NO_COMMENT)


def _minutes(pair: Pair, pace: float | None) -> float:
    if pace is None:
        return DEFAULT_MINUTES
    query, a, b = pair
    return max(LEAST_MINUTES, pace * (len(query.text) + len(a.text) + len(b.text)))
