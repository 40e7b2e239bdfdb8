"""To which versions a round under way may be moved."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from oversight.loop.selectors.tampering import has_tampering
from oversight.models import (
    ActiveVersion,
    BackendKind,
    ModelVersion,
    Promotion,
    Role,
    Round,
    ServedState,
    Stage,
)

# Afterwards all that follows hangs on what the version said.
ASKED_IN = {
    Role.ATTACKER: Stage.ATTACK,
    Role.LEARNER: Stage.RESPOND,
    Role.CRITIC: Stage.CRITIQUE,
}
ORDER = list(Stage)


@dataclass(frozen=True)
class Move:
    """A role that may be given to another version, and to which; `may_be_empty`: or to nobody."""

    role: Role
    former: ModelVersion
    versions: list[ModelVersion]

    @property
    def may_be_empty(self) -> bool:
        return self.role != Role.LEARNER


def is_past(round_: Round, role: Role) -> bool:
    """Whether a round has what it needed of a role: of an attacker that puts errors in, those too."""
    at = ORDER.index(Stage(round_.stage))
    if at <= ORDER.index(ASKED_IN[role]):
        return False
    may_tamper = role == Role.ATTACKER and at <= ORDER.index(Stage.TAMPER)
    return not (may_tamper and has_tampering(round_))


def versions_at_hand(round_: Round, role: Role) -> QuerySet[ModelVersion]:
    """Return the campaign's other versions that are or were at work in a role, newest first.

    None that its servers were found not to serve.
    """
    rows = ModelVersion.objects.filter(campaign_id=round_.campaign_id, role=role)
    rows = rows.exclude(pk=getattr(round_, f"{role}_id")).exclude(backend=BackendKind.RECORDED)
    rows = rows.exclude(delivery__state=ServedState.FAILED)
    this = OuterRef("pk")
    is_at_work = Exists(ActiveVersion.objects.filter(version=this))
    was_at_work = Exists(Promotion.objects.filter(version=this))
    return rows.filter(is_at_work | was_at_work).with_status().order_by("-created_at", "-pk")


def possible_moves(round_: Round) -> list[Move]:
    """Return what may be moved of a round, by role; nothing of one that has ended."""
    return [
        Move(role, former, list(versions_at_hand(round_, role)))
        for role in ASKED_IN
        if not is_past(round_, role) and (former := getattr(round_, role)) is not None
    ]


def is_movable(round_: Round) -> bool:
    """Whether some role of the round may be given to another version."""
    return any(
        not is_past(round_, role) and getattr(round_, f"{role}_id") is not None for role in ASKED_IN
    )
