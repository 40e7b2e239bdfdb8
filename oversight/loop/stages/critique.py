"""The critic comments on each response of the round, as often as the plan says."""

from dataclasses import dataclass
from random import Random

from django.db.models import F, Q

from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.types import CritiqueComment, Generation, ParsedCritique, Sampling
from oversight.asking.selectors.reviews import waiting_for_critiques
from oversight.campaigns.services.queries import storable
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.chunks import queries_of, round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.models import (
    Campaign,
    Comment,
    Critique,
    ModelVersion,
    Principle,
    Purpose,
    Response,
    Round,
    Stage,
)
from oversight.statistics.seeds import derive_seed
from oversight.versions.services.loading import backend_of

CRITIC_SAMPLING = Sampling(temperature=0.0, max_tokens=512)


@dataclass(frozen=True)
class Finding:
    response_id: int
    parsed: ParsedCritique
    generation: Generation
    sample: int = 0
    sampling: Sampling = CRITIC_SAMPLING


def unit_count(round_: Round) -> int:
    """No units without a critic: people then judge without, and the record says so."""
    return round_chunk_count(round_) if round_.critic_id else 0


def think(round_: Round, index: int) -> list[Finding]:
    assert round_.critic is not None
    require_budget(round_)
    answers = Q(version=round_.learner, purpose=Purpose.FEEDBACK)
    responses = Response.objects.filter(
        answers | Q(purpose=Purpose.TAMPERED), query__in=queries_of(round_, index)
    )
    # Among them, so that each unit has its part: items made by hand, whose others have critiques.
    waiting = waiting_for_critiques(round_.campaign).annotate(unit=F("pk") % unit_count(round_))
    criticised = [*responses, *waiting.filter(unit=index).select_related("query")]
    samples = round_.plan.get("critic_samples", 1)
    return criticise(round_.critic, criticised, samples=samples, seed=round_.seed)


def write(round_: Round, index: int, findings: list[Finding]) -> None:
    assert round_.critic is not None
    store_findings(round_.critic, findings)
    told = [(round_.critic.pk, finding.generation) for finding in findings]
    record_tokens(round_, Stage.CRITIQUE, index, told)


def criticise(
    critic: ModelVersion, responses: list[Response], *, samples: int = 1, seed: int = 0
) -> list[Finding]:
    """Let a critic comment on responses that it has not commented on yet, one batch for each sample.

    The first sample is greedy and is what people are shown. The others draw their words and see the
    principles in another order: a probability that hangs on either shows itself.
    """
    rows = Critique.objects.filter(response__in=responses, version=critic)
    known = set(rows.values_list("response_id", "sample"))
    ordered = sorted(responses, key=lambda row: (row.query.text_sha256, row.sample, row.text))
    return [
        finding
        for sample in range(samples)
        for finding in _ask(
            critic, [row for row in ordered if (row.pk, sample) not in known], sample, seed
        )
    ]


def _ask(critic: ModelVersion, new: list[Response], sample: int, seed: int) -> list[Finding]:
    if not new:
        return []
    principles = [each.text for each in shown_principles(critic.campaign, sample)]
    requests = [
        build_critique_request(
            query=response.query.text,
            response=response.text,
            guidelines=critic.campaign.basics.guidelines,
            principles=principles,
        )
        for response in new
    ]
    sampling = _sampling(sample, seed)
    generations = backend_of(critic).generate(requests, sampling)
    return [
        Finding(
            response.pk, parse_critique(generation, response.text), generation, sample, sampling
        )
        for response, generation in zip(new, generations, strict=True)
    ]


def _sampling(sample: int, seed: int) -> Sampling:
    if sample == 0:
        return CRITIC_SAMPLING
    drawn = derive_seed(seed, "critique", sample)
    return Sampling(temperature=1.0, max_tokens=CRITIC_SAMPLING.max_tokens, seed=drawn)


def store_findings(critic: ModelVersion, findings: list[Finding]) -> None:
    """Write the critiques and their comments."""
    critiques = Critique.objects.bulk_create(_critique(critic, finding) for finding in findings)
    samples = {finding.sample for finding in findings}
    principles = {sample: shown_principles(critic.campaign, sample) for sample in samples}
    Comment.objects.bulk_create(
        _comment(critique, number, comment, principles[finding.sample])
        for critique, finding in zip(critiques, findings, strict=True)
        for number, comment in enumerate(finding.parsed.comments, start=1)
    )


def shown_principles(campaign: Campaign, sample: int) -> list[Principle]:
    """Return the rules in the order in which a sample of the critic sees them; 0: by number."""
    current = list(campaign.principles.filter(retired_at__isnull=True).order_by("number"))
    if sample:
        Random(sample).shuffle(current)
    return current


def _critique(critic: ModelVersion, finding: Finding) -> Critique:
    parsed, generation = finding.parsed, finding.generation
    return Critique(
        response_id=finding.response_id,
        version=critic,
        sample=finding.sample,
        summary=storable(parsed.summary),
        verdict=parsed.verdict,
        p_flawed=parsed.p_flawed,
        raw_text=storable(parsed.raw_text),
        sampling=sampling_of(finding.sampling, generation),
        prompt_hash=generation.prompt_hash,
        latency_ms=generation.latency_ms,
    )


def _comment(
    critique: Critique, number: int, comment: CritiqueComment, principles: list[Principle]
) -> Comment:
    return Comment(
        critique=critique,
        number=number,
        quote=storable(comment.quote),
        quote_match=comment.quote_match,
        start=comment.start,
        end=comment.end,
        severity=comment.severity,
        category=storable(comment.category)[:200],
        principle=_cited(comment.principle, principles),
        explanation=storable(comment.explanation),
        suggested_fix=storable(comment.suggested_fix),
        confidence=comment.confidence,
    )


def _cited(text: str, principles: list[Principle]) -> Principle | None:
    """Return the principle whose place in the list that the critic saw is named first, if any."""
    digits = "".join(char if char.isdecimal() else " " for char in text).split()
    position = int(digits[0]) if digits and len(digits[0]) < 5 else 0
    return principles[position - 1] if 1 <= position <= len(principles) else None
