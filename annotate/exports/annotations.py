"""Each answer as it was sent, with when and how it was asked; and what was skipped or flagged instead."""

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.datasets.columns import Column, lf, pseudonym

# A held-out query is never exported. A skipped or flagged item without an answer is a row of its own.
ROWS = """FROM annotate_assignment s
CROSS JOIN LATERAL (
  SELECT u.id AS user_id, '' AS annotator_label, u.is_simulated
  FROM oversight_user u WHERE u.id = s.annotator_id OFFSET 0
) who
CROSS JOIN LATERAL (SELECT * FROM oversight_reviewitem i WHERE i.id = s.item_id OFFSET 0) i
CROSS JOIN LATERAL (
  SELECT q.text, q.text_sha256, q.split FROM oversight_query q WHERE q.id = i.query_id OFFSET 0
) q
LEFT JOIN annotate_annotation n ON n.assignment_id = s.id
LEFT JOIN annotate_flag g ON g.assignment_id = s.id
LEFT JOIN LATERAL (SELECT * FROM oversight_judgement j WHERE j.id = n.judgement_id OFFSET 0) j ON true
LEFT JOIN LATERAL (
  SELECT * FROM oversight_blindanswer b
  WHERE b.item_id = s.item_id AND b.user_id = s.annotator_id OFFSET 0
) b ON true
WHERE s.campaign_id = %(campaign)s AND q.split = 'train'
  AND (n.id IS NOT NULL OR g.id IS NOT NULL OR s.state = 'skipped')
  AND CASE WHEN who.is_simulated THEN 'simulated' ELSE 'person' END = ANY(%(sources)s) {tests}
ORDER BY s.id, n.id"""
WHEN = "coalesce(n.created_at, g.created_at, s.leased_at)"
STATE = """CASE WHEN n.id IS NULL THEN CASE WHEN g.id IS NULL THEN 'skipped' ELSE 'flagged' END
  WHEN j.is_retraction THEN 'taken back'
  WHEN (SELECT true FROM annotate_annotation l WHERE l.supersedes_id = n.id) THEN 'superseded'
  ELSE 'standing' END"""
VERDICTS = """coalesce((SELECT json_agg(json_build_object('comment', v.comment_id, 'verdict', v.verdict,
    'action', v.action) ORDER BY v.id)
  FROM oversight_commentverdict v WHERE v.judgement_id = j.id), '[]')::text"""
RATINGS = """coalesce((SELECT json_agg(json_build_object('response', r.response_id,
    'overall', r.overall, 'worst_flaw', r.worst_flaw) ORDER BY r.id)
  FROM oversight_responserating r WHERE r.judgement_id = j.id), '[]')::text"""
STEPS = """coalesce((SELECT json_agg(json_build_object('start', l.start, 'end', l."end",
    'label', l.label) ORDER BY l.position)
  FROM oversight_steplabel l WHERE l.judgement_id = j.id), '[]')::text"""
RESPONSES = """array_to_json(array_remove(
  ARRAY[i.response_a_id, i.response_b_id, i.response_c_id, i.response_d_id], NULL))"""


def rows(wanted: Wanted) -> str:
    tests = ""
    if wanted.since_id:
        tests += " AND s.id > %(since_id)s"
    if wanted.since_time:
        tests += f" AND {WHEN} > %(since_time)s"
    tests += "".join(f" AND {test}" for test in wanted.among("s.item_id"))
    return ROWS.format(tests=tests)


def _text(name: str, sql: str, *, is_plain: bool = False) -> Column:
    return Column(name, "string", f"coalesce({sql}, '')", is_plain)


def _whole(name: str, sql: str) -> Column:
    return Column(name, "int64", f"coalesce({sql}, 0)")


def _number(name: str, sql: str) -> Column:
    return Column(name, "float64", f"coalesce({sql}, 0)")


ANNOTATIONS = Dataset(
    "annotations",
    "Annotations as they were entered",
    "Every answer with all that came with it, corrected and taken back ones too; skips and flags.",
    [
        Column("id", "int64", "s.id"),
        _whole("annotation", "n.id"),
        _whole("supersedes", "n.supersedes_id"),
        Column("state", "string", STATE, is_plain=True),
        Column("item", "int64", "s.item_id"),
        Column("kind", "string", "i.kind", is_plain=True),
        _whole("judgement", "j.id"),
        Column("annotator", "string", pseudonym("who"), is_plain=True),
        Column(
            "source",
            "string",
            "CASE WHEN who.is_simulated THEN 'simulated' ELSE 'person' END",
            is_plain=True,
        ),
        Column("prompt", "string", "q.text"),
        Column("query_sha256", "string", "q.text_sha256", is_plain=True),
        Column("response_ids", ["int64"], RESPONSES),
        Column("order_shown", "string", "s.order_shown", is_plain=True),
        Column("arm", "string", "s.arm", is_plain=True),
        Column("arm_propensity", "float64", "s.arm_propensity"),
        _number("propensity", "j.propensity"),
        _text("choice", "j.choice", is_plain=True),
        _whole("strength", "j.strength"),
        _text("rationale", "j.rationale"),
        _whole("overall", "j.overall"),
        _number("seconds", "j.seconds"),
        _text("blind_choice", "b.choice", is_plain=True),
        _whole("blind_strength", "b.strength"),
        _text("blind_rationale", "b.rationale"),
        _number("blind_seconds", "b.seconds"),
        Column("verdicts", "string", VERDICTS),
        Column("ratings", "string", RATINGS),
        Column("steps", "string", STEPS),
        _text("entered", lf("n.payload::text")),
        _text("skip_reason", "s.reason"),
        _text("flag", "g.kind", is_plain=True),
        _text("flag_reason", "g.reason"),
        Column("leased_at", "timestamp", "s.leased_at"),
        Column("created_at", "timestamp", WHEN),
    ],
    rows,
)
