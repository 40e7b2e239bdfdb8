"""How many requests a server takes at a time, found as TCP finds it; and whose turn it is."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager

START = 4.0


class Window:
    """Additive increase, multiplicative decrease (Jacobson and Karels, 1988), up to `ceiling`.

    One more for each answer until the server first says that it is too much, then one more for each
    whole window of answers. Only answers that came while the window was full count. `limit` is halved
    at most once for all the requests that were under way together.
    """

    def __init__(self, ceiling: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.ceiling, self._clock = max(1, ceiling), clock
        self.limit = min(START, float(self.ceiling))
        self.in_flight = 0
        self._slow_from = float("inf")
        self._cut_at = float("-inf")

    @property
    def has_room(self) -> bool:
        return self.in_flight < int(min(self.limit, self.ceiling))

    def succeed(self) -> None:
        """An answer came: called while it still counts as in flight."""
        if self.in_flight >= int(min(self.limit, self.ceiling)):
            step = 1.0 if self.limit < self._slow_from else 1 / self.limit
            self.limit = min(float(self.ceiling), self.limit + step)

    def congest(self, began: float) -> None:
        """The server had too much of a request that `began` then, by the clock."""
        if began >= self._cut_at:
            self._slow_from = self.limit = max(1.0, self.limit / 2)
            self._cut_at = self._clock()

    def rest(self) -> None:
        """Nothing answers: one request at a time until one does."""
        self._slow_from, self.limit = max(1.0, self.limit / 2), 1.0


class Turns:
    """Lets requests through as the window has room; the lanes of those that wait take turns."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._lanes: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, lane: Hashable) -> AsyncIterator[None]:
        """Wait for a place of one's own in the window, and hold it."""
        await self._enter(lane)
        try:
            yield
        finally:
            self._window.in_flight -= 1
            self.admit()

    def admit(self) -> None:
        """Let in as many as there is room for, one of each lane in turn."""
        while self._lanes and self._window.has_room:
            lane, waiting = self._lanes.popitem(last=False)
            place = waiting.popleft()
            if waiting:
                self._lanes[lane] = waiting
            if not place.done():
                self._window.in_flight += 1
                place.set_result(None)

    async def _enter(self, lane: Hashable) -> None:
        place = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(lane, deque()).append(place)
        self.admit()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._window.in_flight -= 1
                self.admit()
            raise
