"""Before an update: is the critic's word worth training on?"""

from collections import defaultdict
from dataclasses import asdict
from statistics import mean

from oversight.asking.services.checkers import score
from oversight.learning.policies.critic_gap import (
    Asked,
    CriticGap,
    Sample,
    gap_by_people,
    gap_by_truth,
    gap_words,
)
from oversight.learning.services.gate_evidence import judge_audits
from oversight.models import AtChance, Critique, Purpose, Response, Round, Source, TrainingRun
from oversight.statistics.seeds import derive_seed

MOST_ANSWERS = 4_000  # of the learner's, the newest: enough for an interval of two points
GUESSES = "The critic's choice is no better than chance, so that its labels may be noise."


def measure_critic(run: TrainingRun) -> str:
    """Keep on the run how well the critic chooses; return why there is to be no update, "" otherwise.

    Nothing is measured where none of the critic's labels would be trained on, or nobody knows.
    """
    assert run.round is not None
    gap = critic_gap(run.round) if _trains_on_critic(run) else None
    run.critic_gap = asdict(gap) if gap else {}
    TrainingRun.objects.filter(pk=run.pk).update(critic_gap=run.critic_gap)
    if gap is None or not gap.holds_chance:
        return ""
    stops = run.round.plan.get("critic_at_chance") == AtChance.STOP
    return f"{GUESSES} {gap_words(run.critic_gap)}" if stops else ""


def guess_warning(run: TrainingRun) -> str:
    """Return what speaks against training on the critic's labels, "" where nothing does."""
    holds_chance = bool(run.critic_gap) and CriticGap(**run.critic_gap).holds_chance
    return GUESSES if holds_chance else ""


def critic_gap(round_: Round) -> CriticGap | None:
    """Measure the round's critic on the learner's own answers; None where nobody knows which are right.

    By the checker where there is one, else by people's random audits.
    """
    if round_.critic is None:
        return None
    if round_.campaign.basics.checker:
        return gap_by_truth(_asked(round_), derive_seed(round_.seed, "gap"))
    audits = judge_audits(round_.campaign, round_.critic)
    return gap_by_people(*audits.when_better) if audits else None


def _trains_on_critic(run: TrainingRun) -> bool:
    assert run.snapshot is not None
    return run.snapshot.rows.filter(preference__source=Source.CRITIC).exists()


def _asked(round_: Round) -> list[Asked]:
    """Return the queries that the learner answered twice or more, all answers criticised and scored."""
    answers = list(
        Response.objects.filter(
            version=round_.learner, purpose=Purpose.FEEDBACK, query__campaign=round_.campaign
        )
        .select_related("query")
        .order_by("-pk")[:MOST_ANSWERS]
    )
    p_flawed = _p_flawed(round_, answers)
    by_query: dict[int, list[Response]] = defaultdict(list)
    for answer in answers:
        by_query[answer.query_id].append(answer)
    asked = []
    for rows in by_query.values():
        samples = [
            Sample(p_flawed[row.pk], truth)
            for row in rows
            if row.pk in p_flawed
            and (truth := score(round_.campaign, row.query.text, row.text)) is not None
        ]
        if len(samples) == len(rows) > 1:
            asked.append(Asked(rows[0].query.cluster, samples))
    return asked


def _p_flawed(round_: Round, answers: list[Response]) -> dict[int, float]:
    """Return the mean of the critic's samples, by response."""
    found: dict[int, list[float]] = defaultdict(list)
    rows = Critique.objects.filter(
        response__in=answers, version=round_.critic, p_flawed__isnull=False
    )
    for response, p in rows.values_list("response_id", "p_flawed"):
        if p is not None:
            found[response].append(p)
    return {response: mean(given) for response, given in found.items()}
