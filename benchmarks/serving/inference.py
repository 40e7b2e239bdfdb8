"""The worker's whole path, rows written, against the engines: `python -m benchmarks.serving.inference`.

Behind a server it asks the vLLM that `make test-vllm` makes an environment for, with the starter
learner as its base. Pairs take turns in one run on the same prompts; ratios are medians of pairs'
tokens per second. The last line is one JSON object: `worker_vs_generate` (in process, against the
backend's raw batched `generate`), `worker_vs_one_by_one` (against one prompt at a time, 64 prompts),
`worker_vs_asyncio` (against an asyncio client with 64 requests in flight on the same server) and
`proven_after_s` (from the end of a training to the first answer that is proven to be by it, the median
of three). Without a vLLM the last two are null.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.annotate import provide, say, stop_and_remove
from benchmarks.serving.engine import BASE, KEY, KEY_ENV, PYTHON, Engine
from benchmarks.serving.proving import proven_after, small_update

QUERIES, IN_FLIGHT, ONE_BY_ONE, UPDATES = 256, 64, 64, 3


def main() -> None:
    options = _options()
    var = Path(tempfile.mkdtemp(prefix="oversight-inference-"))
    try:
        provide(var)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        found: dict[str, float | None] = _in_process(options)
        found |= _behind_a_server(var, options)
    finally:
        stop_and_remove(var)
    print(json.dumps(found), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--max-tokens", type=int, default=64)
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs that take turns")
    return parser.parse_args()


def _in_process(options: argparse.Namespace) -> dict[str, float | None]:
    """Measure the starter learner."""
    runs = [_run_in_process(turn, options) for turn in range(options.pairs)]
    worker, raw, single = zip(*runs, strict=True)
    return {
        "worker_vs_generate": _ratio(worker, raw),
        "worker_vs_one_by_one": _ratio(worker, single),
    }


def _run_in_process(turn: int, options: argparse.Namespace) -> list[float]:
    from oversight.loop.services.work import work_through

    round_ = _begin(
        f"process-{turn}", options, {"backend": "transformers", "location": "starter:learner"}
    )
    found = _in_turn(
        turn,
        lambda: _rate(round_, lambda: work_through("inference")),
        lambda: _raw_rate(round_),
        lambda: _single_rate(round_),
    )
    say("tokens/s of the worker, generate, one by one: {:.0f}, {:.0f}, {:.0f}".format(*found))
    return found


def _behind_a_server(var: Path, options: argparse.Namespace) -> dict[str, float | None]:
    """Measure a vLLM that runs meanwhile."""
    if not PYTHON.exists():
        say(f"there is no vLLM at {PYTHON}: make test-vllm makes it")
        return {"worker_vs_asyncio": None, "proven_after_s": None}
    os.environ |= {KEY_ENV: KEY, "MODEL_KEYS": f"{KEY_ENV}=127.0.0.1"}
    engine = Engine(var / "vllm.log", most=IN_FLIGHT)
    engine.start()
    try:
        runs = [_run_behind_a_server(turn, engine.url, options) for turn in range(options.pairs)]
        proven = _proven_after(var, engine.url)
    finally:
        engine.kill()
    return {"worker_vs_asyncio": _ratio(*zip(*runs, strict=True)), "proven_after_s": proven}


def _proven_after(var: Path, url: str) -> float:
    update = small_update(var / "update")
    seconds = [proven_after(url, f"learner-v{n}", update) for n in range(1, UPDATES + 1)]
    say("seconds to the first proven answer: " + ", ".join(f"{each:.2f}" for each in seconds))
    return round(median(seconds), 2)


def _run_behind_a_server(turn: int, url: str, options: argparse.Namespace) -> list[float]:
    from oversight.loop.services.desk import work_at_desk

    place = {"backend": "openai", "location": url, "served_name": BASE, "api_key_env": KEY_ENV}
    round_ = _begin(f"server-{turn}", options, place)
    bodies = [body for at in _units(round_) for body in _bodies(round_, at)]
    found = _in_turn(
        turn,
        lambda: _rate(round_, work_at_desk),
        lambda: asyncio.run(_asyncio_rate(url, bodies)),
    )
    say("tokens/s of the worker, an asyncio client: {:.0f}, {:.0f}".format(*found))
    return found


def _in_turn(turn: int, *sides: Callable[[], float]) -> list[float]:
    """Measure the sides, in the other order every second time: the first finds caches cold."""
    if turn % 2:
        return [side() for side in sides]
    return [side() for side in sides[::-1]][::-1]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return round(median(a / b for a, b in zip(ours, theirs, strict=True)), 3)


def _begin(slug: str, options: argparse.Namespace, place: dict[str, str]) -> Any:
    """Start a round of a campaign with a learner alone; its units of *respond* are made."""
    from models_srv.domains.arithmetic.problems import draw_queries
    from oversight.campaigns.services.queries import text_columns
    from oversight.loop.services.coordinator import advance_round
    from oversight.loop.services.rounds import start_round
    from oversight.models import ActiveVersion, Campaign, ModelVersion, Origin, Query

    campaign = Campaign.objects.create(
        slug=slug,
        name=slug,
        queries_per_round=options.queries,
        samples_per_query=2,
        pool_share=1.0,
        max_tokens=options.max_tokens,
    )
    learner = ModelVersion.objects.create(
        campaign=campaign, role="learner", name="learner", **place
    )
    ActiveVersion.objects.create(campaign=campaign, role="learner", version=learner)
    texts = {query.text for query in draw_queries("train", 2 * options.queries, seed=5)}
    Query.objects.bulk_create(
        Query(campaign=campaign, origin=Origin.IMPORTED, cluster=f"c{n}", **text_columns(text))
        for n, text in enumerate(sorted(texts)[: options.queries])
    )
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    return round_


def _rate(round_: Any, work: Callable[[], object]) -> float:
    """Return the tokens a second of the answers that the worker wrote."""
    from django.db.models import Sum

    from oversight.models import Response

    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    answers = Response.objects.filter(query__round=round_)
    tokens: int = answers.aggregate(n=Sum("tokens"))["n"]
    return tokens / seconds


def _units(round_: Any) -> range:
    from oversight.loop.stages.respond import unit_count

    return range(unit_count(round_))


def _raw_rate(round_: Any) -> float:
    from oversight.loop.stages.respond import ask
    from oversight.versions.services.loading import backend_of

    backend = backend_of(round_.learner)
    units = [[each.request for each in ask(round_, index)] for index in _units(round_)]
    began, tokens = time.perf_counter(), 0
    for unit in units:
        rows = [each.conversation for each in unit for _ in range(each.samples)]
        tokens += sum(len(one.tokens) for one in backend.generate(rows, unit[0].sampling))
    return tokens / (time.perf_counter() - began)


def _single_rate(round_: Any) -> float:
    from oversight.loop.stages.respond import ask
    from oversight.versions.services.loading import backend_of

    backend = backend_of(round_.learner)
    units = [each.request for index in _units(round_) for each in ask(round_, index)]
    began, tokens = time.perf_counter(), 0
    for request in units[:ONE_BY_ONE]:
        (one,) = backend.generate([request.conversation], request.sampling)
        tokens += len(one.tokens)
    return tokens / (time.perf_counter() - began)


def _bodies(round_: Any, index: int) -> list[dict[str, Any]]:
    from models_srv.backends.chat_request import ChatRequest
    from oversight.loop.stages.respond import ask

    name = round_.learner.served_name
    requests = [each.request for each in ask(round_, index)]
    return [ChatRequest(name, each, 0, each.samples).body(frozenset()) for each in requests]


async def _asyncio_rate(url: str, bodies: list[dict[str, Any]]) -> float:
    """Ask by a plain client, so many at a time; return tokens a second."""
    import openai

    places = asyncio.Semaphore(IN_FLIGHT)
    async with openai.AsyncOpenAI(base_url=url, api_key=KEY, timeout=600) as client:

        async def one(body: dict[str, Any]) -> int:
            async with places:
                found = await client.chat.completions.create(**body)
            return sum(len(choice.logprobs.content) for choice in found.choices)

        began = time.perf_counter()
        tokens = sum(await asyncio.gather(*(one(body) for body in bodies)))
        return tokens / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
