"""What is counted of web and workers, for Prometheus.

Each process writes its counts to a file of its own in one folder; whoever is asked adds them up.
No label holds a text or an id: routes, stages, roles, queues and servers are few.
"""

import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from oversight.embedded import var_folder

# Read once by prometheus_client, as it is imported.
FOLDER = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(var_folder() / "metrics")))
FOLDER.mkdir(parents=True, exist_ok=True)

from prometheus_client import (  # noqa: E402
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

logger = logging.getLogger(__name__)

FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)
DAYS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

REQUESTS = Counter(
    "oversight_requests", "Requests that were answered.", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "oversight_request_seconds", "How long an answer took.", ["route"], buckets=FAST
)
UNITS = Counter(
    "oversight_units",
    "Units of work by how an attempt ended: done, waits, again, failed, dropped.",
    ["stage", "outcome"],
)
UNIT_SECONDS = Histogram(
    "oversight_unit_seconds", "From the claim of a unit to its end.", ["stage"], buckets=SLOW
)
STAGE_SECONDS = Histogram(
    "oversight_stage_seconds", "From a stage's first unit to its last.", ["stage"], buckets=DAYS
)
GENERATIONS = Counter(
    "oversight_generations",
    "Answers of models by how they ended: stop, length, error.",
    ["role", "server", "finish"],
)
GENERATION_SECONDS = Histogram(
    "oversight_generation_seconds", "One batch of a model.", ["role", "server"], buckets=SLOW
)
BATCH_SIZE = Histogram(
    "oversight_batch_size", "Conversations in one batch.", ["role", "server"], buckets=SIZES
)
TOKENS = Counter(
    "oversight_tokens", "Tokens read (prompt) and written (completion).", ["role", "server", "kind"]
)
MODEL_FAILURES = Counter(
    "oversight_model_failures", "Batches that gave nothing, by the kind of error.",
    ["role", "server", "error"],
)  # fmt: skip


# Read as it is asked for: its name, what it is, a label, and a figure for each of the label's values.
Figure = tuple[str, str, str, Mapping[str, float]]


class Measured(Collector):
    """The figures as Prometheus takes them."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, words, label, values in self._figures:
            family = GaugeMetricFamily(name, words, labels=[label])
            for value, figure in values.items():
                family.add_metric([value], figure)
            yield family


def exposition(figures: Iterable[Figure] = (), *, folder: Path = FOLDER) -> bytes:
    """Return the counts of every process that writes to the folder, and the figures, as text."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(Measured(figures))
    return generate_latest(registry)


def serve_counts(host: str, port: int, *, folder: Path = FOLDER) -> None:
    """Answer at an address of its own with the counts of every process that writes to the folder.

    Where another worker of this machine has the address already, its answer is the same.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        logger.warning("metrics are not served at %s:%s: %s", host, port, error.strerror)


def forget_counts(folder: Path = FOLDER) -> None:
    """Begin at nothing: for who starts all processes of the folder anew."""
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)
