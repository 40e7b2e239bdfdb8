"""Preferences in the shapes that trainers and reward benchmarks read. Each row names where it is from."""

from oversight.data.policies.shares import VALIDATION_SALT, VALIDATION_SHARE, threshold

from .columns import TURNS, Column, Lone, pseudonym, talk, turns, version
from .registry import Dataset, Wanted

# Asked once for the whole: a campaign has few versions and rounds.
VERSIONS = """(SELECT jsonb_object_agg(v.id, v.name || '@' || v.revision)
  FROM oversight_modelversion v WHERE v.campaign_id = %(campaign)s)"""
ROUNDS = """(SELECT jsonb_object_agg(id, number)
  FROM oversight_round WHERE campaign_id = %(campaign)s)"""
RESPONSE = """CROSS JOIN LATERAL (
  SELECT r.text, r.messages, r.purpose, {versions} ->> r.version_id::text AS version
  FROM oversight_response r WHERE r.id = p.{side}_id OFFSET 0
) {side}"""
# Each table is asked for row by row (OFFSET 0 keeps the planner from joining whole tables of texts,
# which it would sort or spill): the first row comes at once and memory stays the same.
TABLES = f"""
CROSS JOIN LATERAL (
  SELECT q.text, q.messages, q.text_sha256, q.node, q.cluster
  FROM oversight_query q WHERE q.id = p.query_id OFFSET 0
) q
{RESPONSE.format(side="chosen", versions=VERSIONS)}
{RESPONSE.format(side="rejected", versions=VERSIONS)}
LEFT JOIN LATERAL (
  SELECT j.user_id, j.annotator_label, j.strength, j.propensity, j.was_critique_shown
  FROM oversight_judgement j WHERE j.id = p.judgement_id OFFSET 0
) j ON true
"""
SAME_RESPONSE = """(e.{side}_id = p.{side}_id OR (
    SELECT (l.text, l.messages, l.version_id) IS NOT DISTINCT FROM (r.text, r.messages, r.version_id)
    FROM oversight_response l, oversight_response r WHERE l.id = e.{side}_id AND r.id = p.{side}_id))"""
STANDS = """{row}.weight > 0 AND (
    SELECT true FROM oversight_preference s WHERE s.supersedes_id = {row}.id) IS NULL"""
# Nothing that differs in its id and its time alone comes twice: the first stands for all.
IS_FIRST = f"""(
  SELECT true FROM oversight_preference e
  WHERE e.query_id = p.query_id AND e.id < p.id AND e.campaign_id = p.campaign_id
    AND e.source = p.source AND e.p_w = p.p_w AND e.p_l = p.p_l AND e.weight = p.weight
    AND e.round_id IS NOT DISTINCT FROM p.round_id
    AND {SAME_RESPONSE.format(side="chosen")} AND {SAME_RESPONSE.format(side="rejected")}
    AND {STANDS.format(row="e")}
  LIMIT 1) IS NULL"""
STANDING = f"p.campaign_id = %(campaign)s AND {STANDS.format(row='p')} AND {IS_FIRST}"
IS_TURNED = "(p.p_w < p.p_l)"
BELIEF = "coalesce(greatest(p.p_w, p.p_l) / nullif(p.p_w + p.p_l, 0), 0.5)"
KEPT = [
    *("id", "campaign_id", "round_id", "query_id", "source", "kind", "judgement_id", "item_id"),
    *("decision_id", "weight", "created_at"),
]


def split_of(cluster: str) -> str:
    """SQL of the side on which a cluster falls: what `in_share` says of it."""
    digest = (
        f"substring(sha256(convert_to('{VALIDATION_SALT}' || chr(31) || {cluster}, 'UTF8')) FOR 8)"
    )
    below = f"{digest} < '\\x{threshold(VALIDATION_SHARE)}'::bytea"
    return f"CASE WHEN {below} THEN 'validation' ELSE 'train' END"


def preference_rows_sql(wanted: Wanted, also: str = "") -> str:
    """Return FROM … ORDER BY over the standing preferences, or over the rows of a snapshot."""
    if wanted.snapshot:
        start = (
            f"FROM oversight_snapshotrow s CROSS JOIN LATERAL (SELECT {_pair(wanted)}, s.split AS split "
            "FROM oversight_preference p WHERE p.id = s.preference_id OFFSET 0) p"
        )
        return f"{start} {TABLES} {also} WHERE s.snapshot_id = %(snapshot)s ORDER BY s.position"
    asked = [*_asked(wanted), *wanted.among("p.item_id")]
    tests = " AND ".join([STANDING, "p.source = ANY(%(sources)s)", *asked])
    start = f"FROM (SELECT {_pair(wanted)} FROM oversight_preference p WHERE {tests}) p"
    return f"{start} {TABLES} {also} ORDER BY p.id"


