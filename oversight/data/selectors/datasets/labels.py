"""What people and judges said, one row for each that stands: of steps, of critiques, of responses."""

from .columns import Column, Type, lf, pseudonym
from .registry import Dataset, Wanted

# Of queries that may be trained on; nothing superseded, taken back, or of a withdrawn item.
STANDING = """
CROSS JOIN LATERAL (
  SELECT q.text, q.messages, q.text_sha256, q.node, q.campaign_id, q.split
  FROM oversight_query q WHERE q.id = j.query_id OFFSET 0
) q
CROSS JOIN LATERAL (
  SELECT r.id, r.text, r.messages FROM oversight_response r WHERE r.id = j.response_a_id OFFSET 0
) a
LEFT JOIN LATERAL (
  SELECT i.kind, i.problem, i.state, i.response_a_id, i.response_b_id, i.response_c_id,
    i.response_d_id, i.expected
  FROM oversight_reviewitem i WHERE i.id = j.item_id OFFSET 0
) i ON true
{also}
WHERE q.campaign_id = %(campaign)s AND q.split = 'train' AND NOT j.is_retraction
  AND (SELECT true FROM oversight_judgement s WHERE s.supersedes_id = j.id) IS NULL
  AND i.state IS DISTINCT FROM 'withdrawn' AND j.source = ANY(%(sources)s) {tests}
ORDER BY j.id{then}
"""

# Those of a small campaign are found by its queries; those of a large one are met on the way through all,
# the first of them at once.
FEW_QUERIES = 20_000
OF_FEW_QUERIES = """(
  SELECT * FROM oversight_judgement WHERE query_id IN (
    SELECT id FROM oversight_query WHERE campaign_id = %(campaign)s
  ) ORDER BY id OFFSET 0
)"""


def judgement_rows_sql(wanted: Wanted, also: str = "", tests: str = "", then: str = "") -> str:
    if wanted.since_id:
        tests += " AND j.id > %(since_id)s"
    if wanted.since_time:
        tests += " AND j.created_at > %(since_time)s"
    tests += "".join(f" AND {test}" for test in wanted.among("j.item_id"))
    return f"FROM {_judgements(wanted)} j {STANDING.format(also=also, tests=tests, then=then)}"


def _judgements(wanted: Wanted) -> str:
    queries = wanted.campaign.queries.order_by()[: FEW_QUERIES + 1].count()
    return OF_FEW_QUERIES if queries <= FEW_QUERIES else "oversight_judgement"


SAID = [
    Column("id", "int64", "j.id"),
    Column("source", "string", "j.source", is_plain=True),
    Column("labeler", "string", pseudonym("j"), is_plain=True),
    Column("timestamp", "timestamp", "j.created_at"),
]
ROUND = Column(
    "round", "int64", "coalesce((SELECT number FROM oversight_round WHERE id = j.round_id), 0)"
)
HOW = [
    Column("item", "int64", "coalesce(j.item_id, 0)"),
    Column("kind", "string", "coalesce(i.kind, '')", is_plain=True),
    Column("query_sha256", "string", "q.text_sha256", is_plain=True),
    ROUND,
    Column("propensity", "float64", "coalesce(j.propensity, 0)"),
    Column("arm", "string", "j.arm", is_plain=True),
    Column("arm_propensity", "float64", "coalesce(j.arm_propensity, 0)"),
    Column(
        "critique_shown",
        "string",
        "CASE j.was_critique_shown WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '' END",
        is_plain=True,
    ),
    Column("order_shown", "string", "j.order_shown", is_plain=True),
    Column("seconds", "float64", "coalesce(j.seconds, 0)"),
]
STEP: Type = {
    "completions": [{"text": "string", "rating": "int64", "flagged": None}],
    "human_completion": None,
    "chosen_completion": "int64",
}
STEP_TEXT = lf('substring(a.text FROM l.start + 1 FOR l."end" - l.start)')
# The lines after the first bad step were labelled by nobody.
STEPS = rf"""CROSS JOIN LATERAL (
  SELECT max(l."end") AS end, (array_agg(l.label ORDER BY l.position DESC))[1] AS last,
    json_agg({STEP_TEXT} ORDER BY l.position) AS texts,
    json_agg(json_build_object(
      'completions', json_build_array(
        json_build_object('text', {STEP_TEXT}, 'rating', l.label, 'flagged', null)),
      'human_completion', null, 'chosen_completion', 0) ORDER BY l.position) AS steps
  FROM oversight_steplabel l WHERE l.judgement_id = j.id
) steps
CROSS JOIN LATERAL (
  SELECT json_agg(x.step ORDER BY x.part, x.n) AS all FROM (
    SELECT 1 AS part, n, step FROM json_array_elements_text(steps.texts) WITH ORDINALITY t(step, n)
    UNION ALL
    SELECT 2, n, regexp_replace(line, '^\s+|\s+$', '', 'g')
    FROM regexp_split_to_table(substring(a.text FROM steps.end + 1), '[\r\n]') WITH ORDINALITY t(line, n)
  ) x WHERE x.step <> ''
) lines"""
QUESTION = (
    f"json_build_object('problem', {lf('q.text')}, 'ground_truth_answer', null, "
    "'pre_generated_steps', lines.all)"
)
LABEL = (
    "json_build_object('steps', steps.steps, 'total_time', "
    "round(coalesce(j.seconds, 0) * 1000)::bigint, 'finish_reason', "
    "CASE WHEN steps.last < 0 THEN 'found_error' ELSE 'solution' END)"
)
SCORES = ["points_out_problem", "misses_severe", "has_nitpick", "has_fake", "concise", "overall"]
CRITIC = """coalesce((SELECT v.name || '@' || v.revision FROM oversight_modelversion v
  WHERE v.id = c.version_id), 'person@0')"""
