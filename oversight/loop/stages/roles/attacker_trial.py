"""What a new attacker and its parent write near the same held-out queries, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.domains.domain import Domain
from models_srv.roles.attacker import build_attack_request, parse_attack
from models_srv.types import Generation, ModelRequest, Sampling
from oversight.asking.services.checkers import checker_of
from oversight.attacks.policies.confirming import Outcome
from oversight.campaigns.services.queries import place_of, storable, text_columns
from oversight.learning.policies.attacker_gate import TriedAttack
from oversight.loop.selectors.candidates import learner_after
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.attack import DUPLICATE, EMPTY
from oversight.loop.stages.provenance import sampling_of
from oversight.models import ModelVersion, Origin, Purpose, Query, Response, TrainingRun
from oversight.statistics.seeds import derive_seed

MOST_SEEDS = (
    400  # held-out queries; with half as many a gain of a tenth of all failures is seldom seen
)
MOST_WRITTEN, MOST_SAMPLES = 800, 4  # by each version, and near one held-out query
SEEDS_PER_UNIT = 25
TRIED = "written in a trial, near a held-out query"


@dataclass(frozen=True)
class Near:
    """What is written near, and by which version."""

    seed: Query
    version: ModelVersion


@dataclass(frozen=True)
class Written:
    near: Near
    generation: Generation
    sampling: Sampling


def draw_seeds(run: TrainingRun) -> list[int]:
    """Return the held-out queries that the trial is about, drawn by their texts."""
    assert run.round is not None
    rows = Query.objects.held_out().filter(campaign=run.campaign).values_list("pk", "text_sha256")
    seed = run.round.seed
    drawn = sorted(rows, key=lambda row: derive_seed(seed, "near", row[1]))
    return [pk for pk, _ in drawn[:MOST_SEEDS]]


def seeds_of(run: TrainingRun) -> list[int]:
    """Return those that were drawn when the new version was there: held-out queries may be added
    meanwhile, the trial's stay the same."""
    return list(run.settings.get("trial_seeds", []))


def ask_near(run: TrainingRun, part: int) -> list[Question[Near]]:
    """Ask both versions for the same queries, with the same sampling."""
    drawn = seeds_of(run)
    ids = drawn[part * SEEDS_PER_UNIT : (part + 1) * SEEDS_PER_UNIT]
    seeds = Query.objects.in_bulk(ids)
    samples = max(1, min(MOST_SAMPLES, MOST_WRITTEN // len(drawn)))
    assert run.round is not None
    assert run.result_version is not None
    sampling = Sampling(
        temperature=1.0,
        max_tokens=run.round.plan["max_tokens"],
        seed=derive_seed(run.round.seed, "trial", part),
    )
    return [
        Question(version, _request(seeds[pk], sampling, samples), Near(seeds[pk], version))
        for version in (run.result_version, run.parent)
        for pk in ids
    ]


def _request(seed: Query, sampling: Sampling, samples: int) -> ModelRequest:
    prompt = build_attack_request(
        node=seed.node,
        seed_query=seed.text,
        instructions=seed.campaign.basics.attacker_instructions,
    )
    return ModelRequest(prompt, sampling, name=f"near {seed.text_sha256}", samples=samples)


def read_near(answered: Sequence[Answered[Near]]) -> list[Written]:
    return [
        Written(question.about, generation, question.request.sampling)
        for question, generations in answered
        for generation in generations
    ]


def store_written(run: TrainingRun, written: Sequence[Written]) -> None:
    """Keep every text with why it is used for nothing; what was there before is not asked."""
    Query.objects.bulk_create([_query(run, each) for each in written])


def _query(run: TrainingRun, written: Written) -> Query:
    text = storable(parse_attack(written.generation) or "")
    columns = text_columns(text)
    cluster, split = place_of(run.campaign, text)
    return Query(
        campaign=run.campaign,
        trial=run,
        **columns,
        origin=Origin.ATTACKER,
        node=written.near.seed.node,
        cluster=cluster,
        split=split,
        rejected_reason=_why_unused(run, columns),
        attacker_version=written.near.version,
        near=written.near.seed,
        prompt_hash=written.generation.prompt_hash,
        sampling=sampling_of(written.sampling, written.generation),
        raw_text=storable(written.generation.raw_text),
    )


def _why_unused(run: TrainingRun, columns: dict[str, str]) -> str:
    if not columns["text"]:
        return EMPTY
    same = Query.objects.usable().filter(campaign=run.campaign, text_sha256=columns["text_sha256"])
    return DUPLICATE if same.exists() else TRIED


def tried_attacks(run: TrainingRun) -> list[TriedAttack]:
    """Return what both versions wrote and what it came to; what the learner did not answer is left
    out, and a version's repeats are as little worth as what is not fair."""
    domain = checker_of(run.campaign)
    assert domain is not None
    rows = list(Query.objects.filter(trial=run).select_related("near").order_by("pk"))
    answers = _answers(run, rows)
    seen: set[tuple[int | None, str]] = set()
    found = []
    for row in rows:
        name = row.attacker_version_id, row.text_sha256
        is_new = row.rejected_reason == TRIED and name not in seen
        seen.add(name)
        if is_new and row.pk not in answers:
            continue
        found.append(_tried(run, domain, row, answers[row.pk] if is_new else None))
    return found


def _answers(run: TrainingRun, rows: Sequence[Query]) -> dict[int, str]:
    assert run.round is not None
    answers = Response.objects.filter(
        query__in=rows, version=learner_after(run.round), purpose=Purpose.TRIAL
    ).exclude(finish_reason="error")
    return dict(answers.values_list("query_id", "text"))


def _tried(run: TrainingRun, domain: Domain, row: Query, answer: str | None) -> TriedAttack:
    """`answer` None: the text is nothing new."""
    is_right = None if answer is None else domain.is_correct(row.text, answer)
    outcome, fault = Outcome.UNFAIR, ""
    if answer is not None and is_right is not None:
        outcome = Outcome.HELD if is_right else Outcome.FAILED
        fault = "" if is_right else domain.fault(row.text, answer) or row.cluster
    assert row.near is not None
    return TriedAttack(
        seed=row.near.pk,
        cluster=row.near.cluster,
        is_candidate=row.attacker_version_id == run.result_version_id,
        text=row.text,
        outcome=outcome,
        failing_cluster=f"{row.node}\x1f{fault}",
    )
