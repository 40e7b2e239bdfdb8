"""What is counted and measured of the rows that a snapshot takes, when it is made."""

from typing import Any

from django.db import connection

from oversight.models import Campaign

ROWS = """FROM frozen f
JOIN oversight_preference p ON p.id = f.id JOIN oversight_query q ON q.id = p.query_id"""
TALLIES = {
    "by_source": f"SELECT p.source, count(*) {ROWS} GROUP BY 1 ORDER BY 2 DESC, 1",
    "by_kind": f"SELECT p.kind, count(*) {ROWS} GROUP BY 1 ORDER BY 2 DESC, 1",
    "by_split": f"SELECT f.split, count(*) {ROWS} GROUP BY 1 ORDER BY 1",
    "by_node": f"SELECT q.node, count(*) {ROWS} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50",
    "by_version": f"""SELECT coalesce(v.name || '@' || v.revision, 'person@0'), count(*) {ROWS}
        JOIN oversight_response r ON r.id = p.chosen_id
        LEFT JOIN oversight_modelversion v ON v.id = r.version_id
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50""",
}
FIGURES = f"""
SELECT count(*), count(DISTINCT p.query_id), count(DISTINCT q.cluster),
  coalesce(min(p.created_at)::timestamp::text, ''), coalesce(max(p.created_at)::timestamp::text, ''),
  count(*) FILTER (WHERE p.weight <> 1), count(DISTINCT p.round_id) {ROWS}"""
FIGURE_NAMES = ["rows", "queries", "clusters", "first_at", "last_at", "weighted", "rounds"]
RELIABILITY = f"""
SELECT p.source, avg(p.p_w), avg(p.p_l), count(*) FILTER (WHERE p.reliability_id IS NOT NULL), count(*)
{ROWS} GROUP BY 1 ORDER BY 1"""
# Of each two standing answers of people to one item: do they name the same response?
AGREEMENT = """
SELECT count(*), count(*) FILTER (WHERE a.choice = b.choice), count(DISTINCT a.item_id)
FROM oversight_judgement a
JOIN oversight_judgement b ON b.item_id = a.item_id AND b.id > a.id
WHERE a.item_id IN (SELECT p.item_id FROM frozen f JOIN oversight_preference p ON p.id = f.id)
  AND a.source = 'person' AND b.source = 'person' AND a.choice <> '' AND b.choice <> ''
  AND NOT EXISTS (SELECT FROM oversight_judgement s WHERE s.supersedes_id IN (a.id, b.id))"""
STRADDLING = f"""SELECT count(*) FROM (
  SELECT 1 {ROWS} GROUP BY q.cluster HAVING count(DISTINCT f.split) > 1) x"""


def gathered_facts(campaign: Campaign, left_out: int) -> dict[str, Any]:
    """Return the facts, ready to be kept as JSON."""
    tallies = {name: [list(row) for row in _all(text)] for name, text in TALLIES.items()}
    pairs, agreeing, items = _all(AGREEMENT)[0]
    return {
        **dict(zip(FIGURE_NAMES, _all(FIGURES)[0], strict=True)),
        **tallies,
        "reliability": [
            {"source": source, "p_w": p_w, "p_l": p_l, "measured": measured, "rows": rows}
            for source, p_w, p_l, measured, rows in _all(RELIABILITY)
        ],
        "agreement": {"pairs": pairs, "agreeing": agreeing, "items": items},
        "leaks": {
            "clusters_on_both_sides": _all(STRADDLING)[0][0],
            "near_held_out_left_out": left_out,
        },
        "harm": {
            node: campaign.care.harm_words(node)
            for node, _ in tallies["by_node"]
            if campaign.care.harm_words(node)
        },
    }


def _all(text: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
