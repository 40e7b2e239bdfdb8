"""How varied texts are, and how often one of several samples is right: textbook figures. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import comb, exp, log

import numpy as np

Words = Sequence[str]
LONGEST_NGRAM = 4
ALMOST_NONE = 0.1  # n-grams taken to match where none does (Chen and Cherry, 2014, method 1)
GROUPS = 20  # of the jackknife


def distinct_2(texts: Sequence[Words]) -> float | None:
    """Return distinct pairs of neighbouring words over all of them (Li et al., 2016).

    As `models_srv.evaluation.distinct_2`, of texts that are words already. None where there is no pair.
    """
    pairs = [pair for text in texts for pair in pairwise(text)]
    return len(set(pairs)) / len(pairs) if pairs else None


def self_bleu(texts: Sequence[Words]) -> list[float]:
    """Return for each text its BLEU against all the others: 1 where it says nothing new.

    Their mean is self-BLEU (Zhu et al., *Texygen*, 2018). N-grams up to LONGEST_NGRAM or the text's
    own length. A text without a word has 0; so has a single one.
    """
    counts = [[_ngrams(text, n) for n in range(1, LONGEST_NGRAM + 1)] for text in texts]
    most = [_two_highest([each[n] for each in counts]) for n in range(LONGEST_NGRAM)]
    lengths = [len(text) for text in texts]
    return [
        _bleu(at, counts[at], most, lengths) if lengths[at] and len(texts) > 1 else 0.0
        for at in range(len(texts))
    ]


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Return the chance that of k samples one is right, 1 − C(n−c, k) / C(n, k), without bias.

    (Chen et al., *Evaluating Large Language Models Trained on Code*, 2021, equation 1.)
    """
    if not 0 <= right <= samples or not 1 <= k <= samples:
        raise ValueError(f"{right} right of {samples} samples, {k} taken")
    return 1 - comb(samples - right, k) / comb(samples, k)


def jackknife_deviation(
    count: int, figure: Callable[[Sequence[int]], float | None]
) -> float | None:
    """Return the standard deviation of `figure`, a function of which of `count` units are kept.

    Delete-a-group jackknife (Kott, 2001): it recomputes the figure GROUPS times, for figures that are no
    means and whose bootstrap would be off, since a unit drawn twice says nothing new. None where the
    figure cannot be told without some group.
    """
    groups = min(GROUPS, count)
    left_out = [
        figure([at for at in range(count) if at % groups != group]) for group in range(groups)
    ]
    values = [each for each in left_out if each is not None]
    if groups < 2 or len(values) < groups:
        return None
    spread = np.sum((np.array(values) - np.mean(values)) ** 2)
    return float(np.sqrt((groups - 1) / groups * spread))


def _ngrams(text: Words, n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(text[at : at + n]) for at in range(len(text) - n + 1))


Highest = dict[tuple[str, ...], tuple[int, int, int]]  # highest count, whose it is, the next one


def _two_highest(counts: Sequence[Counter[tuple[str, ...]]]) -> Highest:
    """Return the two highest counts of each n-gram: of the others of any text, one is the highest."""
    found: Highest = {}
    for owner, each in enumerate(counts):
        for ngram, times in each.items():
            first, whose, second = found.get(ngram, (0, -1, 0))
            found[ngram] = (
                (times, owner, first) if times > first else (first, whose, max(second, times))
            )
    return found


def _bleu(
    at: int,
    counts: Sequence[Counter[tuple[str, ...]]],
    most: Sequence[Highest],
    lengths: Sequence[int],
) -> float:
    logs = []
    for own, highest in zip(counts, most, strict=True):
        total = sum(own.values())
        if not total:
            break
        matched = 0
        for ngram, times in own.items():
            first, whose, second = highest[ngram]
            matched += min(times, second if whose == at else first)
        logs.append(log((matched or ALMOST_NONE) / total))
    nearest = min(
        (length for other, length in enumerate(lengths) if other != at),
        key=lambda length: (abs(length - lengths[at]), length),
    )
    brevity = 1.0 if lengths[at] > nearest else exp(1 - nearest / lengths[at])
    return min(1.0, brevity * exp(sum(logs) / len(logs)))
