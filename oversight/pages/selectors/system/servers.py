"""The model servers that campaigns name, and what waits for them."""

from collections import defaultdict
from dataclasses import dataclass, field

from oversight.models import (
    ActiveVersion,
    BackendKind,
    ModelServer,
    Round,
    ServerState,
    UnitState,
    WorkUnit,
)
from oversight.models.campaigns import at_work


@dataclass
class ServerLine:
    """An address, the models it serves, how many campaigns name it, and the units that wait for it.

    `server` is what workers found of it; None: none has asked it.
    """

    address: str
    names: set[str] = field(default_factory=set)
    campaigns: set[int] = field(default_factory=set)
    waiting: int = 0
    error: str = ""
    server: ModelServer | None = None

    @property
    def is_resting(self) -> bool:
        return self.server is not None and self.server.state == ServerState.RESTING

    @property
    def is_asleep(self) -> bool:
        return self.server is not None and self.server.state == ServerState.SLEEPING

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
    for server in ModelServer.objects.filter(location__in=lines).order_by("answered_at"):
        lines[server.location].server = server
    for address, errors in _waiting().items():
        line = lines.setdefault(address, ServerLine(address))
        line.waiting = len(errors)
        line.error = next(filter(None, reversed(errors)), "")
    return sorted(lines.values(), key=lambda line: line.address)


def _waiting() -> dict[str, list[str]]:
    """Return by address why units wait ("" where they only wait their turn), the latest last."""
    found: dict[str, list[str]] = defaultdict(list)
    units = WorkUnit.objects.filter(
        round__in=Round.objects.going_on(), state=UnitState.PENDING, server__isnull=False
    )
    for address, error in units.order_by("ended_at").values_list("server__location", "error"):
        found[address].append(error)
    return found
