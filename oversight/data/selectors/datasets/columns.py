"""A column of a dataset: its name, its one type, and the SQL that gives it. Pure text."""

from collections.abc import Sequence
from dataclasses import dataclass

# What a column may be: "string", "int64", "float64", "bool", "timestamp" (RFC 3339 text), a list
# `[type]`, a structure `{name: type}`, or None for what is null in every row.
Type = str | list["Type"] | dict[str, "Type"] | None

TURNS: Type = [{"role": "string", "content": "string"}]
TURNS_WITH_TOOLS: Type = [
    {
        "role": "string",
        "content": "string",
        "name": "string",
        "tool_calls": [{"name": "string", "arguments": "string"}],
    }
]
FORMULA_STARTS = r"('=', '+', '-', '@', E'\t', E'\r')"


@dataclass(frozen=True)
class Column:
    """`sql` is never NULL, since readers guess a type from what they see first; where `type` is a list
    or a structure it gives JSON. A text `is_plain` where nothing in it has to be escaped."""

    name: str
    type: Type
    sql: str
    is_plain: bool = False

    @property
    def is_nested(self) -> bool:
        return not isinstance(self.type, str)

    def in_json(self) -> str:
        """Return the expression whose text is JSON of the column's type in every row."""
        if self.type == "float64":
            return written_number(self.sql)
        if self.type == "bool":
            return f"({self.sql})::text"
        if self.type == "string" and not self.is_plain:
            return f"to_json({self.sql})"
        if self.is_nested:
            return f"({self.sql})::text"
        return iso_time(self.sql) if self.type == "timestamp" else self.sql

    def in_csv(self) -> str:
        """Return the expression whose text stands in a cell; nested values are JSON text."""
        if self.type == "string":
            return self.sql if self.is_plain else defused(self.sql)
        return lf_in_json(self.in_json()) if self.is_nested else self.in_json()


def json_object(columns: Sequence[Column]) -> str:
    """Return the expression of the row as the text of a JSON object.

    Written out piece by piece: json_build_object looks every type up again in every row, which takes
    longer than all else of it.
    """
    parts, before = [], "{"
    for column in columns:
        quote = '"' if column.is_plain or column.type == "timestamp" else ""
        parts += [f"""'{before}"{column.name}": {quote}'""", column.in_json()]
        before = f"{quote}, "
    return f"concat({', '.join(parts)}, '{before.removesuffix(', ')}}}')"


def written_number(sql: str) -> str:
    """A number as Python writes it: `1.0`, since `1` would be taken for a whole one. Finite only."""
    return (
        f"(CASE WHEN {sql} = trunc({sql}) AND abs({sql}) < 1e15 "
        f"THEN ({sql})::bigint || '.0' ELSE ({sql})::float8::text END)"
    )


def iso_time(sql: str) -> str:
    """A time that readers take for text in every row: without a fraction some guess a type.

    The connection's own time zone is UTC, as Django sets it. (to_char takes ten times as long.)
    """
    local = f"({sql})::timestamp"
    written = f"replace({local}::text, ' ', 'T')"
    return (
        f"(CASE WHEN {local} = date_trunc('second', {local}) THEN {written} || '.000000' "
        f"ELSE rpad({written}, 26, '0') END || '+00:00')"
    )


def lf(sql: str) -> str:
    """A text whose lines end in LF, where it becomes JSON in a text. (Elsewhere blocks are mended.)"""
    return f"replace(replace({sql}, E'\\r\\n', E'\\n'), E'\\r', E'\\n')"


def lf_in_json(sql: str) -> str:
    """JSON within CSV: nothing mends its escaped line ends later."""
    mended = rf"regexp_replace({sql}, '(?<!\\)((?:\\\\)*)\\r(?:\\n)?', '\1\\n', 'g')"
    return f"(CASE WHEN strpos({sql}, '\\r') = 0 THEN {sql} ELSE {mended} END)"


def defused(sql: str) -> str:
    """A text that no spreadsheet takes for a formula: `=`, `+`, `-`, `@`, tab or CR get a leading `'`."""
    return f"(CASE WHEN left({sql}, 1) IN {FORMULA_STARTS} THEN '''' || {sql} ELSE {sql} END)"


def one_turn(role: str, text: str) -> str:
    return f"""concat('[{{"role": "{role}", "content": ', to_json({text}), '}}]')"""


def turns(role: str, table: str) -> str:
    """A conversation: its turns where it has several, else the one text as a turn of `role`."""
    one = one_turn(role, f"{table}.text")
    return f"CASE WHEN {table}.messages IS NULL THEN {one} ELSE {table}.messages::text END"


def version(table: str) -> str:
    """`name@revision`. A rewrite has no version: a person wrote it."""
    return f"coalesce({table}.version, 'person@0')"


def pseudonym(table: str) -> str:
    """Who judged, under a name that is theirs in this campaign alone, in the look of a UUID.

    Keyed by the campaign's secret: who does not know that cannot find a person by trying all ids.
    What `pseudonym` in `oversight.people.policies.pseudonyms` makes of the same.
    """
    who = f"coalesce('user:' || {table}.user_id, 'label:' || nullif({table}.annotator_label, ''))"
    digest = f"sha256(convert_to(%(secret)s || '/' || {who}, 'UTF8'))"
    return f"coalesce(left(encode({digest}, 'hex'), 32)::uuid::text, '')"
