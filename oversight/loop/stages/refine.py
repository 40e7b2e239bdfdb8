"""The learner writes some of its answers anew, with what the critic says of each in hand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models_srv.roles.refiner import Refined, Remark, build_refine_request, parse_refined
from models_srv.types import Conversation, Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import storable
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import drawn_slots, queries_of, round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.models import Critique, Purpose, Query, QuoteMatch, Response, Round, Stage
from oversight.statistics.seeds import derive_seed
from oversight.trust.policies.source.critic_samples import probability_flawed
from oversight.trust.services.evidence import critic_samples


@dataclass(frozen=True)
class Criticised:
    """An answer, and the critique that people are shown of it; `others` are more by the same critic."""

    answer: Response
    critique: Critique
    others: Sequence[Critique] = ()


@dataclass(frozen=True)
class Anew:
    of: Criticised
    refined: Refined
    generation: Generation
    sampling: Sampling


def unit_count(round_: Round) -> int:
    """No units where nothing is to be written anew, or nobody criticises."""
    wanted = round(_share(round_) * len(round_.plan["slots"])) if round_.critic_id else 0
    return round_chunk_count(round_) if wanted else 0


def _share(round_: Round) -> float:
    return float(round_.plan.get("refine_share", 0))


def ask(round_: Round, index: int) -> list[Question[Criticised]]:
    """Ask at the temperature of the round: a greedy answer would be better for another reason."""
    require_budget(round_)
    sampling = Sampling(
        temperature=round_.plan["temperature"],
        max_tokens=round_.plan["max_tokens"],
        seed=derive_seed(round_.seed, "refine", index),
    )
    drawn = drawn_slots(round_, index, _share(round_), "refine")
    queries = [query for query in queries_of(round_, index) if query.slot in drawn]
    return [
        Question(
            round_.learner,
            ModelRequest(_prompt(round_, each), sampling, name=each.answer.query.text_sha256),
            each,
        )
        for each in _to_write_anew(round_, queries)
    ]


def _to_write_anew(round_: Round, queries: Sequence[Query]) -> list[Criticised]:
    """Return what people will judge, and besides, where the critic learns from what is gained by its
    critiques, the same answers with each other critique of them."""
    shown = most_flawed(round_, queries)
    if not round_.plan.get("critic_revisions"):
        return shown
    return [*shown, *(replace(each, critique=other) for each in shown for other in _unlike(each))]


def _unlike(each: Criticised) -> list[Critique]:
    """Return the other critiques that say something else."""
    told = {_said(each.critique): each.critique}
    for other in each.others:
        if _remarks(other):
            told.setdefault(_said(other), other)
    return [critique for critique in told.values() if critique is not each.critique]


def _said(critique: Critique) -> str:
    return repr((critique.summary, _remarks(critique)))


def read(round_: Round, index: int, answered: Sequence[Answered[Criticised]]) -> list[Anew]:
    return [
        Anew(question.about, parse_refined(generation), generation, question.request.sampling)
        for question, (generation,) in answered
    ]


def write(round_: Round, index: int, written: list[Anew]) -> None:
    rows = [_response(round_, each) for each in written]
    Response.objects.bulk_create(rows, ignore_conflicts=True)
    told = [(round_.learner_id, each.generation) for each in written]
    record_tokens(round_, Stage.REFINE, index, told)


def most_flawed(round_: Round, queries: Sequence[Query]) -> list[Criticised]:
    """Return for each query the answer that the critic finds most flawed, of those that it remarks on.

    In the order of the queries; none for a query whose answers it has nothing to remark on.
    """
    rows = Response.objects.filter(
        query__in=queries, version=round_.learner, purpose=Purpose.FEEDBACK
    )
    answered = rows.exclude(finish_reason="error").select_related("query").order_by("sample")
    answers = list(answered)
    critiques = _critiques(round_, answers)
    found: dict[int, tuple[float, Criticised]] = {}
    for answer in answers:
        written = critiques.get(answer.pk, [])
        if not written or not _remarks(written[0]):
            continue
        p_flawed = probability_flawed(critic_samples(written))
        p_flawed = 0.5 if p_flawed is None else p_flawed
        if answer.query_id not in found or p_flawed > found[answer.query_id][0]:
            found[answer.query_id] = (p_flawed, Criticised(answer, written[0], written[1:]))
    return [found[query.pk][1] for query in queries if query.pk in found]


def _critiques(round_: Round, answers: Sequence[Response]) -> dict[int, list[Critique]]:
    """Return the critic's samples by answer, the one that people are shown first."""
    rows = Critique.objects.filter(response__in=answers, version=round_.critic)
    found: dict[int, list[Critique]] = defaultdict(list)
    for row in rows.order_by("sample").prefetch_related("comments"):
        found[row.response_id].append(row)
    return {pk: rows for pk, rows in found.items() if rows[0].sample == 0}


def _remarks(critique: Critique) -> list[Remark]:
    """Return its comments but for those that quote what is not there: nobody can mend that."""
    return [
        Remark(each.quote, each.explanation or each.category, each.suggested_fix)
        for each in critique.comments.all()
        if not each.quote or each.quote_match != QuoteMatch.NONE
    ]


def _prompt(round_: Round, each: Criticised) -> Conversation:
    query = each.answer.query
    return build_refine_request(
        query=query.text,
        answer=each.answer.text,
        remarks=_remarks(each.critique),
        summary=each.critique.summary,
        instructions=round_.campaign.basics.learner_instructions,
        turns=query.messages,
    )


def _response(round_: Round, each: Anew) -> Response:
    generation, answer = each.generation, each.of.answer
    sampling = sampling_of(each.sampling, generation)
    if each.refined.announced:
        sampling["announced"] = storable(each.refined.announced)
    return Response(
        query_id=answer.query_id,
        version_id=round_.learner_id,
        revises=answer,
        after_critique=each.of.critique,
        purpose=Purpose.REFINED,
        sample=each.of.critique.sample,
        text=storable(each.refined.text),
        reasoning=storable(generation.reasoning),
        sampling=sampling,
        prompt_hash=generation.prompt_hash,
        logprob=generation.logprob,
        tokens=len(generation.tokens) or None,
        finish_reason=generation.finish_reason,
        latency_ms=generation.latency_ms,
    )
