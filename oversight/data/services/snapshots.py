"""Immutable datasets: the same preferences always make the same snapshot."""

from django.db import connection, transaction
from django.db.models import QuerySet

from oversight.data.policies.shares import VALIDATION_SHARE
from oversight.data.selectors import preferences as selectors
from oversight.data.selectors.frozen import Freeze, frozen_sha256, take_rows
from oversight.data.selectors.snapshot_facts import gathered_facts
from oversight.errors import WrongState
from oversight.models import Act, Campaign, Preference, Snapshot, SnapshotSplit, User
from oversight.people.services.audit import record_act

__all__ = ["VALIDATION_SHARE", "freeze", "make_snapshot", "standing_preferences"]

HASH_VERSION = 2
WRITE_ROWS = """
INSERT INTO oversight_snapshotrow (snapshot_id, position, preference_id, split)
SELECT %s, row_number() OVER (ORDER BY digest COLLATE "C", id) - 1, id, split FROM frozen"""


def make_snapshot(*, campaign: Campaign) -> Snapshot:
    """Freeze all of the campaign's standing preferences, split by query cluster.

    An equal snapshot that is there already is returned. Call inside a transaction.
    """
    return freeze(campaign=campaign, asked=Freeze())


@transaction.atomic
def freeze(
    *,
    campaign: Campaign,
    asked: Freeze,
    name: str = "",
    note: str = "",
    licence: str = "",
    created_by: User | None = None,
    is_empty_refused: bool = False,
) -> Snapshot:
    """Freeze the standing preferences that are `asked` for; what is near a held-out query stays out.

    The hash covers every row's texts, reliability and split, not ids: it names the content. An equal
    snapshot that is there already is returned as it is. Raises WrongState where nothing is taken and
    `is_empty_refused`.
    """
    left_out = take_rows(campaign, asked)
    facts = gathered_facts(campaign, left_out)
    if is_empty_refused and not facts["rows"]:
        raise WrongState("no preference fits: nothing to freeze")
    counts = dict(facts["by_split"])
    snapshot, is_new = Snapshot.objects.get_or_create(
        campaign=campaign,
        sha256=frozen_sha256(),
        defaults={
            "hash_version": HASH_VERSION,
            "train_count": counts.get(SnapshotSplit.TRAIN, 0),
            "validation_count": counts.get(SnapshotSplit.VALIDATION, 0),
            "name": name,
            "note": note,
            "licence": licence,
            "filters": asked.as_json(),
            "facts": facts,
            "created_by": created_by,
        },
    )
    if is_new:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_ROWS, [snapshot.pk])
        record_act(
            Act.SNAPSHOT_MADE,
            campaign=campaign,
            by=created_by,
            sha256=snapshot.sha256[:12],
            rows=facts["rows"],
        )
    return snapshot


def standing_preferences(campaign: Campaign) -> "QuerySet[Preference]":
    """What may be trained on, as it is exported, with its texts."""
    return selectors.standing_preferences(campaign).select_related("query", "chosen", "rejected")
