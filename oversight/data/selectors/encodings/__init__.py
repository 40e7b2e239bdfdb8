"""How a dataset is written: JSON lines, CSV or Parquet, compressed or not, always as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from oversight.data.selectors.datasets.registry import Dataset, Wanted, typed_columns

from .compressing import Compression, compressed
from .copying import BLOCK_BYTES, csv_blocks
from .json_lines import json_blocks
from .parquet import GROUP_CHARS, parquet_blocks
from .rows import row_blocks

__all__ = ["CONTENT_TYPES", "Compression", "Encoding", "Format", "encoded", "encoding_of"]


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


CONTENT_TYPES = {
    Format.JSONL: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}
COMPRESSED_TYPES = {Compression.GZIP: "application/gzip", Compression.ZSTD: "application/zstd"}
ENDINGS = {Compression.NONE: "", Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}


@dataclass(frozen=True)
class Encoding:
    """A Parquet file is compressed within, so that it can be read in parts."""

    format: Format = Format.JSONL
    compression: Compression = Compression.NONE

    @property
    def ending(self) -> str:
        inside = self.format == Format.PARQUET
        return f".{self.format}{'' if inside else ENDINGS[self.compression]}"

    @property
    def content_type(self) -> str:
        if self.format == Format.PARQUET:
            return CONTENT_TYPES[self.format]
        return COMPRESSED_TYPES.get(self.compression, CONTENT_TYPES[self.format])


def encoding_of(ending: str) -> Encoding | None:
    """Return what a file's ending says: `.jsonl`, `.csv.gz`, `.parquet` (zstd within), …"""
    if ending == ".parquet":
        return Encoding(Format.PARQUET, Compression.ZSTD)
    known = [Encoding(f, c) for f in (Format.JSONL, Format.CSV) for c in Compression]
    return next((each for each in known if each.ending == ending), None)


def encoded(dataset: Dataset, wanted: Wanted, encoding: Encoding) -> Iterator[bytes]:
    """Yield the file in blocks, at constant memory. Nothing is read before the first is asked for."""
    if encoding.format == Format.CSV:
        yield from compressed(csv_blocks(dataset.csv_select(wanted)), encoding.compression)
        return
    is_parquet = encoding.format == Format.PARQUET
    size = GROUP_CHARS if is_parquet else BLOCK_BYTES
    sent = dataset.in_order_sent
    long = [at for at, each in enumerate(sent) if each.is_long]
    rows = row_blocks(dataset.binary_select(wanted), long, size)
    if is_parquet:
        yield from parquet_blocks(rows, typed_columns(dataset, wanted), encoding.compression)
    else:
        yield from compressed(json_blocks(rows, dataset.columns), encoding.compression)
