"""Coordinator, queues and the desk with thousands of requests in flight, against a stub on loopback.

    python -m benchmarks.serving.scale --sizes 2500 10000 --seconds 5

Each size is a round of so many queries, in a database of its own: each is answered twice by one request,
and each answer criticised by one. The server takes all that it is asked at once and answers after some
seconds. The last line is one JSON object: of the largest size `in_flight` (the most at a time),
`statements_per_query` (of PostgreSQL), `cpu_ms_per_request` (this process is the whole worker) and
`units_lost`; and what two of these are at the largest size to what they are at the smallest,
`statements_ratio` and `cpu_ratio`: near 1 where nothing is quadratic.
"""

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.annotate import provide, say, stop_and_remove
from benchmarks.serving.stub_server import Stub, open_more_files

SIZES = [2_500, 10_000]
SLUG, SAMPLES = "scale", 2


def main() -> None:
    options = _options()
    open_more_files()
    var = Path(options.var or tempfile.mkdtemp(prefix="oversight-scale-"))
    try:
        provide(var)
        runs = [_run(size, options.seconds) for size in options.sizes]
    finally:
        if not options.var:
            stop_and_remove(var)
    least, most = runs[0], runs[-1]
    ratios = {
        "statements_ratio": _ratio(most, least, "statements_per_query"),
        "cpu_ratio": _ratio(most, least, "cpu_ms_per_request"),
    }
    print(json.dumps(most | ratios), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="queries of a round")
    parser.add_argument("--seconds", type=float, default=5.0, help="until the server answers")
    parser.add_argument("--var", help="keep the databases here")
    return parser.parse_args()


def _ratio(most: dict[str, Any], least: dict[str, Any], name: str) -> float:
    return round(most[name] / least[name], 2)


def _run(size: int, seconds: float) -> dict[str, Any]:
    from benchmarks.annotate_items import use_database

    use_database(f"scale_{size}")
    with Stub(seconds) as stub:
        _let_servers_take(size)
        round_ = _begin(stub.url, size)
        found = _work(round_)
        counted = stub.stop()
    run = {
        "queries": size,
        "requests": counted["requests"],
        "in_flight": counted["most"],
        "seconds": round(found["seconds"], 1),
        "statements_per_query": round(found["statements"] / size, 2),
        "cpu_ms_per_request": round(1000 * found["cpu"] / counted["requests"], 2),
        "units_lost": _units_lost(round_, size, counted["requests"]),
    }
    say(json.dumps(run))
    return run


def _let_servers_take(size: int) -> None:
    """Set what is in flight of every model, from the start: how much the stub takes is known."""
    from models_srv.backends import window
    from oversight.versions.services import loading

    window.START = float(size)

    real = loading.spec_of

    def spec_of(version: Any) -> Any:
        spec = real(version)
        return replace(spec, options=replace(spec.options, concurrency=size, timeout_seconds=3600))

    loading.spec_of = spec_of


def _begin(url: str, size: int) -> Any:
    from oversight.campaigns.services.queries import text_columns
    from oversight.loop.services.rounds import start_round
    from oversight.models import ActiveVersion, BackendKind, Campaign, ModelVersion, Origin, Query

    campaign = Campaign.objects.create(
        slug=SLUG, name=SLUG, queries_per_round=size, samples_per_query=SAMPLES, pool_share=1.0
    )
    for role in ("learner", "critic"):
        version = ModelVersion.objects.create(
            campaign=campaign,
            role=role,
            name=role,
            backend=BackendKind.OPENAI,
            location=url,
            served_name=role,
        )
        ActiveVersion.objects.create(campaign=campaign, role=role, version=version)
    texts = (f"What is {number} + {number}?" for number in range(size))
    Query.objects.bulk_create(
        (
            Query(
                campaign=campaign,
                origin=Origin.IMPORTED,
                cluster=f"c{number}",
                **text_columns(text),
            )
            for number, text in enumerate(texts)
        ),
        batch_size=1000,
    )
    return start_round(campaign=campaign)


def _work(round_: Any) -> dict[str, float]:
    """Let the coordinator and the desk do the round until people or other stages are next."""
    from django.db import connection

    from oversight.loop.services.coordinator import coordinate
    from oversight.loop.services.desk import work_at_desk
    from oversight.models import Stage

    statements = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*args)

    began, used = time.monotonic(), time.process_time()
    with connection.execute_wrapper(count):
        while round_.stage in (Stage.ATTACK, Stage.RESPOND, Stage.CRITIQUE):
            coordinate()
            work_at_desk()
            round_.refresh_from_db(fields=["stage"])
    return {
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - used,
        "statements": statements,
    }


def _units_lost(round_: Any, size: int, requests: int) -> int:
    """Return how many units are not done; SystemExit where an answer is missing or was asked twice."""
    from oversight.models import Critique, Response

    counts = [Response.objects.count(), Critique.objects.count(), requests]
    if counts != [SAMPLES * size, SAMPLES * size, size + SAMPLES * size]:
        raise SystemExit(f"{counts} answers, critiques and requests of {size} queries")
    stages = ("respond", "critique")
    lost: int = round_.units.filter(stage__in=stages).exclude(state="done").count()
    return lost


if __name__ == "__main__":
    main()
