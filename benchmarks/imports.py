"""How fast files come in: queries imported into an empty database, at growing sizes.

    python -m benchmarks.imports --pairs 20000 1000000

Each size is a database of its own. Beside each, the same rows by a bare COPY into the same tables. The
line before the last is of queries alone: rates in rows per second, and how the time grows with the
size (`--sizes`). The last line is of queries with two responses to compare, as `--pairs` says how many:
`{"runs": [{"rows", "rows_per_s", "ratio_to_copy", "mib_grown"}]}`, the ratio one of processor seconds,
the growth that of this process's memory from the first batch's end.
"""

import argparse
import io
import json
import os
import resource
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from benchmarks.annotate import provide, stop_and_remove

SIZES = [20_000]
PAIRS = [20_000, 1_000_000]
TABLES = ["oversight_query", "oversight_response", "oversight_reviewitem"]
ANSWERS = [
    "She has {n} and gives away {m}.\nSo {left} are left.",
    "Ann has {n}, Tom has {m}.\nTogether that is {all}.",
]
SHAPES = {
    "problems": "{n}: Ann has {n} marbles and gives {m} to Tom. How many marbles has Ann now? "
    "Work it out one step a line, and end with the result.",
    "short": "q{n}",
}


def main() -> None:
    options = _options()
    var = Path(options.var or tempfile.mkdtemp(prefix="oversight-bench-"))
    try:
        provide(var)
        runs = [_run(shape, size) for shape in options.shapes for size in options.sizes]
        pairs = []
        for rows in options.pairs:
            pairs.append(_run_pairs(rows))
            print(pairs[-1], flush=True)
    finally:
        if not options.var:
            stop_and_remove(var)
    growth = {shape: _growth(runs, shape) for shape in options.shapes}
    print(json.dumps({"runs": runs, "growth": growth}), flush=True)
    print(json.dumps({"runs": pairs}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--shapes", nargs="+", choices=sorted(SHAPES), default=sorted(SHAPES))
    parser.add_argument("--pairs", type=int, nargs="+", default=PAIRS)
    parser.add_argument("--var", help="Keep the databases here.")
    return parser.parse_args()


def _run(shape: str, size: int) -> dict[str, Any]:
    """Import into an empty database, then copy the rows that came of it into its emptied table."""
    from benchmarks.annotate_items import use_database
    from oversight.data.services.imports import ImportRequest, import_campaign

    use_database(f"{shape}_{size}")
    content = _file(shape, size)
    request = ImportRequest(format="queries-jsonl", slug="bench")
    began, used = time.perf_counter(), _processor_seconds()
    imported = import_campaign(stream=io.BytesIO(content), request=request)
    seconds, used = time.perf_counter() - began, _processor_seconds() - used
    if imported.counts["queries"] != size:
        raise SystemExit(f"{imported.counts} of {size}")
    run = {
        "shape": shape,
        "size": size,
        "seconds": round(seconds, 2),
        "processor_seconds": round(used, 2),
        "per_second": round(size / seconds),
        "of_bare_copy": round(_bare_copy() / used, 3),
    }
    print(run, flush=True)
    return run


def _run_pairs(rows: int) -> dict[str, Any]:
    """Import queries with two responses to compare, then copy all that came of it."""
    from benchmarks.annotate_items import use_database

    use_database(f"pairs_{rows}")
    with tempfile.TemporaryFile() as stream:
        for n in range(rows):
            stream.write(_pair(n))
        _import_some(stream, 8000)
        stream.seek(0)
        memory, used = _peak_mib(), _processor_seconds()
        began = time.perf_counter()
        count = _import_pairs(stream, rows)
        seconds, used = time.perf_counter() - began, _processor_seconds() - used
    if count != 2 * rows:
        raise SystemExit(f"{count} responses of {rows} rows")
    return {
        "rows": rows,
        "rows_per_s": round(rows / seconds),
        "ratio_to_copy": round(_bare_copies() / used, 3),
        "mib_grown": round(_peak_mib() - memory, 1),
    }


def _import_pairs(stream: IO[bytes], rows: int) -> int:
    """Import the file as a worker does, saying now and then how far it is; return the responses."""
    from oversight.data.services.imports import File, Target, import_into
    from tests.factories import make_campaign

    began, step = time.perf_counter(), max(rows // 10, 1)
    next_told = step

    def watch(done: int, taken: int) -> None:
        nonlocal next_told
        if done >= next_told:
            next_told += step
            per_second = round(done / (time.perf_counter() - began))
            print(f"{done:,} of {rows:,}: {per_second}/s, {_peak_mib():.0f} MiB", flush=True)

    target = Target(make_campaign(slug="bench"), 0.1)
    imported = import_into(target=target, file=File(stream, "compare", watch=watch))
    return imported.counts["responses"]


def _import_some(stream: Any, rows: int) -> None:
    """Import the first rows into a campaign that is dropped: what is loaded once is not growth."""
    from oversight.data.services.imports import ImportRequest, import_campaign

    stream.seek(0)
    some = io.BytesIO(b"".join(line for line, _ in zip(stream, range(rows), strict=False)))
    import_campaign(stream=some, request=ImportRequest(format="compare", slug="first"))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")


def _pair(n: int) -> bytes:
    m = n % 97
    answers = [words.format(n=n, m=m, left=n - m, all=n + m) for words in ANSWERS]
    row = {"prompt": SHAPES["problems"].format(n=n, m=m), "responses": answers}
    return json.dumps(row).encode() + b"\n"


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bare_copies() -> float:
    """Return the processor seconds of one COPY of each table's own rows into it, indexes and all."""
    from django.db import connection

    with ExitStack() as files, connection.cursor() as cursor:
        kept = [files.enter_context(tempfile.TemporaryFile()) for _ in TABLES]
        for table, file in zip(TABLES, kept, strict=True):
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                file.writelines(bytes(block) for block in copy)
            file.seek(0)
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        used = _processor_seconds()
        for table, file in zip(TABLES, kept, strict=True):
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                while block := file.read(2**16):
                    copy.write(block)
        return _processor_seconds() - used


def _file(shape: str, size: int) -> bytes:
    texts = (SHAPES[shape].format(n=n, m=n % 97) for n in range(size))
    return "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


def _processor_seconds() -> float:
    """Return what this process and its server process have used: it hangs on no other work."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _bare_copy() -> float:
    """Return the processor seconds of one COPY of the table's own rows into it, indexes and all."""
    from django.db import connection

    with connection.cursor() as cursor:
        with cursor.copy("COPY oversight_query TO STDOUT") as copy:
            content = b"".join(bytes(block) for block in copy)
        cursor.execute("TRUNCATE oversight_query CASCADE")
        used = _processor_seconds()
        with cursor.copy("COPY oversight_query FROM STDIN") as copy:
            copy.write(content)
        return _processor_seconds() - used


def _growth(runs: list[dict[str, Any]], shape: str) -> float:
    """Return how much more of the processor a row of the largest takes than one of the smallest."""
    own = [run for run in runs if run["shape"] == shape]
    first, last = own[0], own[-1]
    return round(
        (last["processor_seconds"] / first["processor_seconds"]) / (last["size"] / first["size"]), 2
    )


if __name__ == "__main__":
    main()
