"""The held-out answers that a new critic and its parent both read, and how each did."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from models_srv.domains.domain import Domain
from oversight.asking.services.checkers import checker_of, score
from oversight.learning.policies.critic_gate import Reading, TriedAnswer
from oversight.learning.services.critic_tasks import imported_judgements
from oversight.loop.stages.tampering.by_domain import store_tampered, tampered_text
from oversight.models import (
    Campaign,
    Critique,
    ModelVersion,
    Purpose,
    Query,
    Response,
    StepLabel,
    TrainingRun,
)
from oversight.statistics.seeds import derive_seed

# With half as many a critic that makes up a third fewer problems would pass its gate half of the time.
MOST_ANSWERS, MOST_TAMPERED = 400, 200
MOST_LABELLED = 100  # answers of either kind


@dataclass(frozen=True)
class Trial:
    """Whose answers a critic reads; the seeds say which of many, so that they stay the same."""

    campaign: Campaign
    critic: ModelVersion
    seed: int
    of_labelled: int


def trial_of(run: TrainingRun) -> Trial:
    """Return what a new critic and the version that it came from both read."""
    assert run.round is not None
    return Trial(run.campaign, run.parent, run.round.seed, run.pk)


def held_out_answers(trial: Trial) -> list[tuple[Response, bool]]:
    """Return answers to held-out queries and whether each is flawed, as the checker knows: drawn by
    their texts, so that they stay the same while the round goes on."""
    return [*_natural(trial), *_tampered(trial)]


def read_answers(trial: Trial) -> list[Response]:
    """Return all that both versions read: what the gate goes by, and what is only measured."""
    held_out = [row for row, _ in held_out_answers(trial)]
    return [*held_out, *(row for row in labelled_answers(trial) if row not in held_out)]


def labelled_answers(trial: Trial) -> list[Response]:
    """Return answers of which imported data or people say what is wrong, so that both versions can be
    measured on them too: pairs as RewardBench has them, solutions in steps. The gate reads none."""
    pairs = imported_judgements(trial.critic).values_list("response_a", "response_b")
    drawn = sorted(pairs, key=lambda pair: derive_seed(trial.of_labelled, *pair))[
        : MOST_LABELLED // 2
    ]
    steps = StepLabel.objects.filter(response__query__campaign=trial.campaign)
    responses = sorted(set(steps.values_list("response", flat=True)))
    stepped = sorted(responses, key=lambda pk: derive_seed(trial.of_labelled, pk))[:MOST_LABELLED]
    wanted = {pk for pair in drawn for pk in pair if pk} | set(stepped)
    rows = Response.objects.filter(pk__in=wanted).select_related("query__campaign")
    return list(rows.order_by("pk"))


def _natural(trial: Trial) -> list[tuple[Response, bool]]:
    """Answers of the learner, the round's own and the new one's; equal texts count once."""
    rows = _of_held_out(trial).filter(purpose=Purpose.EVALUATION)
    unique = {(row.query_id, row.text): row for row in rows.order_by("-pk")}
    scored = ((row, _is_flawed(trial, row)) for row in _drawn(trial, list(unique.values())))
    return [(row, flawed) for row, flawed in scored if flawed is not None][:MOST_ANSWERS]


def _tampered(trial: Trial) -> list[tuple[Response, bool]]:
    rows = _of_held_out(trial).filter(purpose=Purpose.TAMPERED)
    return [(row, True) for row in _drawn(trial, list(rows))[:MOST_TAMPERED]]


def store_tampered_answers(trial: Trial) -> None:
    """Put an error into right held-out answers, so many of which the checker then calls wrong."""
    domain = checker_of(trial.campaign)
    if domain is None:
        return
    done = {row.query_id for row, _ in _tampered(trial)}
    for answer, is_flawed in _natural(trial):
        if len(done) >= MOST_TAMPERED:
            return
        if is_flawed or answer.query_id in done:
            continue
        if tampered := tampered_text(domain, trial.campaign, answer):
            store_tampered(answer, tampered)
            done.add(answer.query_id)


def tried_answers(run: TrainingRun) -> list[TriedAnswer]:
    """Return what both versions said of the held-out answers, those that both have read."""
    domain, answers = checker_of(run.campaign), held_out_answers(trial_of(run))
    assert domain is not None
    assert run.result_version is not None
    rows = [row for row, _ in answers]
    new, old = (_readings(domain, rows, each) for each in (run.result_version, run.parent))
    return [
        TriedAnswer(
            row.query.cluster, is_flawed, row.purpose == Purpose.TAMPERED, new[row.pk], old[row.pk]
        )
        for row, is_flawed in answers
        if row.pk in new and row.pk in old
    ]


def _readings(
    domain: Domain, rows: Sequence[Response], version: ModelVersion
) -> dict[int, Reading]:
    critiques = Critique.objects.filter(response__in=rows, version=version, sample=0)
    return {
        each.response_id: _reading(domain, each)
        for each in critiques.select_related("response__query").prefetch_related("comments")
    }


def _reading(domain: Domain, critique: Critique) -> Reading:
    query, text = critique.response.query.text, critique.response.text
    right = [
        domain.is_valid_comment(query, text, comment.quote, comment.category)
        for comment in critique.comments.all()
    ]
    return Reading(sum(right), len(right) - sum(right), critique.p_flawed)


def _of_held_out(trial: Trial) -> QuerySet[Response]:
    queries = Query.objects.held_out().filter(campaign=trial.campaign)
    return Response.objects.filter(query__in=queries).select_related("query__campaign")


def _drawn(trial: Trial, rows: list[Response]) -> list[Response]:
    seed = trial.seed
    return sorted(rows, key=lambda row: derive_seed(seed, row.query.text_sha256, row.text))


def _is_flawed(trial: Trial, row: Response) -> bool | None:
    found = score(trial.campaign, row.query.text, row.text)
    return None if found is None else found != 1
