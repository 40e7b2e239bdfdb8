"""Datasets that are waited for: row by row, into a file, or into tables."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx

from . import frames
from .addresses import CampaignAddresses, Compression, Format
from .asking import Row, written
from .errors import error_of
from .saving import AS_IT_IS, Saving, bar, how

if TYPE_CHECKING:
    import datasets
    import pandas
    import polars

T = TypeVar("T")


@dataclass(frozen=True)
class Export:
    """A dataset on the server, read in whichever form is asked for."""

    http: httpx.Client
    addresses: CampaignAddresses
    dataset: str
    snapshot: str | None
    rows: Row

    def __iter__(self) -> Iterator[Row]:
        """Yield its rows as they come: nothing is held but the row."""
        with self._stream("jsonl", "none") as response:
            for line in response.iter_lines():
                if line:
                    yield json.loads(line)

    def save(
        self,
        path: Path | str,
        *,
        format: Format | None = None,
        compression: Compression | None = None,
        progress: bool = False,
    ) -> Path:
        """Write it to a file; its name's ending says how where nothing else does.

        What breaks off leaves no half file. Of a snapshot the next call goes on where it broke off.
        """
        saving = Saving(Path(path))
        with (
            self._stream(*how(saving.path, format, compression), saving.headers()) as response,
            saving.opened(response) as stream,
            bar(response, saving.path.name, is_shown=progress) as shown,
        ):
            for block in response.iter_raw():
                stream.write(block)
                shown.update(len(block))
        return saving.path

    def to_datasets(self, *, progress: bool = False) -> "datasets.Dataset":
        return self._loaded(frames.as_datasets, progress)

    def to_pandas(self, *, progress: bool = False) -> "pandas.DataFrame":
        return self._loaded(frames.as_pandas, progress)

    def to_polars(self, *, progress: bool = False) -> "polars.DataFrame":
        return self._loaded(frames.as_polars, progress)

    def _loaded(self, load: Callable[[Path], T], progress: bool) -> T:
        with tempfile.TemporaryDirectory() as folder:
            return load(self.save(Path(folder) / f"{self.dataset}.parquet", progress=progress))

    @contextmanager
    def _stream(
        self, format: Format, compression: Compression, headers: Row | None = None
    ) -> Iterator[httpx.Response]:
        path = self.addresses.export(
            self.dataset, format=format, compression=compression, snapshot=self.snapshot
        )
        asked = AS_IT_IS | (headers or {})
        with self.http.stream("GET", path, params=written(self.rows), headers=asked) as response:
            if not response.is_success:
                response.read()
                raise error_of(response)
            yield response
