"""JSON lines become Parquet with the declared schema, a row group at a time."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from oversight.data.selectors.datasets.columns import Column, Type

from .compressing import Compression

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_BYTES = 2 * 1024 * 1024


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
    lines: Iterable[bytes], columns: Sequence[Column], compression: Compression
) -> Iterator[bytes]:
    """Yield a Parquet file of the JSON lines that come in blocks. One row group is in memory at once."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = arrow_schema(columns)
    sink = _Sink()
    pa.set_memory_pool(pa.system_memory_pool())
    with parquet.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        schema,
        compression=compression.value,
        # Long texts do not repeat: looking for that takes longer than all else.
        use_dictionary=[each.name for each in columns if each.is_plain],
    ) as writer:
        for group in _groups(lines):
            writer.write_table(_table(group, schema))
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


def _table(lines: bytes, schema: "pa.Schema") -> "pa.Table":
    from pyarrow import BufferReader, json

    return json.read_json(
        BufferReader(lines),
        read_options=json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )


def _groups(blocks: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size >= GROUP_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)
