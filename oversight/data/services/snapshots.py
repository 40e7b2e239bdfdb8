"""Immutable datasets: the same preferences always make the same snapshot."""

import hashlib
import json

from django.db.models import QuerySet

from oversight.campaigns.policies.splitting import in_share
from oversight.data.selectors import preferences as selectors
from oversight.models import Campaign, Preference, Snapshot, SnapshotRow, SnapshotSplit

VALIDATION_SHARE = 0.1


def make_snapshot(*, campaign: Campaign) -> Snapshot:
    """Freeze the campaign's standing preferences, split by query cluster.

    The hash covers every row's texts, reliability and split, not ids: it names the content. An
    equal snapshot that is there already is returned. Call inside a transaction.
    """
    rows = [(preference, _split(preference)) for preference in standing_preferences(campaign)]
    rows.sort(key=lambda row: json.dumps(_content(*row), sort_keys=True))
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(_content(*row), sort_keys=True).encode() + b"\n")
    validation = sum(split == SnapshotSplit.VALIDATION for _, split in rows)
    snapshot, is_new = Snapshot.objects.get_or_create(
        campaign=campaign,
        sha256=digest.hexdigest(),
        defaults={"train_count": len(rows) - validation, "validation_count": validation},
    )
    if is_new:
        SnapshotRow.objects.bulk_create(
            SnapshotRow(snapshot=snapshot, position=position, preference=preference, split=split)
            for position, (preference, split) in enumerate(rows)
        )
    return snapshot


def standing_preferences(campaign: Campaign) -> "QuerySet[Preference]":
    """What may be trained on, as it is exported, with its texts."""
    return selectors.standing_preferences(campaign).select_related("query", "chosen", "rejected")


def _split(preference: Preference) -> SnapshotSplit:
    is_validation = in_share(preference.query.cluster, VALIDATION_SHARE, salt="validation")
    return SnapshotSplit.VALIDATION if is_validation else SnapshotSplit.TRAIN


def _content(preference: Preference, split: SnapshotSplit) -> list[object]:
    return [
        preference.query.text,
        preference.chosen.text,
        preference.rejected.text,
        preference.source,
        preference.p_w,
        preference.p_l,
        preference.weight,
        str(split),
    ]