def _pair(wanted: Wanted) -> str:
    kept = ", ".join(f"p.{name}" for name in KEPT)
    if not wanted.believed:
        return f"{kept}, p.chosen_id, p.rejected_id, p.p_w, p.p_l{_no_split(wanted)}"
    swapped = [
        ("chosen_id", "rejected_id"),
        ("rejected_id", "chosen_id"),
        ("p_w", "p_l"),
        ("p_l", "p_w"),
    ]
    turned = [f"CASE WHEN {IS_TURNED} THEN p.{b} ELSE p.{a} END AS {a}" for a, b in swapped]
    return f"{kept}, {', '.join(turned)}{_no_split(wanted)}"


def _no_split(wanted: Wanted) -> str:
    return "" if wanted.snapshot else ", NULL AS split"


def _asked(wanted: Wanted) -> list[str]:
    tests = []
    if wanted.since_id:
        tests.append("p.id > %(since_id)s")
    if wanted.since_time:
        tests.append("p.created_at > %(since_time)s")
    if wanted.believed:
        tests.append(f"{BELIEF} >= %(believed)s")
    return tests


# How the pair came to be, where a round made it. Others were imported, or are of what people wrote.
GENERATOR = """CASE WHEN p.decision_id IS NULL THEN ''
  WHEN 'refined' IN (chosen.purpose, rejected.purpose) THEN 'self_refine' ELSE 'best_of_k' END"""
PROVENANCE = [
    Column("id", "int64", "p.id"),
    Column("query_sha256", "string", "q.text_sha256", is_plain=True),
    Column("node", "string", "q.node"),
    Column("source", "string", "p.source", is_plain=True, repeats=True),
    Column("p_w", "float64", "p.p_w", repeats=True),
    Column("p_l", "float64", "p.p_l", repeats=True),
    Column("weight", "float64", "p.weight", repeats=True),
    Column("chosen_version", "string", version("chosen"), repeats=True),
    Column("rejected_version", "string", version("rejected"), repeats=True),
    Column(
        "round",
        "int64",
        f"coalesce(({ROUNDS} ->> p.round_id::text)::bigint, 0)",
        repeats=True,
    ),
    Column("created_at", "timestamp", "p.created_at"),
    Column("kind", "string", "p.kind", is_plain=True, repeats=True),
    Column("item", "int64", "coalesce(p.item_id, 0)"),
    Column("judgement", "int64", "coalesce(p.judgement_id, 0)"),
    Column("annotator", "string", pseudonym("j"), is_plain=True),
    Column(
        "propensity",
        "float64",
        "coalesce(j.propensity, CASE WHEN p.decision_id IS NOT NULL THEN ("
        "SELECT d.propensity FROM oversight_routingdecision d WHERE d.id = p.decision_id) END, 0)",
        repeats=True,
    ),
    Column("strength", "int64", "coalesce(j.strength, 0)", repeats=True),
    Column(
        "critique_shown",
        "string",
        "CASE j.was_critique_shown WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '' END",
        is_plain=True,
        repeats=True,
    ),
    Column("generator", "string", GENERATOR, is_plain=True, repeats=True),
    Column(
        "split",
        "string",
        f"coalesce(p.split, {split_of('q.cluster')})",
        is_plain=True,
        repeats=True,
    ),
    Column("snapshot", "string", "%(snapshot_sha256)s", is_plain=True, repeats=True),
]
HH_ROLES = """CASE t->>'role' WHEN 'user' THEN 'Human' WHEN 'assistant' THEN 'Assistant'
  ELSE initcap(t->>'role') END"""


def _dialogue(side: str) -> str:
    """`\\n\\nHuman: …\\n\\nAssistant: …`, as HH-RLHF writes a conversation."""
    several = (
        f"(SELECT string_agg(E'\\n\\n' || {HH_ROLES} || ': ' || (t->>'content'), '' ORDER BY n) "
        "FROM jsonb_array_elements({}.messages) WITH ORDINALITY m(t, n))"
    )
    start = f"CASE WHEN q.messages IS NULL THEN E'\\n\\nHuman: ' || q.text ELSE {several.format('q')} END"
    end = (
        f"CASE WHEN {side}.messages IS NULL THEN E'\\n\\nAssistant: ' || {side}.text "
        f"ELSE {several.format(side)} END"
    )
    return f"concat({start}, {end})"


