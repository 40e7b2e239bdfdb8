"""A share of the attacker's slots goes on with a conversation instead of beginning one."""

from collections.abc import Sequence

from oversight.attacks.policies.following import draw_answers
from oversight.attacks.policies.weakness import Try
from oversight.attacks.selectors.followed import answers_to_follow
from oversight.models import Round
from oversight.statistics.seeds import derive_seed
from oversight.versions.selectors.lineage import takes_instructions

Slot = dict[str, object]


def with_follow_ups(round_: Round, slots: Sequence[Slot], tries: Sequence[Try]) -> list[Slot]:
    """Have the plan's share of `slots`, the last ones, go on from an answer of an earlier round to a
    query of their kind. A slot without one, and all of an attacker that cannot be asked in words, stay.
    """
    share = round_.plan.get("follow_up_share") or 0
    count = round(share * len(slots))
    if not count or round_.attacker is None or not takes_instructions(round_.attacker):
        return list(slots)
    kept, changed = slots[:-count], slots[-count:]
    drawn = draw_answers(
        [str(slot["node"]) for slot in changed],
        answers_to_follow(round_.campaign, tries),
        derive_seed(round_.seed, "follow"),
    )
    return [
        *kept,
        *(
            {"node": slot["node"], "near": answer.query_id, "follows": answer.response_id}
            if answer
            else slot
            for slot, answer in zip(changed, drawn, strict=True)
        ),
    ]
