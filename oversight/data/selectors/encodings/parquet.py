"""Rows become Parquet with the declared schema, a row group at a time."""

import io
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from models_srv.texts import with_lf
from oversight.data.selectors.datasets.columns import IS_JSON, Column, Type

from .compressing import Compression
from .json_lines import json_cells, with_lf_in_json
from .rows import Row

if TYPE_CHECKING:
    import pyarrow as pa

# Each group leaves some 30 kB of the footer in memory to the end.
GROUP_CHARS = 4 * 1024 * 1024


class _Sink(io.RawIOBase):
    """Takes what the writer writes, and gives it away again."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet_blocks(
    groups: Iterable[list[Row]], columns: Sequence[Column], compression: Compression
) -> Iterator[bytes]:
    """Yield a Parquet file of rows that come in groups. One row group is in memory at once.

    The groups are emptied: their rows are not kept beside what is written of them.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = arrow_schema(columns)
    sink = _Sink()
    short = [each.name for each in columns if each.is_plain or each.repeats]
    pa.set_memory_pool(pa.system_memory_pool())
    with parquet.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        schema,
        compression=compression.value,
        # Long texts do not repeat: looking for that takes longer than all else.
        use_dictionary=short,
        # Ids are what parts of a file are found by. Of the others the least and the greatest help no
        # reader, and the footer holds them in memory, of each row group, to the end.
        write_statistics=[each.name for each in columns if each.type == "int64"],
    ) as writer:
        for rows in groups:
            table = _table(rows, columns, schema)
            rows.clear()
            writer.write_table(table)
            del table
            yield sink.taken()
    yield sink.taken()


def arrow_schema(columns: Sequence[Column]) -> "pa.Schema":
    import pyarrow as pa

    return pa.schema([(column.name, arrow_type(column.type)) for column in columns])


def arrow_type(declared: Type) -> Any:
    import pyarrow as pa

    if isinstance(declared, dict):
        return pa.struct([(name, arrow_type(each)) for name, each in declared.items()])
    if isinstance(declared, list):
        return pa.list_(arrow_type(declared[0]))
    if declared is None:
        return pa.null()
    return pa.type_for_alias("string" if declared == "timestamp" else declared)


def _table(rows: Sequence[Row], columns: Sequence[Column], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    sent = sorted(columns, key=lambda column: column.repeats)
    values = dict(zip([column.name for column in sent], zip(*rows, strict=True), strict=True))
    arrays = [_array(column, values[column.name]) for column in columns]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(column: Column, values: Sequence[Any]) -> "pa.Array":
    import pyarrow as pa

    match column.type:
        case "string":
            return _texts(values)
        case "timestamp":
            return _strings([cell[1:-1] for cell in json_cells(column, values)])
        case "int64":
            return _numbers(pa.int64(), "q", values)
        case "float64":
            return _numbers(pa.float64(), "d", values)
        case "bool":
            return _numbers(pa.int64(), "q", values).cast(pa.bool_())
    if column.lone and not any(value[:1] == IS_JSON for value in values):
        return _lone_turns(column.type, column.lone.role, values)
    return _from_json(column, values)


def _texts(values: Sequence[str]) -> "pa.Array":
    return _strings([with_lf(value).encode() for value in values])


def _strings(values: Sequence[bytes]) -> "pa.Array":
    """Put them in Arrow's buffers. (`pa.array` loads pandas: a second, and 40 MiB.)"""
    import pyarrow as pa

    ends = array("i", accumulate(map(len, values), initial=0))
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def _numbers(kind: Any, code: str, values: Sequence[float]) -> "pa.Array":
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(array(code, values))])


def _lone_turns(declared: Type, role: str, values: Sequence[str]) -> "pa.Array":
    """A conversation of one turn for each text."""
    import pyarrow as pa

    kind = arrow_type(declared)
    known = {"role": _strings([role.encode()] * len(values)), "content": _texts(values)}
    members = [
        known[each.name] if each.name in known else pa.nulls(len(values), each.type)
        for each in kind.value_type
    ]
    turns = pa.StructArray.from_arrays(members, fields=list(kind.value_type))
    ends = _numbers(pa.int32(), "i", range(len(values) + 1))
    return pa.ListArray.from_arrays(ends, turns, type=kind)


def _from_json(column: Column, values: Sequence[str]) -> "pa.Array":
    import pyarrow as pa
    from pyarrow import json

    rows = b"".join(b'{"it": %b}\n' % cell for cell in json_cells(column, values))
    lines = with_lf_in_json(rows)
    table = json.read_json(
        pa.BufferReader(lines),
        read_options=json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=json.ParseOptions(
            explicit_schema=pa.schema([("it", arrow_type(column.type))]),
            unexpected_field_behavior="error",
        ),
    )
    return table.column("it").combine_chunks()
