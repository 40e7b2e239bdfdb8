"""Whether what a server says can only come from a version's own weights. Pure.

The failure that this is for is silent: the server answers every request under the version's name,
with the weights of its base (or of the version before). So two things must hold of the canary's
log-probabilities: they are the trained ones, but for the arithmetic, and the update is there in full.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models_srv.serving.canary import CanaryText, Logprobs

# Nats a token, on average: what other kernels and 16 bits make of the same weights stays below it.
TOLERANCE = 0.1
# How much of the update may be missing (or too much) for it still to be this one.
SHARE_OFF = 0.25
# A share that is not known better than this proves nothing.
MOST_UNSURE = 0.1
NAMES = {"base": "the base without it", "before": "the version that it was trained from"}


@dataclass(frozen=True)
class Proof:
    """`reason` says in a sentence why it is none, "" where it is one.

    `difference` is the mean distance from the trained log-probabilities in nats a token; `shares`
    say, for each of the weights that may answer in its place, how much of the way from those to the
    version's own the server has gone: 1 is all of it, 0 means that those answer.
    """

    reason: str
    difference: float | None = None
    shares: Mapping[str, float] | None = None

    @property
    def is_proven(self) -> bool:
        return not self.reason


def judge_delivery(texts: Sequence[CanaryText], served: Sequence[Logprobs]) -> Proof:
    """Judge what a server said of each text's answer, as `CanaryText.trained` has it."""
    trained = _flat(text.trained for text in texts)
    said = _flat(served)
    if not trained or len(trained) != len(said):
        return Proof("The server gave no probabilities for the canary's texts.")
    if not all(map(math.isfinite, said)):
        return Proof("The probabilities that the server gave are no numbers.")
    difference = sum(abs(a - b) for a, b in zip(said, trained, strict=True)) / len(said)
    shares, doubts = {}, []
    for name in texts[0].others:
        other = _flat(text.others[name] for text in texts)
        shares[name], unsure = _share(said, trained, other)
        doubts += _doubts(NAMES.get(name, name), shares[name], unsure)
    if difference > TOLERANCE:
        doubts.append(
            f"What it says of the canary's texts is {difference:.2f} nats a token away from what "
            f"the trained weights say; up to {TOLERANCE:g} is arithmetic."
        )
    return Proof(" ".join(doubts), difference, shares)


def judge_without_weights(served: Sequence[Logprobs], base: Sequence[Logprobs]) -> Proof:
    """Judge a version whose weights are not at hand: all that can be seen is that it is not its base."""
    said, other = _flat(served), _flat(base)
    if not said or len(said) != len(other) or not all(map(math.isfinite, said + other)):
        return Proof("The server gave no probabilities for the canary's texts.")
    difference = sum(abs(a - b) for a, b in zip(said, other, strict=True)) / len(said)
    if difference < TOLERANCE / 10:
        return Proof(
            "The server answers with its base: what it says under the version's name is what it "
            "says under its base's.",
            difference,
        )
    return Proof("", difference)


def _share(said: Logprobs, trained: Logprobs, other: Logprobs) -> tuple[float, float]:
    """Return how much of the update is there, and its standard error (inf without an update).

    Least squares of said − other on trained − other, through the origin: noise of the arithmetic
    averages out over the tokens, so that a small update is seen too.
    """
    update = [a - b for a, b in zip(trained, other, strict=True)]
    moved = [a - b for a, b in zip(said, other, strict=True)]
    size = sum(value * value for value in update)
    if not size:
        return 0.0, math.inf
    share = sum(a * b for a, b in zip(update, moved, strict=True)) / size
    left = sum((b - share * a) ** 2 for a, b in zip(update, moved, strict=True))
    return share, math.sqrt(left / max(len(said) - 1, 1) / size)


def _doubts(name: str, share: float, unsure: float) -> list[str]:
    if unsure > MOST_UNSURE:
        return [f"The update is too small to be told from {name}."]
    if abs(share) <= SHARE_OFF:
        return [f"The server answers with {name}: nothing of the update is there."]
    if abs(share - 1) > SHARE_OFF:
        return [f"Of the update from {name} {100 * share:.0f} % is there, not all of it."]
    return []


def _flat(rows: Iterable[Logprobs]) -> Logprobs:
    return tuple(value for row in rows for value in row)
