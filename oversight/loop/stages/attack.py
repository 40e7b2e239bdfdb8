"""The attacker writes one query per slot that was not filled from the pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.conversations import as_text
from models_srv.roles.attacker import parse_attack
from models_srv.types import Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import (
    near_held_out,
    place_of,
    storable,
    text_columns,
)
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.attack_prompts import Wanted, prompts, wanted_queries
from oversight.loop.stages.chunks import round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.models import Origin, Query, Round, Stage
from oversight.statistics.seeds import derive_seed

DUPLICATE, EMPTY = "duplicate", "empty"  # why a query is used for nothing


@dataclass(frozen=True)
class Attack:
    wanted: Wanted
    text: str | None
    generation: Generation
    sampling: Sampling


def unit_count(round_: Round) -> int:
    """No units where the round takes its queries from the pool."""
    return round_chunk_count(round_) if round_.attacker_id else 0


def ask(round_: Round, index: int) -> list[Question[Wanted]]:
    require_budget(round_)
    sampling = Sampling(
        temperature=1.0,
        max_tokens=round_.plan["max_tokens"],
        seed=derive_seed(round_.seed, "attack", index),
    )
    assert round_.attacker is not None
    return [
        Question(
            round_.attacker, ModelRequest(prompt, sampling, name=f"slot {wanted.slot}"), wanted
        )
        for wanted, prompt in prompts(round_, wanted_queries(round_, index))
    ]


def read(round_: Round, index: int, answered: Sequence[Answered[Wanted]]) -> list[Attack]:
    return [
        Attack(question.about, parse_attack(generation), generation, question.request.sampling)
        for question, (generation,) in answered
    ]


def write(round_: Round, index: int, attacks: list[Attack]) -> None:
    for attack in attacks:
        _query(round_, attack).save()
    if round_.attacker_id:
        told = [(round_.attacker_id, attack.generation) for attack in attacks]
        record_tokens(round_, Stage.ATTACK, index, told)


def _query(round_: Round, attack: Attack) -> Query:
    wanted, said = attack.wanted, storable(attack.text or "")
    turns = [*wanted.turns, {"role": "user", "content": said}] if wanted.follows and said else None
    columns = text_columns(as_text(turns) if turns else said, turns)
    return Query(
        campaign=round_.campaign,
        round=round_,
        slot=wanted.slot,
        **columns,
        messages=turns,
        origin=Origin.ATTACKER,
        node=wanted.node,
        cluster=_cluster(round_, wanted, said),
        rejected_reason=_rejection(round_, said, columns["text_sha256"], wanted.slot),
        attacker_version=round_.attacker,
        near_id=wanted.near_id,
        follows_id=wanted.follows,
        prompt_hash=attack.generation.prompt_hash,
        sampling=sampling_of(attack.sampling, attack.generation),
        raw_text=storable(attack.generation.raw_text),
    )


def _cluster(round_: Round, wanted: Wanted, said: str) -> str:
    """What goes on with a conversation is like the query that it began with, however it goes on."""
    if wanted.follows:
        return Query.objects.values_list("cluster", flat=True).get(pk=wanted.near_id or 0)
    return place_of(round_.campaign, said)[0]


def _rejection(round_: Round, said: str, digest: str, slot: int) -> str:
    if not said:
        return EMPTY
    if _is_duplicate(round_, digest, slot):
        return DUPLICATE
    [is_near] = near_held_out(round_.campaign, [said])
    return "too near a held-out query" if is_near else ""


def _is_duplicate(round_: Round, digest: str, slot: int) -> bool:
    """Whether the text is there already. Within a round the lowest slot keeps it.

    Units may finish in any order (one whose worker died comes last): which of two equal texts is
    used must not depend on that.
    """
    same = Query.objects.usable().filter(campaign=round_.campaign, text_sha256=digest)
    same.filter(round=round_, slot__gt=slot).update(rejected_reason=DUPLICATE)
    return same.exists()
