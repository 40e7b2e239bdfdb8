"""How two snapshots of a campaign differ: rows added and removed, labels changed, splits moved."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from oversight.models import Snapshot

CHANGES = ("added", "removed", "changed_label", "changed_reliability", "moved_split")
# A row is the same one where it is of the same pair, by the same kind of judge, in the same round.
SIDE = """SELECT s.split, p.id, p.query_id, p.chosen_id, p.rejected_id, p.p_w, p.p_l, p.weight, p.source,
  p.kind, p.round_id, least(p.chosen_id, p.rejected_id) AS one,
  greatest(p.chosen_id, p.rejected_id) AS two,
  row_number() OVER (PARTITION BY p.query_id, least(p.chosen_id, p.rejected_id),
    greatest(p.chosen_id, p.rejected_id), p.source, p.kind, p.round_id ORDER BY s.position) AS n
FROM oversight_snapshotrow s JOIN oversight_preference p ON p.id = s.preference_id
WHERE s.snapshot_id = %s"""
DIFFERENT = f"""WITH a AS ({SIDE}), b AS ({SIDE}), both_sides AS (
  SELECT a.id AS before, b.id AS after, a.split AS split_before, b.split AS split_after,
    coalesce(b.query_id, a.query_id) AS query_id, coalesce(b.source, a.source) AS source,
    ARRAY_REMOVE(ARRAY[
      CASE WHEN a.id IS NULL THEN 'added' END,
      CASE WHEN b.id IS NULL THEN 'removed' END,
      CASE WHEN a.chosen_id <> b.chosen_id THEN 'changed_label' END,
      CASE WHEN a.chosen_id = b.chosen_id AND (a.p_w, a.p_l, a.weight) <> (b.p_w, b.p_l, b.weight)
        THEN 'changed_reliability' END,
      CASE WHEN a.split <> b.split THEN 'moved_split' END], NULL) AS changes
  FROM a FULL JOIN b ON a.query_id = b.query_id AND a.one = b.one AND a.two = b.two
    AND a.source = b.source AND a.kind = b.kind AND a.n = b.n
    AND coalesce(a.round_id, 0) = coalesce(b.round_id, 0)
)"""
COUNTS = f"{DIFFERENT} SELECT change, count(*) FROM both_sides, unnest(changes) change GROUP BY 1"
ROWS = f"""{DIFFERENT}
SELECT d.changes, coalesce(d.before, 0), coalesce(d.after, 0), coalesce(d.split_before, ''),
  coalesce(d.split_after, ''), d.source, left(q.text, 500), left(r.text, 500)
FROM both_sides d JOIN oversight_query q ON q.id = d.query_id
JOIN oversight_preference p ON p.id = coalesce(d.after, d.before)
JOIN oversight_response r ON r.id = p.chosen_id
WHERE d.changes <> '{{}}' ORDER BY coalesce(d.after, d.before) LIMIT %s"""
NAMES = ["changes", "before", "after", "split_before", "split_after", "source", "query", "chosen"]


@dataclass(frozen=True)
class Difference:
    """`counts` by change; `rows` are the first so many: `before` and `after` are preferences' ids."""

    counts: dict[str, int]
    rows: list[dict[str, Any]] = field(default_factory=list)


def snapshot_difference(before: Snapshot, after: Snapshot, *, most_rows: int = 100) -> Difference:
    both = [before.pk, after.pk]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, both)
        counts = dict.fromkeys(CHANGES, 0) | dict(cursor.fetchall())
        cursor.execute(ROWS, [*both, most_rows])
        rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    return Difference(counts, rows)
