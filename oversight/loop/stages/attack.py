"""The attacker writes one query per slot that was not filled from the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models_srv.roles.attacker import build_attack_request, parse_attack
from models_srv.roles.questioner import AskedBefore, build_question_request
from models_srv.types import Conversation, Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import (
    near_held_out,
    place_of,
    storable,
    text_columns,
)
from oversight.loop.services.round_slots import is_from_pool
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import round_chunk_count, slot_range
from oversight.loop.stages.provenance import sampling_of
from oversight.models import Origin, Query, Round, Stage
from oversight.statistics.seeds import derive_seed

DUPLICATE, EMPTY = "duplicate", "empty"  # why a query is used for nothing


@dataclass(frozen=True)
class Wanted:
    """A slot for which a query is to be written. `history`: earlier queries to go by instead of the one
    to be near, each with its score (see `AskedBefore`)."""

    slot: int
    node: str
    near_id: int | None
    history: Sequence[tuple[int, float]] | None = None


@dataclass(frozen=True)
class Attack:
    slot: int
    node: str
    near_id: int | None
    text: str | None
    generation: Generation
    sampling: Sampling


def unit_count(round_: Round) -> int:
    """No units where the round takes its queries from the pool."""
    return round_chunk_count(round_) if round_.attacker_id else 0


def ask(round_: Round, index: int) -> list[Question[Wanted]]:
    require_budget(round_)
    plans = round_.plan["slots"]
    wanted = [
        Wanted(slot, plans[slot]["node"], plans[slot]["near"], plans[slot].get("history"))
        for slot in slot_range(round_, index)
        if not is_from_pool(plans[slot])
    ]
    texts = _texts(wanted)
    sampling = Sampling(
        temperature=1.0,
        max_tokens=round_.plan["max_tokens"],
        seed=derive_seed(round_.seed, "attack", index),
    )
    assert round_.attacker is not None
    instructions = round_.campaign.basics.attacker_instructions
    return [
        Question(
            round_.attacker,
            ModelRequest(_prompt(each, texts, instructions), sampling, name=f"slot {each.slot}"),
            each,
        )
        for each in wanted
    ]


def _texts(wanted: Sequence[Wanted]) -> dict[int, str]:
    """Return the texts of the earlier queries that the prompts show."""
    shown = {each.near_id for each in wanted if each.near_id}
    shown |= {pk for each in wanted for pk, _ in each.history or ()}
    return dict(Query.objects.filter(pk__in=shown).values_list("pk", "text"))


def _prompt(wanted: Wanted, texts: Mapping[int, str], instructions: str) -> Conversation:
    if wanted.history is None:
        near = texts.get(wanted.near_id or 0, "")
        return build_attack_request(node=wanted.node, seed_query=near, instructions=instructions)
    history = [AskedBefore(texts[pk], score) for pk, score in wanted.history if pk in texts]
    return build_question_request(node=wanted.node, history=history, instructions=instructions)


def read(round_: Round, index: int, answered: Sequence[Answered[Wanted]]) -> list[Attack]:
    return [
        Attack(
            question.about.slot,
            question.about.node,
            question.about.near_id,
            parse_attack(generation),
            generation,
            question.request.sampling,
        )
        for question, (generation,) in answered
    ]


def write(round_: Round, index: int, attacks: list[Attack]) -> None:
    for attack in attacks:
        _query(round_, attack).save()
    if round_.attacker_id:
        told = [(round_.attacker_id, attack.generation) for attack in attacks]
        record_tokens(round_, Stage.ATTACK, index, told)


def _query(round_: Round, attack: Attack) -> Query:
    text = storable(attack.text or "")
    columns = text_columns(text)
    cluster, _ = place_of(round_.campaign, text)
    return Query(
        campaign=round_.campaign,
        round=round_,
        slot=attack.slot,
        **columns,
        origin=Origin.ATTACKER,
        node=attack.node,
        cluster=cluster,
        rejected_reason=_rejection(round_, columns, attack.slot),
        attacker_version=round_.attacker,
        near_id=attack.near_id,
        prompt_hash=attack.generation.prompt_hash,
        sampling=sampling_of(attack.sampling, attack.generation),
        raw_text=storable(attack.generation.raw_text),
    )


def _rejection(round_: Round, columns: dict[str, str], slot: int) -> str:
    if not columns["text"]:
        return EMPTY
    if _is_duplicate(round_, columns["text_sha256"], slot):
        return DUPLICATE
    [is_near] = near_held_out(round_.campaign, [columns["text"]])
    return "too near a held-out query" if is_near else ""


def _is_duplicate(round_: Round, digest: str, slot: int) -> bool:
    """Whether the text is there already. Within a round the lowest slot keeps it.

    Units may finish in any order (one whose worker died comes last): which of two equal texts is
    used must not depend on that.
    """
    same = Query.objects.usable().filter(campaign=round_.campaign, text_sha256=digest)
    same.filter(round=round_, slot__gt=slot).update(rejected_reason=DUPLICATE)
    return same.exists()
