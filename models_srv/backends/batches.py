"""Rows in batches that fit in memory: where one does not, it is halved and the work goes on."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from models_srv.backends.memory import TokenBudget, is_out_of_memory
from models_srv.types import ModelUnavailable

Row = TypeVar("Row")


class Batches:
    """Runs a model's rows. What did not fit once is not tried again as long as the model is held."""

    def __init__(self, budget: TokenBudget, title: str) -> None:
        self.budget = budget
        self._title = title

    def run(
        self, lengths: Mapping[int, int], work: Callable[[list[int]], list[Row]]
    ) -> dict[int, Row]:
        """Return what `work` makes of each row, asked by batches of like lengths (less padding).

        `lengths` has the most tokens that a row may come to; of equal ones its order is kept. Raises
        ModelUnavailable where one row alone is too much.
        """
        done: dict[int, Row] = {}
        waiting = sorted(lengths, key=lambda row: lengths[row])
        sizes = [lengths[row] for row in waiting]
        at = 0
        while at < len(waiting):
            count = self.budget.fitting(sizes[at : at + self.budget.rows])
            batch = waiting[at : at + count]
            found = self._try(batch, work, sizes[at + count - 1])
            if found is None:
                self.budget = self.budget.below(sizes[at : at + count])
                continue
            done.update(zip(batch, found, strict=True))
            at += count
        return done

    def _try(
        self, batch: list[int], work: Callable[[list[int]], list[Row]], longest: int
    ) -> list[Row] | None:
        """Return what became of the batch, None where there was no memory for it."""
        try:
            return work(batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(batch) == 1:
                raise ModelUnavailable(
                    f"{self._title} ran out of memory on one row of at most {longest} tokens."
                ) from error
        # Outside the handler, where the failed attempt's tensors are free again.
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None
