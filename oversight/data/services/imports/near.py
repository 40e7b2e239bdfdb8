"""Queries that are nearly another one, by MinHash: reported, and kept apart as what they are.

What is the same query is exact, and what is on one side of the split follows from its cluster; this
only tells whoever imports that a file repeats itself in other words. Of each band of a sketch the first
text alone is remembered: so one text is compared with a dozen others at most, however alike all are.
(Broder, *On the resemblance and containment of documents*, 1997.)
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rensa import RMinHash

SHOWN = 100
# 12 bands of 4: two texts that share four fifths of their word pairs meet with p = .998.
BANDS, ROWS = 12, 4
SEED = 1
LEAST = 0.8
# So many texts are compared, in some 50 MB and two seconds; of a longer file the rest is not.
MOST = 25_000
MOST_CHARS = 4000
LEAST_PAIRS = 4
WORD = re.compile(r"\w+")


class NearCopies:
    """How many queries are nearly one that came before; `first` are (line, the other's line).

    `is_cut_short`: there were more than are compared.
    """

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._sketches: dict[int, RMinHash] = {}
        self.count = 0
        self.first: list[tuple[int, int]] = []
        self.compared = 0
        self.is_cut_short = False

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Compare the texts, by the lines that they stand in, with what came before."""
        for line, text in texts:
            if self.compared >= MOST:
                self.is_cut_short = True
                return
            self.compared += 1
            pairs = _pairs(text)
            if len(pairs) >= LEAST_PAIRS:
                self._meet(line, _sketch(pairs))

    def _meet(self, line: int, sketch: RMinHash) -> None:
        bands = list(_bands(sketch))
        met = {self._first[band] for band in bands if band in self._first}
        near = [other for other in met if sketch.jaccard(self._sketches[other]) >= LEAST]
        if near:
            self.count += 1
            if len(self.first) < SHOWN:
                self.first.append((line, min(near)))
            return
        self._sketches[line] = sketch
        for band in bands:
            self._first.setdefault(band, line)


def _pairs(text: str) -> list[str]:
    words = WORD.findall(text[:MOST_CHARS].casefold())
    return [f"{one} {other}" for one, other in pairwise(words)]


def _sketch(pairs: list[str]) -> RMinHash:
    sketch = RMinHash(BANDS * ROWS, SEED)
    sketch.update(pairs)
    return sketch


def _bands(sketch: RMinHash) -> Iterator[int]:
    """Yield a number for each band; numbers hash to the same everywhere."""
    digest = sketch.digest()
    for band in range(BANDS):
        yield hash((band, *digest[band * ROWS : (band + 1) * ROWS]))
