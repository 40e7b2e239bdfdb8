"""Figures in sentences and pictures, rounded as tables of the same page round them. Pure."""

from decimal import ROUND_HALF_UP, Decimal

THOUSANDTH = Decimal("0.001")


def three(value: float) -> str:
    """Return three places, a half up as `floatformat` has it: 0.6275 is 0.628, though a float that is
    formatted by itself becomes 0.627."""
    return str(Decimal(repr(float(value))).quantize(THOUSANDTH, ROUND_HALF_UP))
