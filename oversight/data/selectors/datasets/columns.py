"""A column of a dataset: its name, its one type, and the SQL that gives it. Pure text."""

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


BINARY = {
    "string": "text",
    "int64": "int8",
    "float64": "float8",
    "bool": "bool",
    "timestamp": "timestamptz",
}
# Before JSON that is sent where a plain text is usual.
IS_JSON = "\x01"


@dataclass(frozen=True)
class Lone:
    """A conversation that in most rows is one turn of `role`: SQL of its text, and of whether it is."""

    role: str
    text: str
    is_lone: str


@dataclass(frozen=True)
class Column:
    """`sql` is never NULL, since readers guess a type from what they see first; where `type` is a list
    or a structure it gives JSON. A text `is_plain` where nothing in it has to be escaped. What
    `repeats` is the same in many rows, and is written out once for them."""

    name: str
    type: Type
    sql: str
    is_plain: bool = False
    repeats: bool = False
    lone: Lone | None = None

    @property
    def is_nested(self) -> bool:
        return not isinstance(self.type, str)

    @property
    def is_long(self) -> bool:
        """Whether its values are texts of any length."""
        return self.is_nested or (self.type == "string" and not (self.is_plain or self.repeats))

    def in_binary(self) -> str:
        """Return the expression whose binary form `encodings` reads: JSON of what is nested, as text.

        Of a lone turn it is the bare text; whatever else stands there is JSON after `IS_JSON`.
        """
        if isinstance(self.type, str):
            return f"({self.sql})::{BINARY[self.type]}"
        if self.lone is None:
            return f"({self.sql})::text"
        mark, text = "E'\\x01'", self.lone.text
        return (
            f"CASE WHEN {self.lone.is_lone} AND NOT starts_with({text}, {mark}) THEN {text} "
            f"ELSE {mark} || ({self.sql})::text END"
        )

    def in_csv(self) -> str:
        """Return the expression whose text stands in a cell; nested values are JSON text."""
        if self.type == "string":
            return self.sql if self.is_plain else defused(self.sql)
        if self.type == "float64":
            return written_number(self.sql)
        if self.type == "timestamp":
            return iso_time(self.sql)
        return lf_in_json(f"({self.sql})::text") if self.is_nested else f"({self.sql})::text"


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


def talk(name: str, role: str, table: str) -> Column:
    """A column of conversations, in most of which `role` alone speaks, once."""
    lone = Lone(role, f"{table}.text", f"{table}.messages IS NULL")
    return Column(name, TURNS, turns(role, table), lone=lone)


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
