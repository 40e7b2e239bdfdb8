"""The model servers that campaigns name, and what waits for them."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F

from oversight.models import ActiveVersion, BackendKind, Round, Stage, UnitState, WorkUnit
from oversight.models.campaigns import at_work

# Which of a round's models a stage asks; the gate and the evaluation ask the learner's candidate too.
ASKED = {
    Stage.ATTACK: "attacker",
    Stage.RESPOND: "learner",
    Stage.CRITIQUE: "critic",
    Stage.EVALUATE: "learner",
    Stage.GATE: "critic",
}


@dataclass
class ServerLine:
    """An address, the models it serves, how many campaigns name it, and the units that wait for it."""

    address: str
    names: set[str] = field(default_factory=set)
    campaigns: set[int] = field(default_factory=set)
    waiting: int = 0
    error: str = ""

    @property
    def models(self) -> str:
        return ", ".join(sorted(self.names))


def servers() -> list[ServerLine]:
    """Return the servers of versions at work and of rounds under way, by address."""
    lines: dict[str, ServerLine] = {}
    at = ActiveVersion.objects.filter(
        at_work("campaign__"), version__backend=BackendKind.OPENAI
    ).values_list("version__location", "version__served_name", "campaign_id")
    for role in ("attacker", "learner", "critic"):
        under_way = Round.objects.going_on().filter(**{f"{role}__backend": BackendKind.OPENAI})
        at = at.union(
            under_way.order_by().values_list(
                f"{role}__location", f"{role}__served_name", "campaign_id"
            )
        )
    for address, name, campaign_id in at:
        line = lines.setdefault(address, ServerLine(address))
        line.names.add(name)
        line.campaigns.add(campaign_id)
    for address, errors in _waiting().items():
        line = lines.setdefault(address, ServerLine(address))
        line.waiting, line.error = len(errors), errors[-1]
    return sorted(lines.values(), key=lambda line: line.address)


def _waiting() -> dict[str, list[str]]:
    """Return by address why units wait, the latest last."""
    found: dict[str, list[str]] = defaultdict(list)
    for stage, role in ASKED.items():
        units = WorkUnit.objects.filter(
            round__in=Round.objects.going_on(),
            stage=stage,
            state=UnitState.PENDING,
            **{f"round__{role}__backend": BackendKind.OPENAI},
        ).exclude(error="")
        rows = units.annotate(address=F(f"round__{role}__location")).order_by("ended_at")
        for address, error in rows.values_list("address", "error"):
            found[address].append(error)
    return found
