"""What the attacker is asked for: a query like another, of a kind whose failures it is shown, or what a
user would say next in a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models_srv.conversations import Turn
from models_srv.roles.attacker import build_attack_request
from models_srv.roles.interviewer import build_follow_up_request
from models_srv.roles.questioner import AskedBefore, build_question_request
from models_srv.types import Conversation
from oversight.loop.selectors.conversations import conversations
from oversight.loop.services.round_slots import is_from_pool
from oversight.loop.stages.chunks import slot_range
from oversight.models import Query, Round


@dataclass(frozen=True)
class Wanted:
    """A slot for which a query is to be written, near another one unless there is something else:
    `history`, earlier queries to go by, each with its score (see `AskedBefore`), or an answer that it
    `follows`, with the `turns` up to it."""

    slot: int
    node: str
    near_id: int | None
    history: Sequence[tuple[int, float]] | None = None
    follows: int | None = None
    turns: Sequence[Turn] = ()


def wanted_queries(round_: Round, index: int) -> list[Wanted]:
    """Return the slots of a unit that the attacker has to fill."""
    plans = {slot: round_.plan["slots"][slot] for slot in slot_range(round_, index)}
    turns = conversations({plan["follows"] for plan in plans.values() if plan.get("follows")})
    return [
        Wanted(
            slot,
            plan["node"],
            plan["near"],
            plan.get("history"),
            plan.get("follows"),
            turns.get(plan.get("follows"), ()),
        )
        for slot, plan in plans.items()
        if not is_from_pool(plan)
    ]


def prompts(round_: Round, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, Conversation]]:
    """Yield what the attacker is asked for each."""
    texts = _texts(wanted)
    for each in wanted:
        yield each, _prompt(each, texts, round_.campaign.basics.attacker_instructions)


def _texts(wanted: Sequence[Wanted]) -> dict[int, str]:
    """Return the texts of the earlier queries that the prompts show."""
    shown = {each.near_id for each in wanted if each.near_id}
    shown |= {pk for each in wanted for pk, _ in each.history or ()}
    return dict(Query.objects.filter(pk__in=shown).values_list("pk", "text"))


def _prompt(wanted: Wanted, texts: Mapping[int, str], instructions: str) -> Conversation:
    node = wanted.node
    if wanted.follows:
        return build_follow_up_request(turns=wanted.turns, node=node, instructions=instructions)
    if wanted.history is None:
        near = texts.get(wanted.near_id or 0, "")
        return build_attack_request(node=node, seed_query=near, instructions=instructions)
    history = [AskedBefore(texts[pk], score) for pk, score in wanted.history if pk in texts]
    return build_question_request(node=node, history=history, instructions=instructions)
