"""Which earlier queries an attacker may start from. The checker is never asked: what it found after
earlier rounds is there."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from oversight.attacks.policies.archive import Archive, Found
from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.policies.weakness import Try
from oversight.models import Campaign, Query

MOST_FAILURES = 2_000
FRESH_PER_KIND = 200
STARTED_FROM = Query.objects.filter(near=OuterRef("pk"))


def archive_of(campaign: Campaign, tries: Sequence[Try]) -> Archive:
    """Return the archive of the newest MOST_FAILURES confirmed failures, without held-out ones."""
    failed = [each for each in tries if each.confirmed.outcome is Outcome.FAILED][:MOST_FAILURES]
    texts = _texts(campaign, [each.query_id for each in failed])
    return Archive(
        [
            Found(each.query_id, each.kind, each.failing_cluster, texts[each.query_id], 1.0)
            for each in reversed(failed)
            if each.query_id in texts
        ]
    )


def fresh_queries(campaign: Campaign, kinds: Sequence[str], archive: Archive) -> list[Found]:
    """Return training queries that are no elite, at most FRESH_PER_KIND of a kind.

    Those that no attack started from, where there are any. In an order that does not depend on ids,
    and of all kinds where there is no taxonomy.
    """
    elites = [cell.elite.key for cell in archive.cells.values()]
    rows = Query.objects.train().filter(campaign=campaign).exclude(pk__in=elites)
    found: list[Found] = []
    for kind in kinds or [""]:
        of_kind = rows.filter(node=kind) if kinds else rows
        first = _first(of_kind.exclude(Exists(STARTED_FROM))) or _first(of_kind)
        found += [Found(pk, kind, "", text, 0.0) for pk, text in first]
    return found


def _first(rows: QuerySet[Query]) -> list[tuple[int, str]]:
    return list(rows.order_by("text_sha256").values_list("pk", "text")[:FRESH_PER_KIND])


def _texts(campaign: Campaign, ids: Sequence[int]) -> dict[int, str]:
    rows = Query.objects.train().filter(campaign=campaign, pk__in=ids)
    return dict(rows.values_list("pk", "text"))
