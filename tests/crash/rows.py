"""What a finished round left in the database, in words that do not depend on ids or times."""

from pathlib import Path
from typing import Any

import psycopg

Rows = dict[str, list[Any]]

QUERIES = {
    "queries": """
        select r.number, q.slot, q.text, q.split, q.node, q.rejected_reason, q.raw_text
        from oversight_query q left join oversight_round r on r.id = q.round_id""",
    "responses": """
        select q.text_sha256, v.name, v.revision, a.purpose, a.sample, a.text, a.prompt_hash
        from oversight_response a join oversight_query q on q.id = a.query_id
        left join oversight_modelversion v on v.id = a.version_id""",
    "items": """
        select q.text_sha256, i.kind, i.state, i.expected, i.problem, i.priority, a.text, b.text
        from oversight_reviewitem i join oversight_query q on q.id = i.query_id
        join oversight_response a on a.id = i.response_a_id
        join oversight_response b on b.id = i.response_b_id""",
    "critiques": """
        select q.text_sha256, a.sample, c.raw_text, c.verdict, round(c.p_flawed::numeric, 4)::text
        from oversight_critique c join oversight_response a on a.id = c.response_id
        join oversight_query q on q.id = a.query_id""",
    "comments": """
        select q.text_sha256, a.sample, m.number, m.quote, m.start, m."end", m.severity
        from oversight_comment m join oversight_critique c on c.id = m.critique_id
        join oversight_response a on a.id = c.response_id
        join oversight_query q on q.id = a.query_id""",
    "decisions": """
        select q.text_sha256, d.outcome, d.reasons::text, d.is_audit, d.propensity
        from oversight_routingdecision d join oversight_query q on q.id = d.query_id""",
    "judgements": """
        select q.text_sha256, j.source, j.choice, round(j.p_a_better::numeric, 4)::text
        from oversight_judgement j join oversight_query q on q.id = j.query_id""",
    "reward margins": """
        select q.text_sha256, m.value
        from oversight_rewardmargin m join oversight_routingdecision d on d.id = m.decision_id
        join oversight_query q on q.id = d.query_id""",
    "preferences": """
        select q.text_sha256, c.text, r.text, p.source, p.p_w, p.p_l, p.weight
        from oversight_preference p join oversight_query q on q.id = p.query_id
        join oversight_response c on c.id = p.chosen_id
        join oversight_response r on r.id = p.rejected_id""",
    "snapshots": "select sha256, train_count, validation_count from oversight_snapshot",
    "training runs": "select state, reason from oversight_trainingrun",
    "versions": "select role, name, revision, sha256 from oversight_modelversion",
    "evaluations": "select is_promoted, reasons::text from oversight_evaluation",
    "promotions": "select role, reason from oversight_promotion",
    "rounds": "select number, stage, outcome from oversight_round",
}


def connect(folder: Path) -> psycopg.Connection[Any]:
    """Connect to the embedded database of the stack in `folder`."""
    return psycopg.connect(
        f"postgresql://postgres@/postgres?host={folder / 'postgres'}", autocommit=True
    )


def final_rows(folder: Path) -> Rows:
    """Return every table's rows, sorted; doubled rows show as doubled."""
    with connect(folder) as connection:
        return {
            name: sorted(connection.execute(query).fetchall(), key=repr)
            for name, query in QUERIES.items()
        }
