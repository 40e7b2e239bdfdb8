"""Attackers that are other programs, in environments of their own: JSON lines in, JSON lines out."""

from .lines import MOST_CHARS, AskedEarlier, Brought, Start, WrongLine, parse_line
from .process import Handed, Limits, ask_program

__all__ = [
    "MOST_CHARS",
    "AskedEarlier",
    "Brought",
    "Handed",
    "Limits",
    "Start",
    "WrongLine",
    "ask_program",
    "parse_line",
]
