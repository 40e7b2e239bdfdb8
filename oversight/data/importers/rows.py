"""What the importers yield: validated rows that know their line."""

from dataclasses import dataclass

from models_srv.texts import exact_digest


class RowError(ValueError):
    """Why a row was refused, in words for the person who has the file open."""


@dataclass(frozen=True)
class QueryRow:
    """One query. `line` counts from 1 in the file that it came from."""

    line: int
    text: str
    node: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Answer:
    """A response as the data give it, and the version that wrote it."""

    name: str
    text: str
    is_correct: bool | None = None
    revision: int = 0

    @property
    def identity(self) -> tuple[str, int, str]:
        """Equal for answers that are one response."""
        return self.name, self.revision, exact_digest(self.text)


@dataclass(frozen=True)
class SolvedRow:
    """One query with the responses of several models."""

    query: QueryRow
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class JudgedRow:
    """One query, two responses, and each annotator's choice of a, b or tie, in order."""

    query: QueryRow
    answer_a: Answer
    answer_b: Answer
    choices: tuple[str, ...]


@dataclass(frozen=True)
class PreferenceRow:
    """One row of a preference dataset, with the reliability of its source."""

    query: QueryRow
    chosen: Answer
    rejected: Answer
    source: str
    p_w: float
    p_l: float
    weight: float


@dataclass(frozen=True)
class SteppedRow:
    """One query with a response in steps, and the labels (1, 0, -1) of the first of them, in order.

    Labels end with the first bad step. `seconds` is the time that the labeller took, if known.
    """

    query: QueryRow
    steps: tuple[str, ...]
    labels: tuple[int, ...]
    labeller: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class KnownRow:
    """One query with two responses, and which is right: a, b, tie or both_bad.

    `kind` is gold or tampered; `problem` says what is wrong, where the file does.
    """

    query: QueryRow
    a: str
    b: str
    expected: str
    kind: str = "gold"
    problem: str = ""


Row = QueryRow | SolvedRow | JudgedRow | PreferenceRow | SteppedRow | KnownRow
