"""Credit: which tokens of a pair a preference loss listens to.

A label says that one answer is better, a critique says where the other one is at fault. Tokens that
both answers have taught nothing of the difference, and lowering them in the rejected answer lowers
them in the chosen one too. What follows a fault need not be wrong by itself: of `49 + 8 = 57`, where
8 was to be taken away, the sum is right. Masks over spans in DPO's form are Mask-DPO's (Gu et al.,
2025).
"""

from collections.abc import Sequence
from dataclasses import dataclass

Flags = Sequence[bool]


@dataclass(frozen=True)
class Credit:
    """How much a token counts, where 1 is a token of an answer in plain DPO. The factors multiply.

    `shared_weight` is of a token that both answers have, by the fewest edits between them. A rejected
    token in a quote of the critique counts `quote_weight` times as much, a chosen one so many times
    less. `later_weight` is of the rejected tokens behind the first fault: the first one that differs,
    among those in quotes where one of these does.
    """

    shared_weight: float = 1.0
    quote_weight: float = 1.0
    later_weight: float = 1.0

    @property
    def is_even(self) -> bool:
        return self == Credit()


def token_credit(
    chosen: Sequence[int], rejected: Sequence[int], quoted: tuple[Flags, Flags], credit: Credit
) -> tuple[list[float], list[float]]:
    """Return the weights of the chosen and of the rejected answer's tokens.

    `quoted` says of each token whether it stands in a quote, chosen first.
    """
    up, down = shared_tokens(chosen, rejected)
    weights = _weights(up, quoted[0], credit.shared_weight, 1 / credit.quote_weight)
    lowered = _weights(down, quoted[1], credit.shared_weight, credit.quote_weight)
    behind = first_fault(down, quoted[1]) + 1
    return weights, lowered[:behind] + [each * credit.later_weight for each in lowered[behind:]]


def first_fault(shared: Flags, quoted: Flags) -> int:
    """Return the place of the first token that differs, in quotes before others; the last if none."""
    differing = [at for at, is_shared in enumerate(shared) if not is_shared]
    in_quotes = [at for at in differing if quoted[at]]
    return next(iter(in_quotes or differing), len(shared) - 1)


def shared_tokens(chosen: Sequence[int], rejected: Sequence[int]) -> tuple[list[bool], list[bool]]:
    """Say of each token whether the fewest edits that make one answer the other leave it alone."""
    from rapidfuzz.distance import Levenshtein

    up, down = [False] * len(chosen), [False] * len(rejected)
    for block in Levenshtein.opcodes(chosen, rejected):
        if block.tag == "equal":
            for side, start, end in (
                (up, block.src_start, block.src_end),
                (down, block.dest_start, block.dest_end),
            ):
                side[start:end] = [True] * (end - start)
    return up, down


def _weights(shared: Flags, quoted: Flags, if_shared: float, if_quoted: float) -> list[float]:
    return [
        (if_shared if is_shared else 1.0) * (if_quoted if is_quoted else 1.0)
        for is_shared, is_quoted in zip(shared, quoted, strict=True)
    ]
