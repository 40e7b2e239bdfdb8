"""What of the installation needs somebody, in sentences."""

from collections.abc import Collection, Iterable
from typing import Protocol

from oversight.policies.durations import in_words

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
                f"{in_words(row.oldest_seconds)}. More workers of this queue would help."
            )
    found += [f"{name} has not said for a while that it is there." for name in silent]
    found += [
        f"{name} runs older code and leaves newer rounds alone: restart it." for name in older
    ]
    return found


def _unserved(row: Work) -> str:
    waits = f": {_units(row.due)} wait{'s' if row.due == 1 else ''}" if row.due else ""
    return f"No worker takes work from “{row.name}”{waits}."


def _units(count: int) -> str:
    return "1 piece of work" if count == 1 else f"{count:,} pieces of work"
