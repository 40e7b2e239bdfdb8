"""A snapshot as its card, its Croissant metadata and its citation tell of it."""

import json
from typing import Any

from oversight.data.policies.cards import SnapshotStory, citation, dataset_card, filter_words
from oversight.data.policies.croissant import croissant
from oversight.data.selectors.datasets import registered
from oversight.models import Snapshot

PREFERENCES = "preferences"


def story_of(snapshot: Snapshot) -> SnapshotStory:
    campaign = snapshot.campaign
    return SnapshotStory(
        slug=campaign.slug,
        campaign=campaign.name,
        sha256=snapshot.sha256,
        hash_version=snapshot.hash_version,
        name=snapshot.name,
        note=snapshot.note,
        licence=snapshot.licence,
        made=snapshot.created_at.date(),
        train=snapshot.train_count,
        validation=snapshot.validation_count,
        taken=filter_words(snapshot.filters),
        facts=snapshot.facts,
    )


def card_of(snapshot: Snapshot) -> str:
    return dataset_card(story_of(snapshot))


def citation_of(snapshot: Snapshot) -> str:
    return citation(story_of(snapshot))


def croissant_of(snapshot: Snapshot, url: str, file_url: str, file_sha256: str = "") -> str:
    """Return Croissant 1.0 as JSON; `file_url` is where the preferences come as JSON lines."""
    columns = registered()[PREFERENCES].columns
    described: dict[str, Any] = croissant(
        story_of(snapshot), [(each.name, each.type) for each in columns], url, file_url, file_sha256
    )
    return json.dumps(described, ensure_ascii=False, indent=2)