BOTH_SIDES = "(VALUES (true), (false)) side(is_chosen)"
CHOSEN_SIDE = "(VALUES (true)) side(is_chosen)"
# An answer that was preferred to three others is one good answer, not three.
SIDE_IS_FIRST = """CROSS JOIN LATERAL {sides} JOIN LATERAL (SELECT 1 WHERE (
  SELECT true FROM oversight_preference e
  WHERE e.query_id = p.query_id AND e.id < p.id AND e.source = p.source
    AND CASE WHEN side.is_chosen THEN e.chosen_id = p.chosen_id ELSE e.rejected_id = p.rejected_id END
    AND {is_in}
  LIMIT 1) IS NULL) once ON true"""
IN_SNAPSHOT = """EXISTS (SELECT FROM oversight_snapshotrow w
    WHERE w.snapshot_id = %(snapshot)s AND w.preference_id = e.id)"""
COMPLETION = (
    f"CASE WHEN side.is_chosen THEN {turns('assistant', 'chosen')} "
    f"ELSE {turns('assistant', 'rejected')} END"
)
LONE_COMPLETION = Lone(
    "assistant",
    "CASE WHEN side.is_chosen THEN chosen.text ELSE rejected.text END",
    "CASE WHEN side.is_chosen THEN chosen.messages ELSE rejected.messages END IS NULL",
)

CONVERSATIONAL = [
    talk("prompt", "user", "q"),
    talk("chosen", "assistant", "chosen"),
    talk("rejected", "assistant", "rejected"),
]
STRINGS = [
    Column("prompt", "string", "q.text"),
    Column("chosen", "string", "chosen.text"),
    Column("rejected", "string", "rejected.text"),
]
KNOWS = frozenset({"since", "source", "believed"})


def _pairs(name: str, title: str, about: str, columns: list[Column]) -> Dataset:
    return Dataset(name, title, about, columns, preference_rows_sql, of_snapshots=True, knows=KNOWS)


def _answers(name: str, title: str, about: str, columns: list[Column], sides: str) -> Dataset:
    def rows(wanted: Wanted) -> str:
        is_in = IN_SNAPSHOT if wanted.snapshot else STANDS.format(row="e")
        return preference_rows_sql(wanted, SIDE_IS_FIRST.format(sides=sides, is_in=is_in))

    return Dataset(name, title, about, columns, rows, of_snapshots=True)


DATASETS = [
    _pairs(
        "preferences",
        "Preferences, as conversations",
        "What TRL's DPOTrainer reads: prompt, chosen and rejected as lists of messages.",
        [*CONVERSATIONAL, *PROVENANCE],
    ),
    _pairs(
        "preferences-text",
        "Preferences, as plain text",
        "TRL's standard form: prompt, chosen and rejected as strings.",
        [*STRINGS, *PROVENANCE],
    ),
    _answers(
        "kto",
        "Good and bad answers, unpaired",
        "What TRL's KTOTrainer reads: an answer and whether it was preferred, each once.",
        [
            talk("prompt", "user", "q"),
            Column("completion", TURNS, COMPLETION, lone=LONE_COMPLETION),
            Column("label", "bool", "side.is_chosen"),
            *PROVENANCE,
        ],
        BOTH_SIDES,
    ),
    _answers(
        "sft",
        "Preferred answers",
        "What TRL's SFTTrainer reads: the prompt and the answer that was preferred, each once.",
        [
            talk("prompt", "user", "q"),
            talk("completion", "assistant", "chosen"),
            *PROVENANCE,
        ],
        CHOSEN_SIDE,
    ),
    _pairs(
        "rewardbench",
        "Pairs to score reward models on",
        "RewardBench's fields: prompt, chosen and rejected with their models, and the subset.",
        [
            *STRINGS,
            Column("chosen_model", "string", version("chosen")),
            Column("rejected_model", "string", version("rejected")),
            Column("subset", "string", "coalesce(nullif(q.node, ''), 'all')"),
            *PROVENANCE,
        ],
    ),
    _pairs(
        "hh-rlhf",
        "Dialogues, chosen and rejected",
        "HH-RLHF's form: whole dialogues as text, “Human:” and “Assistant:” taking turns.",
        [
            Column("chosen", "string", _dialogue("chosen")),
            Column("rejected", "string", _dialogue("rejected")),
            *PROVENANCE,
        ],
    ),
]
