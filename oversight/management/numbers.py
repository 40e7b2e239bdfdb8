"""Numbers on the command line, with both ends: what is beyond them is refused with the reason."""

import math
from argparse import ArgumentTypeError
from collections.abc import Callable


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return an argument's type: a whole number from `least` to `most`."""

    def read(text: str) -> int:
        number = _finite(text)
        if number != int(number) or not least <= number <= most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to {most}")
        return int(number)

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """Return an argument's type: a number from `least` to `most`, NaN never."""

    def read(text: str) -> float:
        found = _finite(text)
        if not least <= found <= most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a number from {least:g} to {most:g}")
        return found

    return read


def _finite(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ArgumentTypeError(f"{text[:40]!r} is not a number")
    return found
