"""Fixed texts, and how likely a version's weights find them: what its servers have to say too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Logprobs = tuple[float, ...]

KEPT_TEXTS = 8
_DIGITS = 6


@dataclass(frozen=True)
class CanaryText:
    """Token ids of a prompt and of an answer, which begins at `start`.

    `trained` are the natural-log probabilities of the answer's tokens, each given all before it, by
    the version's weights; `others` the same by weights that may answer in its place: the base's, and
    those of the version that it was trained from.
    """

    ids: tuple[int, ...]
    start: int
    trained: Logprobs
    others: Mapping[str, Logprobs]


def canary_to_json(texts: Sequence[CanaryText]) -> dict[str, Any]:
    """Return what `canary_of` reads."""
    return {
        "texts": [
            {
                "ids": list(text.ids),
                "start": text.start,
                "trained": _rounded(text.trained),
                "others": {name: _rounded(values) for name, values in text.others.items()},
            }
            for text in texts
        ]
    }


def canary_of(stored: Mapping[str, Any]) -> list[CanaryText]:
    """Return the texts that were stored; none where nothing was measured."""
    return [
        CanaryText(
            ids=tuple(row["ids"]),
            start=row["start"],
            trained=tuple(row["trained"]),
            others={name: tuple(values) for name, values in row["others"].items()},
        )
        for row in stored.get("texts", [])
    ]


def most_changed(texts: Sequence[CanaryText], count: int = KEPT_TEXTS) -> list[CanaryText]:
    """Return the texts that tell the version best from what may answer in its place."""
    return sorted(texts, key=_least_change, reverse=True)[:count]


def _least_change(text: CanaryText) -> float:
    """Return the mean square by which the version differs from whichever is nearest to it."""
    changes = [
        sum((mine - theirs) ** 2 for mine, theirs in zip(text.trained, other, strict=True))
        for other in text.others.values()
    ]
    return min(changes, default=0.0) / max(len(text.trained), 1)


def _rounded(values: Logprobs) -> list[float]:
    return [round(value, _DIGITS) for value in values]
