"""Queries that are nearly another one, by MinHash: reported, and kept apart as what they are.

What is the same query is exact, and what is on one side of the split follows from its cluster; this
only tells whoever imports that a file repeats itself in other words.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from rensa import RMinHash, RMinHashLSH

SHOWN = 100
# 16 bands of 4: two texts that share three quarters of their word pairs meet with p = .998.
PERMUTATIONS, BANDS = 64, 16
SEED = 1
LEAST = 0.8
# So many texts are compared, in some 60 MB; of a longer file the rest is not.
MOST = 100_000
MOST_CHARS = 4000
WORD = re.compile(r"\w+")


class NearCopies:
    """How many queries are nearly one that came before; `first` are (line, the other's line)."""

    def __init__(self) -> None:
        self._index = RMinHashLSH(LEAST, PERMUTATIONS, BANDS)
        self._sketches: dict[int, RMinHash] = {}
        self.count = 0
        self.first: list[tuple[int, int]] = []
        self.compared = 0

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Compare the texts, by the lines that they stand in, with what came before."""
        for line, text in texts:
            if self.compared >= MOST:
                return
            self.compared += 1
            sketch = _sketch(text)
            if sketch is None:
                continue
            near = self._nearest(sketch)
            if near is None:
                self._index.insert(line, sketch)
                self._sketches[line] = sketch
                continue
            self.count += 1
            if len(self.first) < SHOWN:
                self.first.append((line, near))

    def _nearest(self, sketch: RMinHash) -> int | None:
        found = [
            line
            for line in self._index.query(sketch)
            if sketch.jaccard(self._sketches[line]) >= LEAST
        ]
        return min(found, default=None)


def _sketch(text: str) -> RMinHash | None:
    """Return the sketch of a text's pairs of words; None where it has too few to be like another."""
    words = WORD.findall(text[:MOST_CHARS].casefold())
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    if len(pairs) < 4:
        return None
    sketch = RMinHash(PERMUTATIONS, SEED)
    sketch.update(pairs)
    return sketch
