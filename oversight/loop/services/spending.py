"""What a round's models cost: written with each unit, and bounded by the campaign's budget."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from models_srv.roles.search_cost import Cost
from models_srv.types import Generation, ModelUnavailable
from oversight.loop.selectors.spending import spending
from oversight.models import Round, Stage, TokenUse

Told = tuple[int, Generation]  # the id of the version that answered, and what it answered


def record_tokens(round_: Round, stage: Stage, index: int, told: Iterable[Told]) -> None:
    """Add what a unit's answers cost, a row for each version.

    A unit is written once, and once more where its round was moved: both were paid for.
    """
    by_version: dict[int, list[Generation]] = defaultdict(list)
    for version_id, generation in told:
        by_version[version_id].append(generation)
    for version_id, generations in sorted(by_version.items()):
        counts = {
            "answers": len(generations),
            "untold": sum(each.completion_tokens is None for each in generations),
            "prompt_tokens": sum(each.prompt_tokens or 0 for each in generations),
            "completion_tokens": sum(each.completion_tokens or 0 for each in generations),
        }
        _add(round_, stage, index, version_id, counts)


def record_searches(
    round_: Round, stage: Stage, index: int, told: Iterable[tuple[int, Cost]]
) -> None:
    """Add what searches among critiques cost besides the answers that were asked for."""
    by_version: dict[int, Cost] = defaultdict(Cost)
    for version_id, cost in told:
        by_version[version_id] += cost
    for version_id, cost in sorted(by_version.items()):
        counts = {
            "answers": cost.answers,
            "untold": 0,
            "prompt_tokens": cost.read,
            "completion_tokens": cost.written,
        }
        _add(round_, stage, index, version_id, counts)


def _add(
    round_: Round, stage: Stage, index: int, version_id: int, counts: Mapping[str, int]
) -> None:
    place: dict[str, Any] = {
        "round": round_,
        "stage": stage,
        "index": index,
        "version_id": version_id,
    }
    more = {name: F(name) + count for name, count in counts.items()}
    if not TokenUse.objects.filter(**place).update(**more):
        TokenUse.objects.create(**place, **counts)


def require_budget(round_: Round) -> None:
    """Raise ModelUnavailable where the round has spent what its models may cost.

    The budget is the campaign's own as it is now: raised, the round goes on.
    """
    budget = round_.campaign.each_round.cost_budget
    if not budget:
        return
    spent = spending(round_).cost
    if spent is not None and spent >= budget:
        raise ModelUnavailable(
            f"The round's models have cost {spent:.2f} of {budget:g}: it asks no more. Raise the "
            "budget in the settings, Each round, or cancel the round."
        )
