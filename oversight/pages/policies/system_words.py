"""What of the installation needs somebody, in sentences."""

from collections.abc import Collection, Iterable
from typing import Protocol

QUEUES = {
    "control": "Steps between the models: routing, collecting, webhooks, mail",
    "inference": "Models that run in the workers",
    "servers": "Models behind a server",
    "training": "Trainings",
}
LONG_SECONDS = 120


class Work(Protocol):
    """What of a queue is looked at."""

    @property
    def name(self) -> str: ...
    @property
    def messages(self) -> int | None: ...
    @property
    def due(self) -> int: ...
    @property
    def oldest_seconds(self) -> float: ...


def problems(
    work: Iterable[Work],
    served: Collection[str],
    *,
    silent: Collection[str] = (),
    older: Collection[str] = (),
    low_disks: Collection[str] = (),
) -> list[str]:
    """Return what is wrong, the most pressing first; nothing where all is well.

    `served` are the queues that some worker takes from; `silent`, `older`: workers that do not say
    that they are there, and whose code is older than ours.
    """
    rows = list(work)
    found = [f"The disk of {disk} is almost full." for disk in low_disks]
    if any(row.messages is None for row in rows):
        found.append("Redis does not answer: workers are not woken, and nothing goes on.")
    for row in rows:
        if row.name not in served:
            found.append(_unserved(row))
        elif row.due and row.oldest_seconds > LONG_SECONDS:
            found.append(
                f"“{row.name}” is behind: {_units(row.due)} could be done and the first has waited for "
                f"{duration(row.oldest_seconds)}. More workers of this queue would help."
            )
    found += [f"{name} has not said for a while that it is there." for name in silent]
    found += [
        f"{name} runs older code and leaves newer rounds alone: restart it." for name in older
    ]
    return found


def duration(seconds: float) -> str:
    """Return a time in the largest whole unit that fits."""
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return _counted(int(seconds // size), name)
    return _counted(int(seconds), "second")


def _unserved(row: Work) -> str:
    waits = f": {_units(row.due)} wait{'s' if row.due == 1 else ''}" if row.due else ""
    return f"No worker takes work from “{row.name}”{waits}."


def _units(count: int) -> str:
    return _counted(count, "piece", "pieces") + " of work"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many or one + 's'}"
