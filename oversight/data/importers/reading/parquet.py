"""Parquet, row group by row group."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oversight.data.importers.rows import EndsReading, RowError

from .lines import Numbered, fault_of_columns
from .packed import Source

MAGIC = b"PAR1"
BATCH_ROWS = 500
# What one group of rows may come to in memory; writers make them of a few hundred MiB at most.
MAX_GROUP_BYTES = 2**30
DAMAGES = (pa.ArrowException, OSError, EOFError, ValueError, OverflowError, MemoryError)


def parquet_records(source: Source) -> Iterator[Numbered]:
    """Yield the rows as (row from 1, {column: value} or RowError)."""
    row = 0
    try:
        file = _opened(source)
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                source.count(batch.nbytes)
                for value in batch.to_pylist():
                    row += 1
                    yield row, value
    except RowError as error:
        yield row + 1, EndsReading.after(row + 1, error) if row else EndsReading(str(error))
    except DAMAGES:
        reason = "the Parquet file is damaged or cut short"
        yield row + 1, EndsReading.after(row + 1, reason)


def _opened(source: Source) -> Any:
    if source.is_packed or not source.stream.seekable():
        raise RowError("a Parquet file is packed already: send it as it is")
    file = pq.ParquetFile(source.stream, pre_buffer=False)
    if fault := fault_of_columns(file.schema_arrow.names):
        raise RowError(fault)
    for group in range(file.num_row_groups):
        if file.metadata.row_group(group).total_byte_size > MAX_GROUP_BYTES:
            raise RowError(f"a group of rows is larger than {MAX_GROUP_BYTES // 2**20} MiB")
    return file
