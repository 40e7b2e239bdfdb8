"""Rows become JSON lines. PostgreSQL sends bare values: to escape and join them takes it longer."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import orjson

from oversight.data.selectors.datasets.columns import IS_JSON, Column

from .rows import Row

CR_IN_JSON = re.compile(rb"(?<!\\)((?:\\\\)*)\\r(?:\\n)?")
# Of so many templates, some megabytes, none is forgotten.
MOST_TEMPLATES = 4096
WHOLE_SECOND = len(b'"2026-01-31T12:00:00')
Cells = list[bytes]


def json_blocks(blocks: Iterable[Sequence[Row]], columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the lines of each block of rows, in which the columns that repeat come last.

    A CR in a text, alone or before LF, is written as LF.
    """
    varying = [column for column in columns if not column.repeats]
    count = len(varying)
    # A line but for what varies, by the values of what repeats.
    templates: dict[Row, bytes] = {}
    for rows in blocks:
        cells = [
            json_cells(column, values)
            for column, values in zip(varying, zip(*rows, strict=True), strict=False)
        ]
        lines = []
        for row, of_row in zip(rows, zip(*cells, strict=True), strict=True):
            template = templates.get(row[count:])
            if template is None:
                if len(templates) == MOST_TEMPLATES:
                    templates.clear()
                template = templates[row[count:]] = _template(columns, row[count:])
            lines.append(template % of_row)
        yield with_lf_in_json(b"".join(lines))


def with_lf_in_json(block: bytes) -> bytes:
    return CR_IN_JSON.sub(rb"\1\\n", block) if rb"\r" in block else block


def json_cells(column: Column, values: Sequence[Any]) -> Cells:
    """Return the JSON of each value of a column."""
    if column.lone:
        return _talks(column.lone.role, values)
    if column.is_nested:
        return [value.encode() for value in values]
    return WRITERS.get(str(column.type), _dumped)(values)


def time_text(cell: bytes) -> bytes:
    """A time that readers take for text in every row: without a fraction some guess a type."""
    at = WHOLE_SECOND
    return cell if cell[at : at + 1] == b"." else cell[:at] + b".000000" + cell[at:]


def _template(columns: Sequence[Column], values: Row) -> bytes:
    left = iter(values)
    cells = []
    for column in columns:
        cell = b"%b"
        if column.repeats:
            cell = json_cells(column, [next(left)])[0].replace(b"%", b"%%")
        cells.append(b'"%b": %b' % (column.name.encode(), cell))
    return b"{" + b", ".join(cells) + b"}\n"


def _dumped(values: Sequence[Any]) -> Cells:
    """Write many at once. No string of JSON has a line end in it: between them it parts for sure."""
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)[4:-2].split(b",\n  ")


def _times(values: Sequence[Any]) -> Cells:
    return [time_text(cell) for cell in _dumped(values)]


def _numbers(values: Sequence[float]) -> Cells:
    return [_number(value) for value in values]


def _number(value: float) -> bytes:
    """A number as Python writes it, `1.0`, but from 1e15 on as PostgreSQL does. Finite only."""
    if 1e15 <= abs(value) < 1e16:
        return f"{Decimal(repr(value)).normalize():e}".encode()
    return repr(value + 0.0).encode()  # + 0.0: zero has no sign


def _talks(role: str, values: Sequence[str]) -> Cells:
    """Write conversations, most of which come as the text of one turn."""
    turn = b'[{"role": "%b", "content": %%b}]' % role.encode()
    return [
        value[1:].encode() if value[:1] == IS_JSON else turn % cell
        for value, cell in zip(values, _dumped(values), strict=True)
    ]


WRITERS: dict[str, Callable[[Sequence[Any]], Cells]] = {"float64": _numbers, "timestamp": _times}
