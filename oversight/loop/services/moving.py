"""A round under way goes on with another version in a role: its own is gone for good, say."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from oversight.errors import WrongState
from oversight.loop.selectors.moves import ASKED_IN, ORDER, is_past, versions_at_hand
from oversight.loop.selectors.tampering import has_tampering
from oversight.loop.services.locks import lock_round
from oversight.loop.services.rounds import wake_coordinator
from oversight.models import (
    Act,
    ModelVersion,
    Query,
    Role,
    Round,
    RoundChange,
    Stage,
    UnitState,
    User,
    WorkUnit,
)
from oversight.people.services.audit import record_act
from oversight.versions.services.serving import have_loaded


def move_round(
    *, round: Round, role: Role, version: ModelVersion | None, reason: str, moved_by: User
) -> RoundChange:
    """Let a round go on with another version in a role, or with None: without attacker or critic.

    What an attacker has written stays. A round has one learner and one critic: what the former one
    said stays in the records but counts no more, and all of it is asked again of the new one; what
    workers are busy with is dropped when they come to write it. Without a critic people judge
    unaided. The plan stays as it was frozen; a RoundChange keeps who changed what, when and why.

    Raises WrongState where the role has done its part in the round, where no query would be left,
    and for a version that never was at work in the role.
    """
    with transaction.atomic():
        row = lock_round(round)
        former = _refuse(row, role, version)
        _ask_again(row, role, is_anybody=version is not None)
        setattr(row, role, version)
        row.save(update_fields=[role])
        if role == Role.ATTACKER:
            _criticise_what_is_put_in(row)
        if version is not None:
            have_loaded(version)
        change = RoundChange.objects.create(
            round=row,
            role=role,
            stage=row.stage,
            former=former,
            version=version,
            reason=reason,
            changed_by=moved_by,
        )
        record_act(
            Act.ROUND_MOVED,
            campaign=row.campaign,
            by=moved_by,
            number=row.number,
            role=role,
            former=str(former),
            model=str(version or "nobody"),
            reason=reason,
        )
        wake_coordinator()
    return change


def _refuse(row: Round, role: Role, version: ModelVersion | None) -> ModelVersion:
    """Return the version that the round has in the role, where it may be moved from it."""
    former: ModelVersion | None = getattr(row, role)
    if former is None or is_past(row, role):
        raise WrongState(f"the {role} has no part left in round {row.number}: cancel it instead")
    if version is None:
        _refuse_nobody(row, role)
    elif version not in versions_at_hand(row, role):
        raise WrongState(
            f"{version} is no other {role} of {row.campaign.slug} that has been at work: choose it "
            "on the page of models first"
        )
    return former


def _refuse_nobody(row: Round, role: Role) -> None:
    if role == Role.LEARNER:
        raise WrongState("a round cannot go on without a learner: cancel it instead")
    if role == Role.ATTACKER and not Query.objects.usable().filter(round=row).exists():
        raise WrongState(f"round {row.number} would have no query at all: cancel it instead")


def _ask_again(row: Round, role: Role, *, is_anybody: bool) -> None:
    """Make due what the role has to say, and drop what follows from it; for nobody, drop it all.

    What follows begins anew once that is said: due at once, it might be done before there is anything.
    """
    first = ASKED_IN[role]
    units = row.units.filter(stage=first)
    left = units.exclude(state=UnitState.DONE)
    if role == Role.ATTACKER:  # the next one puts in what errors it has not, or the domain does
        _make_due(row.units.filter(stage=Stage.TAMPER).exclude(state=UnitState.DONE))
    if not is_anybody:
        left.delete()
    elif role == Role.ATTACKER:
        _make_due(left)
    else:
        _make_due(units)
        row.units.filter(stage__in=ORDER[ORDER.index(first) + 1 :]).delete()


def _criticise_what_is_put_in(row: Round) -> None:
    """Drop critiques begun ahead of errors that only the new attacker puts in: they begin again after
    those, and what was said stays."""
    if has_tampering(row):
        done = row.units.filter(stage=Stage.TAMPER, state=UnitState.DONE).values("index")
        row.units.filter(stage=Stage.CRITIQUE).exclude(index__in=done).delete()


def _make_due(units: QuerySet[WorkUnit]) -> None:
    """As if nobody had tried them; whoever is busy with one has lost its lease."""
    units.update(
        state=UnitState.PENDING,
        attempts=0,
        failures=0,
        error="",
        available_at=timezone.now(),
        lease_expires_at=None,
        finished_at=None,
    )
