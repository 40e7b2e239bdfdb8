"""Items' posteriors as a file."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def write_posteriors(
    path: Path, values: Sequence[str], rows: Iterable[tuple[str, Mapping[str, float]]]
) -> None:
    """Write P(true value) of each item: JSON lines of item and p, or CSV with a column per value."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        if path.suffix == ".jsonl":
            for item, p in rows:
                stream.write(json.dumps({"item": item, "p": p}, ensure_ascii=False) + "\n")
            return
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["item", *(f"p:{value}" for value in values)])
        writer.writerows([item, *p.values()] for item, p in rows)
