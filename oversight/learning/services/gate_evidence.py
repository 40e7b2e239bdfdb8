"""What the gate is told of a candidate and the version at work, beside the truth's scores."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

from django.db.models import Q, QuerySet

from oversight.asking.policies.pairing import probability_a_better
from oversight.asking.services.checkers import score
from oversight.learning.policies.gate import Comparison, FalseAccepts, JudgeAudits, PairedScore
from oversight.models import (
    Campaign,
    ItemKind,
    Judgement,
    ModelVersion,
    Purpose,
    Response,
    ResponseRating,
    Round,
    Source,
    WorstFlaw,
)
from oversight.trust.selectors.judged_pairs import auditing_source, judged_pairs

AnswerPair = tuple[Response, Response]  # the candidate's and the baseline's, to one query
LEAST_IN_CATEGORY = 50  # with fewer queries one answer more or less would look like a loss


def evaluation_answers(round_: Round, candidate: ModelVersion) -> list[AnswerPair]:
    """Return the greedy answers to each held-out query: the candidate's and the active version's."""
    old = {response.query_id: response for response in _greedy_answers(round_, round_.learner)}
    return [
        (response, old[response.query_id])
        for response in _greedy_answers(round_, candidate)
        if response.query_id in old
    ]


def paired_scores(
    answers: Iterable[AnswerPair], scores: Mapping[int, float | None]
) -> list[PairedScore]:
    """Return the scores of both answers, by response, for the queries where both have one."""
    rows = []
    for new, old in answers:
        mine, theirs = scores.get(new.pk), scores.get(old.pk)
        if mine is not None and theirs is not None:
            rows.append(PairedScore(new.query.cluster, mine, theirs))
    return rows


def comparisons(
    answers: Sequence[AnswerPair], p_flawed: Mapping[int, float | None]
) -> list[Comparison]:
    """Return the critic's word on each pair, by the responses' ids, and people's where they judged
    just these two answers."""
    human = _human_words(answers)
    return [
        Comparison(
            new.query.cluster,
            ai=_word(probability_a_better(p_flawed.get(new.pk), p_flawed.get(old.pk))),
            human=human[new.pk][0] if new.pk in human else None,
            propensity=human[new.pk][1] if new.pk in human else 1.0,
        )
        for new, old in answers
    ]


def judge_audits(campaign: Campaign, critic: ModelVersion | None) -> JudgeAudits | None:
    """Return how often people agreed with this version of the critic on random audits. Simulated
    annotators do not stand in for them here: nobody is promoted on their word. Pairs with an answer
    written anew are left out: the versions that a gate compares have answered as they do at first."""
    if critic is None or auditing_source(campaign) != Source.PERSON:
        return None
    pairs = judged_pairs(campaign, critic)
    audited = [pair for pair in pairs if pair.is_audited and not pair.anew]
    if not audited:
        return None
    return JudgeAudits(when_better=(sum(pair.agrees for pair in audited), len(audited)))


def dimensions(
    answers: Sequence[AnswerPair],
    scores: Mapping[int, float | None],
    severe: Mapping[int, bool],
) -> dict[str, list[PairedScore]]:
    """Return what must not become worse: answers that end by themselves, answers without a severe
    comment (`severe`, by response, where the critic has read both), and the large categories."""
    found = {"ends by itself": paired_scores(answers, {r.pk: _ends(r) for r in _all(answers)})}
    found["free of severe comments"] = paired_scores(
        answers, {pk: float(not is_severe) for pk, is_severe in severe.items()}
    )
    counts = Counter(new.query.node for new, _ in answers)
    for node in sorted(name for name, n in counts.items() if name and n >= LEAST_IN_CATEGORY):
        of_node = [pair for pair in answers if pair[0].query.node == node]
        found[f"category {node}"] = paired_scores(of_node, scores)
    return {name: rows for name, rows in found.items() if rows}


def false_accepts(
    campaign: Campaign, candidate: ModelVersion, baseline: ModelVersion
) -> tuple[FalseAccepts, FalseAccepts] | None:
    """Return, for each version, flawed answers that people rated as without a flaw, and how many they
    rated. Only what was judged without a critique counts: the candidate's answers never have one.

    Where people judged flawed answers of both side by side, before this candidate's gate, those alone
    count: they are like with like. None where no person has rated answers of both whose truth is known.
    """
    by_people = Judgement.objects.standing().filter(source=Source.PERSON)
    rated = ResponseRating.objects.filter(judgement__in=by_people).exclude(worst_flaw="")
    rated = rated.exclude(judgement__was_critique_shown=True)
    together = rated.filter(
        judgement__item__kind=ItemKind.FLAWED,
        judgement__item__round__training_runs__result_version=candidate,
    )
    for rows in (together, rated):
        new, old = (_false_accepts(campaign, version, rows) for version in (candidate, baseline))
        if new.flawed and old.flawed:
            return new, old
    return None


def _greedy_answers(round_: Round, version: ModelVersion) -> list[Response]:
    return list(
        Response.objects.filter(
            version=version, purpose=Purpose.EVALUATION, query__campaign=round_.campaign
        )
        .select_related("query")
        .order_by("query__text_sha256")
    )


def _word(p: float | None) -> float | None:
    return None if p is None else 0.5 if p == 0.5 else float(p > 0.5)


def _human_words(answers: Sequence[AnswerPair]) -> dict[int, tuple[float, float]]:
    """Return (from 0 to 1 for the candidate, propensity) by its response: the mean of all who judged."""
    other = {new.pk: old.pk for new, old in answers}
    rows = (
        Judgement.objects.standing()
        .filter(
            source=Source.PERSON,
            p_a_better__isnull=False,
            response_a__in=_all(answers),
            response_b__in=_all(answers),
        )
        .exclude(item__kind=ItemKind.FLAWED)
    )  # those were not drawn at random
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for a, b, p, propensity in rows.order_by("pk").values_list(
        "response_a_id", "response_b_id", "p_a_better", "propensity"
    ):
        if p is None or b is None:
            continue
        if other.get(a) == b:
            found[a].append((p, propensity or 1.0))
        elif other.get(b) == a:
            found[b].append((1 - p, propensity or 1.0))
    return {pk: (mean(p for p, _ in given), given[0][1]) for pk, given in found.items()}


def _all(answers: Iterable[AnswerPair]) -> list[Response]:
    return [response for pair in answers for response in pair]


def _ends(response: Response) -> float:
    return float(response.finish_reason not in ("length", "error"))


def _false_accepts(
    campaign: Campaign, version: ModelVersion, rated: QuerySet[ResponseRating]
) -> FalseAccepts:
    """Count answers, however many people judged each: one is accepted where half of them or more
    found no flaw. One with an error put in is of the version whose answer it was."""
    own = Q(response__version=version) | Q(
        response__revises__version=version, response__purpose=Purpose.TAMPERED
    )
    said: dict[Response, list[bool]] = defaultdict(list)
    for row in rated.filter(own).select_related("response__query"):
        said[row.response].append(row.worst_flaw == WorstFlaw.NONE)
    flawed = {
        response: overlooked
        for response, overlooked in said.items()
        if score(campaign, response.query.text, response.text) == 0
    }
    accepted = sum(mean(overlooked) >= 0.5 for overlooked in flawed.values())
    return FalseAccepts(accepted, len(flawed))
