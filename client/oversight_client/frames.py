"""A Parquet file as the tables that people work with. Each needs its package: an extra of this one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datasets
    import pandas
    import polars


def as_datasets(path: Path) -> "datasets.Dataset":
    import datasets

    return datasets.Dataset.from_parquet(str(path), keep_in_memory=True)


def as_pandas(path: Path) -> "pandas.DataFrame":
    import pandas

    return pandas.read_parquet(path)


def as_polars(path: Path) -> "polars.DataFrame":
    import polars

    return polars.read_parquet(path)