RATED = """JOIN oversight_critiquerating r ON r.judgement_id = j.id
CROSS JOIN LATERAL (SELECT * FROM oversight_critique c WHERE c.id = r.critique_id OFFSET 0) c"""


def _comment(*names: str) -> str:
    return ", ".join(f"'{name}', {lf(f'm.{name}')}" for name in names)


COMMENT_TEXTS = _comment("quote", "severity", "category", "explanation", "suggested_fix")
COMMENTS_TEXT = f"""coalesce((SELECT json_agg(json_build_object({COMMENT_TEXTS}) ORDER BY m.number)
  FROM oversight_comment m WHERE m.critique_id = c.id), '[]')::text"""
TOGETHER = """(SELECT json_agg(o.critique_id ORDER BY o.critique_id)
  FROM oversight_critiquerating o WHERE o.judgement_id = j.id)"""
# A person's verdict, and what they made of the comment where they mended it.
JUDGED_COMMENTS = f"""(SELECT json_agg(json_build_object('comment', m.id, {COMMENT_TEXTS},
    'quote_match', m.quote_match, 'start', coalesce(m.start, -1), 'end', coalesce(m."end", -1),
    'said', coalesce(v.verdict, ''), 'action', coalesce(v.action, ''),
    'edited_explanation', coalesce({lf("e.explanation")}, ''),
    'edited_fix', coalesce({lf("e.suggested_fix")}, '')) ORDER BY m.number)
  FROM oversight_comment m
  LEFT JOIN oversight_commentverdict v ON v.comment_id = m.id AND v.judgement_id = j.id
  LEFT JOIN LATERAL (
    SELECT e.explanation, e.suggested_fix FROM oversight_comment e
    JOIN oversight_critique w ON w.id = e.critique_id
    WHERE e.revises_id = m.id AND w.author_id = j.user_id ORDER BY e.id DESC LIMIT 1) e ON true
  WHERE m.critique_id = c.id)"""
COMMENT_TYPE: Type = [
    {
        "comment": "int64",
        **dict.fromkeys(
            ("quote", "severity", "category", "explanation", "suggested_fix", "quote_match"),
            "string",
        ),
        "start": "int64",
        "end": "int64",
        **dict.fromkeys(("said", "action", "edited_explanation", "edited_fix"), "string"),
    }
]
SPOKEN_OF = """JOIN LATERAL (
  SELECT DISTINCT m.critique_id AS id FROM oversight_commentverdict v
  JOIN oversight_comment m ON m.id = v.comment_id WHERE v.judgement_id = j.id
) spoken ON true
CROSS JOIN LATERAL (
  SELECT c.*, t.text AS response_text FROM oversight_critique c
  JOIN oversight_response t ON t.id = c.response_id WHERE c.id = spoken.id OFFSET 0
) c"""
WHO = """CASE WHEN j.source = 'critic' AND j.version_id IS NOT NULL
  THEN (SELECT v.name || '@' || v.revision FROM oversight_modelversion v WHERE v.id = j.version_id)
  ELSE {} END""".format(pseudonym("j"))
