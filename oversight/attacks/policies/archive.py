"""A quality-diversity archive: which earlier queries the next attacks start from. Pure, seeded.

MAP-Elites (Mouret and Clune, *Illuminating search spaces by mapping elites*, 2015; Samvelyan et al.,
*Rainbow Teaming*, 2024): the best query of each cell is kept, and parents are drawn by cells, not by
queries, so that one hole with many queries is not found again and again.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from oversight.attacks.policies.likeness import Grams, grams, nearest

FRESH_SHARE = 0.75  # of the parents: queries of no cell yet, those least like what was found
LOOKED_AT = 40  # fresh queries drawn to choose the least alike of


@dataclass(frozen=True)
class Found:
    """A query that was tried. `style` is what sets it apart from others of its kind: the way in which
    it fails, or its wording. `quality` in [0, 1]: 1 for a confirmed failure, 0 for none or unfair."""

    key: int
    kind: str
    style: str
    text: str
    quality: float


@dataclass
class Cell:
    """A kind and a style with the best query found there, and how often it was found."""

    elite: Found
    visits: int = 1


class Archive:
    """The cells in the order in which they were found. Only failures have one."""

    def __init__(self, found: Sequence[Found] = ()) -> None:
        self.cells: dict[tuple[str, str], Cell] = {}
        self._found: dict[str, list[Grams]] = defaultdict(list)
        for each in found:
            self.add(each)

    def add(self, found: Found) -> None:
        """Take a query in; of those of one cell the best stays, of equal ones the latest: it failed a
        learner that may have mended what the others found."""
        if found.quality <= 0:
            return
        cell = self.cells.get((found.kind, found.style))
        if cell is None:
            self.cells[found.kind, found.style] = Cell(found)
            self._found[found.kind].append(grams(found.text))
        else:
            cell.visits += 1
            if found.quality >= cell.elite.quality:
                cell.elite = found

    def parents(
        self, kinds: Sequence[str], fresh: Sequence[Found], seed: int
    ) -> list[Found | None]:
        """Return the query to start from for each of `kinds`, None where there is none at all.

        FRESH_SHARE of them are of `fresh`, queries that have no cell, and least like what was found; the
        others are elites, of cells that were found seldom rather than often.
        """
        rng = random.Random(seed)
        by_kind: dict[str, list[Found]] = defaultdict(list)
        for each in fresh:
            by_kind[each.kind].append(each)
        taken: Counter[int] = Counter()
        known: dict[int, float] = {}
        return [self._parent(kind, by_kind[kind], taken, known, rng) for kind in kinds]

    def _parent(
        self,
        kind: str,
        fresh: Sequence[Found],
        taken: Counter[int],
        known: dict[int, float],
        rng: random.Random,
    ) -> Found | None:
        """`known`: how much alike each fresh query is to what was found, once it was asked for."""
        cells = [cell for (of, _), cell in self.cells.items() if of == kind]
        untaken = [each for each in fresh if not taken[each.key]] or fresh
        if untaken and (not cells or rng.random() < FRESH_SHARE):
            drawn = rng.sample(untaken, min(len(untaken), LOOKED_AT))
            for each in drawn:
                if each.key not in known:
                    known[each.key] = nearest(grams(each.text), self._found[kind])
            chosen = min(drawn, key=lambda each: known[each.key])
        elif cells:
            weights = [1 / (cell.visits + taken[cell.elite.key]) for cell in cells]
            chosen = rng.choices(cells, weights)[0].elite
        else:
            return None
        taken[chosen.key] += 1
        return chosen
