"""What a person may say besides which response is better."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NewComment:
    """A comment written by a person; `revises` is the id of the critic's comment that it mends.

    Offsets are in characters of the response; None where the quote is to be looked for.
    """

    severity: str
    explanation: str
    category: str = ""
    suggested_fix: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None
    revises: int | None = None
    principle_id: int | None = None


@dataclass(frozen=True)
class ResponseScore:
    """`worst_flaw` is a WorstFlaw or empty, `overall` 1 (worst) to 7 (best) or None."""

    worst_flaw: str = ""
    overall: int | None = None


@dataclass(frozen=True)
class LabelledStep:
    """response.text[start:end] is good (1), neutral (0) or bad (-1)."""

    start: int
    end: int
    label: int