PAIR = "concat(j.response_a_id, '/', j.response_b_id)"
# 1 is best; equal ranks are ties: by the ratings where all were rated, else the one chosen is first.
RANKED = """CROSS JOIN LATERAL (
  SELECT json_agg(y.text ORDER BY y.rank, y.letter) AS texts,
    json_agg(y.rank ORDER BY y.rank, y.letter) AS ranks,
    json_agg(y.id ORDER BY y.rank, y.letter) AS ids
  FROM (
    SELECT x.*, rank() OVER (ORDER BY CASE WHEN x.rated = x.shown THEN -x.overall
      WHEN x.letter = j.choice THEN 0 ELSE 1 END) AS rank
    FROM (
      SELECT r.id, r.text, o.letter, g.overall,
        count(g.overall) OVER () AS rated, count(*) OVER () AS shown
      FROM (VALUES ('a', coalesce(i.response_a_id, j.response_a_id)),
        ('b', coalesce(i.response_b_id, j.response_b_id)),
        ('c', i.response_c_id), ('d', i.response_d_id)) o(letter, id)
      JOIN oversight_response r ON r.id = o.id
      LEFT JOIN oversight_responserating g ON g.judgement_id = j.id AND g.response_id = r.id
    ) x
  ) y
) ranked"""
PROMPT = Column("prompt", "string", "q.text")

DATASETS = [
    Dataset(
        "process-labels",
        "Labels of steps",
        "PRM800K's fields: each step of a solution rated good, neutral or bad.",
        [
            *SAID,
            Column("generation", "int64", ROUND.sql),
            Column("is_quality_control_question", "bool", "false"),
            Column("is_initial_screening_question", "bool", "false"),
            Column(
                "question",
                {
                    "problem": "string",
                    "ground_truth_answer": None,
                    "pre_generated_steps": ["string"],
                },
                QUESTION,
            ),
            Column(
                "label",
                {"steps": [STEP], "total_time": "int64", "finish_reason": "string"},
                LABEL,
            ),
        ],
        lambda wanted: judgement_rows_sql(wanted, STEPS, "AND steps.steps IS NOT NULL"),
    ),
    Dataset(
        "critique-ratings",
        "Ratings of critiques",
        "Each critique that was rated, with 1 to 7 for each of CriticGPT's questions.",
        [
            *SAID,
            Column("problem", "string", "coalesce(i.problem, '')"),
            PROMPT,
            Column("response", "string", "a.text"),
            Column("critique_id", "int64", "c.id"),
            Column("critic", "string", CRITIC),
            Column("summary", "string", "c.summary"),
            Column("comments", "string", COMMENTS_TEXT),
            *(Column(name, "int64", f"r.{name}") for name in SCORES),
            Column("seconds", "float64", "coalesce(j.seconds, 0)"),
            Column("rated_together", ["int64"], TOGETHER),
        ],
        lambda wanted: judgement_rows_sql(wanted, RATED, then=", r.id"),
    ),
    Dataset(
        "critiques",
        "Critiques, judged comment by comment",
        "For training critics: what people said of each comment, and how they mended it.",
        [
            *SAID,
            PROMPT,
            Column("response", "string", "c.response_text"),
            Column("critique", "int64", "c.id"),
            Column("critic", "string", CRITIC),
            Column("verdict", "string", "coalesce(c.verdict, '')", is_plain=True),
            Column("p_flawed", "float64", "coalesce(c.p_flawed, -1)"),
            Column("summary", "string", "c.summary"),
            Column("comments", COMMENT_TYPE, JUDGED_COMMENTS),
            *HOW,
        ],
        lambda wanted: judgement_rows_sql(wanted, SPOKEN_OF, then=", c.id"),
    ),
    Dataset(
        "judgements",
        "Judgements, one a row",
        "Long form (item, annotator, label): manage.py agreement, crowd-kit and krippendorff read it.",
        [
            Column("item", "string", f"coalesce(j.item_id::text, {PAIR})", is_plain=True),
            Column("annotator", "string", WHO),
            Column("label", "string", "j.choice", is_plain=True),
            *SAID[:2],
            Column("strength", "int64", "coalesce(j.strength, 0)"),
            Column("expected", "string", "coalesce(i.expected, '')", is_plain=True),
            *HOW[1:],
            Column("created_at", "timestamp", "j.created_at"),
        ],
        lambda wanted: judgement_rows_sql(wanted, tests="AND j.choice <> ''"),
    ),
    Dataset(
        "rankings",
        "Ranked answers",
        "Each judgement as a list of answers from best to worst; equal ranks are ties.",
        [
            *SAID,
            PROMPT,
            Column("responses", ["string"], "ranked.texts"),
            Column("ranks", ["int64"], "ranked.ranks"),
            Column("response_ids", ["int64"], "ranked.ids"),
            Column("choice", "string", "j.choice", is_plain=True),
            Column("strength", "int64", "coalesce(j.strength, 0)"),
            *HOW,
        ],
        lambda wanted: judgement_rows_sql(
            wanted, RANKED, "AND j.choice <> '' AND j.response_b_id IS NOT NULL"
        ),
    ),
]
