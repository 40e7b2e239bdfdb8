"""Who puts errors into a round's answers, and what came of that where a model was asked to."""

from django.db.models import Count

from oversight.loop.policies.tampering import PutInByModel, Unused
from oversight.models import (
    BackendKind,
    ModelVersion,
    Role,
    Round,
    TamperedBy,
    TamperOutcome,
    TamperTry,
)
from oversight.versions.selectors.lineage import takes_instructions


def tamperer_of(round_: Round) -> ModelVersion | None:
    """Return the model that is asked to put errors in: the attacker, where the plan says so and it can be
    asked in words. Where there is none the domain does it."""
    attacker = round_.attacker
    if attacker is None or attacker.backend == BackendKind.RECORDED:
        return None
    if not takes_instructions(attacker) or not _wants_attacker(round_):
        return None
    return attacker


def has_tampering(round_: Round) -> bool:
    """Whether a stage of its own puts errors in: the attacker, or where it was taken from the round on
    the way, the domain in its place."""
    if tamperer_of(round_):
        return True
    was_changed = round_.changes.filter(role=Role.ATTACKER).exists()
    return was_changed and _wants_attacker(round_)


def put_in_by_model(round_: Round) -> PutInByModel | None:
    """Return what came of asking models, None where none was asked."""
    by, _ = _planned(round_)
    if by != TamperedBy.ATTACKER:
        return None
    rows = TamperTry.objects.filter(round=round_).order_by()
    counts = dict(rows.values_list("outcome").annotate(n=Count("pk")))
    if not counts:
        return None
    unused = [
        Unused(each.label, counts[each])
        for each in TamperOutcome
        if each != TamperOutcome.USED and each in counts
    ]
    return PutInByModel(sum(counts.values()), counts.get(TamperOutcome.USED, 0), unused)


def _wants_attacker(round_: Round) -> bool:
    by, items = _planned(round_)
    return by == TamperedBy.ATTACKER and bool(items) and bool(round_.campaign.basics.checker)


def _planned(round_: Round) -> tuple[str | None, int | None]:
    """Return by whom errors are put in, and into how many answers, without reading a plan that was not
    read yet: a large round's takes megabytes, and a coordinator looks again and again."""
    if "plan" not in round_.get_deferred_fields():
        return round_.plan.get("tampered_by"), round_.plan.get("tampered_items")
    rows = Round.objects.filter(pk=round_.pk)
    by, items = rows.values_list("plan__tampered_by", "plan__tampered_items").get()
    return by, items
