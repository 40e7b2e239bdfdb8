"""The critic comments on each response of the round, as often as the plan says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from random import Random
from typing import Any

from django.db.models import F, Q

from models_srv.roles import critique_json
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.critic_search import Searched
from models_srv.roles.search_cost import Cost
from models_srv.types import (
    Conversation,
    CritiqueComment,
    Generation,
    ModelRequest,
    ParsedCritique,
    Sampling,
)
from oversight.asking.selectors.reviews import waiting_for_critiques
from oversight.campaigns.services.queries import storable
from oversight.loop.services.spending import record_searches, record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question, answer_here
from oversight.loop.stages.chunks import queries_of, round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.models import (
    BackendKind,
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
from oversight.versions.services.critic_search import Curve, can_search, search
from oversight.versions.services.loading import spec_of

CRITIC_SAMPLING = Sampling(temperature=0.0, max_tokens=512)


@dataclass(frozen=True)
class Read:
    """What is criticised, and which of several critiques of it is asked for."""

    response: Response
    sample: int


@dataclass(frozen=True)
class Finding:
    """`parsed` is what the `generation` says; with a `search_weight` (λ), what was searched for.
    `curve` is what a search would say by λ, where it was measured; `cost` what a search took besides."""

    response_id: int
    parsed: ParsedCritique
    generation: Generation
    sample: int = 0
    sampling: Sampling = CRITIC_SAMPLING
    search_weight: float | None = None
    curve: Curve | None = None
    cost: Cost | None = None


def unit_count(round_: Round) -> int:
    """No units without a critic: people then judge without, and the record says so."""
    return round_chunk_count(round_) if round_.critic_id else 0


def ask(round_: Round, index: int) -> list[Question[Read]]:
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
    return ask_critic(round_.critic, criticised, samples=samples, seed=round_.seed)


def read(round_: Round, index: int, answered: Sequence[Answered[Read]]) -> list[Finding]:
    critic, weight = round_.critic, round_.plan.get("critic_search")
    findings = read_findings(answered)
    if critic is None or weight is None or not can_search(critic):
        return findings
    return _searched(critic, answered, findings, weight)


def write(round_: Round, index: int, findings: list[Finding]) -> None:
    assert round_.critic is not None
    store_findings(round_.critic, findings)
    told = [(round_.critic.pk, finding.generation) for finding in findings]
    record_tokens(round_, Stage.CRITIQUE, index, told)
    record_searches(round_, Stage.CRITIQUE, index, searches_of(round_.critic.pk, findings))


def _searched(
    critic: ModelVersion, answered: Sequence[Answered[Read]], findings: list[Finding], weight: float
) -> list[Finding]:
    """Return the findings with the first critique of each response searched for."""
    firsts = [at for at, each in enumerate(findings) if each.sample == 0]
    questions = [answered[at][0] for at in firsts]
    found = search(
        critic,
        [Searched(each.request.conversation, each.about.response.text) for each in questions],
        [findings[at].parsed for at in firsts],
        weight=weight,
        max_tokens=CRITIC_SAMPLING.max_tokens,
    )
    for at, (parsed, cost) in zip(firsts, found, strict=True):
        findings[at] = replace(findings[at], parsed=parsed, search_weight=weight, cost=cost)
    return findings


def searches_of(version_id: int, findings: Iterable[Finding]) -> list[tuple[int, Cost]]:
    """Return what searches took, each with the version that searched."""
    return [(version_id, each.cost) for each in findings if each.cost]


def criticise(
    critic: ModelVersion, responses: list[Response], *, samples: int = 1, seed: int = 0
) -> list[Finding]:
    """Let a critic comment on responses in this process, and wait for it: see `ask_critic`."""
    return read_findings(answer_here(ask_critic(critic, responses, samples=samples, seed=seed)))


def ask_critic(
    critic: ModelVersion, responses: list[Response], *, samples: int = 1, seed: int = 0
) -> list[Question[Read]]:
    """Ask a critic about responses that it has not commented on yet, sample after sample.

    The first sample is greedy and is what people are shown. The others draw their words and see the
    principles in another order: a probability that hangs on either shows itself.
    """
    rows = Critique.objects.filter(response__in=responses, version=critic)
    known = set(rows.values_list("response_id", "sample"))
    ordered = sorted(responses, key=lambda row: (row.query.text_sha256, row.sample, row.text))
    return [
        question
        for sample in range(samples)
        for question in _ask(
            critic, [row for row in ordered if (row.pk, sample) not in known], sample, seed
        )
    ]


def read_findings(answered: Sequence[Answered[Read]]) -> list[Finding]:
    return [
        Finding(
            question.about.response.pk,
            parse_critique(generation, question.about.response.text),
            generation,
            question.about.sample,
            question.request.sampling,
        )
        for question, (generation,) in answered
    ]


def _ask(critic: ModelVersion, new: list[Response], sample: int, seed: int) -> list[Question[Read]]:
    if not new:
        return []
    asked = critic_prompts(critic, sample)
    sampling, as_json = _sampling(sample, seed), _is_structured(critic)
    return [
        Question(
            critic,
            ModelRequest(
                asked(response),
                sampling,
                name=f"{response.query.text_sha256} {response.purpose} {response.sample}",
                schema=critique_json.SCHEMA if as_json else "",
            ),
            Read(response, sample),
        )
        for response in new
    ]


def critic_prompts(critic: ModelVersion, sample: int = 0) -> Callable[[Response], Conversation]:
    """Return what the critic is asked about a response, one of its samples."""
    return partial(
        _prompt,
        guidelines=critic.campaign.basics.guidelines,
        principles=[each.text for each in shown_principles(critic.campaign, sample)],
        as_json=_is_structured(critic),
    )


def _prompt(response: Response, **more: Any) -> Conversation:
    return build_critique_request(query=response.query.text, response=response.text, **more)


def _is_structured(critic: ModelVersion) -> bool:
    """Whether it is asked for JSON: by its own settings, where a server can hold it to that."""
    return critic.backend == BackendKind.OPENAI and spec_of(critic).options.structured


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
        sampling=_how(finding),
        prompt_hash=generation.prompt_hash,
        latency_ms=generation.latency_ms,
    )


def _how(finding: Finding) -> dict[str, Any]:
    """Return how it was sampled, and what a search has to do with it."""
    cost = asdict(finding.cost) if finding.cost else None
    more = {"search_weight": finding.search_weight, "curve": finding.curve, "search_cost": cost}
    said = {name: value for name, value in more.items() if value is not None}
    return {**sampling_of(finding.sampling, finding.generation), **said}


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
