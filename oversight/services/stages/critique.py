"""The critic comments on each response of the round."""

from dataclasses import asdict, dataclass

from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.types import CritiqueComment, Generation, ParsedCritique, Sampling
from oversight.models import (
    Campaign,
    Comment,
    Critique,
    ModelVersion,
    Principle,
    Purpose,
    Response,
    Round,
)
from oversight.services.models import backend_of
from oversight.services.queries import storable
from oversight.services.stages.chunks import queries_of, round_chunk_count

CRITIC_SAMPLING = Sampling(temperature=0.0, max_tokens=512)


@dataclass(frozen=True)
class Finding:
    response_id: int
    parsed: ParsedCritique
    generation: Generation


def unit_count(round_: Round) -> int:
    """No units without a critic: people then judge without, and the record says so."""
    return round_chunk_count(round_) if round_.critic_id else 0


def think(round_: Round, index: int) -> list[Finding]:
    assert round_.critic is not None
    responses = Response.objects.filter(
        query__in=queries_of(round_, index), version=round_.learner, purpose=Purpose.FEEDBACK
    )
    return criticise(round_.critic, list(responses))


def write(round_: Round, index: int, findings: list[Finding]) -> None:
    assert round_.critic is not None
    store_findings(round_.critic, findings)


def criticise(critic: ModelVersion, responses: list[Response]) -> list[Finding]:
    """Let a critic comment on responses that it has not commented on yet, in one batch."""
    known = set(
        Critique.objects.filter(response__in=responses, version=critic).values_list(
            "response_id", flat=True
        )
    )
    new = [response for response in responses if response.pk not in known]
    new.sort(key=lambda response: (response.query.text_sha256, response.sample))
    if not new:
        return []
    principles = current_principles(critic.campaign)
    requests = [
        build_critique_request(
            query=response.query.text,
            response=response.text,
            guidelines=critic.campaign.guidelines,
            principles=[principle.text for principle in principles],
        )
        for response in new
    ]
    generations = backend_of(critic).generate(requests, CRITIC_SAMPLING)
    return [
        Finding(response.pk, parse_critique(generation, response.text), generation)
        for response, generation in zip(new, generations, strict=True)
    ]


def store_findings(critic: ModelVersion, findings: list[Finding]) -> None:
    """Write the critiques and their comments."""
    critiques = Critique.objects.bulk_create(_critique(critic, finding) for finding in findings)
    principles = current_principles(critic.campaign)
    Comment.objects.bulk_create(
        _comment(critique, number, comment, principles)
        for critique, finding in zip(critiques, findings, strict=True)
        for number, comment in enumerate(finding.parsed.comments, start=1)
    )


def current_principles(campaign: Campaign) -> list[Principle]:
    return list(campaign.principles.filter(retired_at__isnull=True).order_by("number"))


def _critique(critic: ModelVersion, finding: Finding) -> Critique:
    parsed, generation = finding.parsed, finding.generation
    return Critique(
        response_id=finding.response_id,
        version=critic,
        summary=storable(parsed.summary),
        verdict=parsed.verdict,
        p_flawed=parsed.p_flawed,
        raw_text=storable(generation.text),
        sampling=asdict(CRITIC_SAMPLING),
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
