"""What the importers yield: validated rows that know their line."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.conversations import Turn, conversation_digest
from models_srv.texts import exact_digest


class RowError(ValueError):
    """Why a row was refused, in words for the person who has the file open.

    What it quotes of the file may hold NUL or half a character: PostgreSQL would not keep the reason.
    """

    def __init__(self, reason: str) -> None:
        whole = reason.encode("utf-8", "backslashreplace").decode()
        super().__init__(whole.replace("\0", "\ufffd"))


class EndsReading(RowError):
    """Why nothing more is read of a file: it is never left out, since all that follows would be too."""

    @classmethod
    def after(cls, line: int, reason: object) -> "EndsReading":
        """What was read of the file so far is good; say from where on nothing was."""
        return cls(f"{reason}; nothing after line {line:,} was read")


@dataclass(frozen=True)
class QueryRow:
    """One query. `line` counts from 1 in the file that it came from.

    A conversation of several turns has them in `turns`, and is written out in `text`.
    """

    line: int
    text: str
    node: str = ""
    reference: str = ""
    turns: Sequence[Turn] | None = None


@dataclass(frozen=True)
class Answer:
    """A response as the data give it, and the version that wrote it."""

    name: str
    text: str
    is_correct: bool | None = None
    revision: int = 0
    turns: Sequence[Turn] | None = None

    @property
    def digest(self) -> str:
        """What names its text, or its turns."""
        return conversation_digest(self.turns) if self.turns else exact_digest(self.text)

    @property
    def identity(self) -> tuple[str, int, str]:
        """Equal for answers that are one response."""
        return self.name, self.revision, self.digest


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


@dataclass(frozen=True)
class Label:
    """What one judge said of a row's answers. `source`: person, critic, checker or simulated.

    `ranks` has the place of each answer, 1 for the best, equal for a tie; `ratings` 1 to 7 for each.
    `p_a_better` says of two answers how sure the judge is that the first is better.
    """

    source: str
    judge: str = ""
    ranks: tuple[int, ...] = ()
    ratings: tuple[int | None, ...] = ()
    p_a_better: float | None = None
    are_all_bad: bool = False
    strength: int | None = None
    rationale: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Note:
    """One comment of a critique, tied to the words of the answer that it quotes."""

    quote: str
    explanation: str
    severity: str = "major"
    category: str = ""
    suggested_fix: str = ""


@dataclass(frozen=True)
class GivenCritique:
    """What a critic wrote of the answer at this place. `verdict`: flawed, sound, None unsaid."""

    answer: int
    critic: str
    summary: str
    verdict: str | None = None
    p_flawed: float | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class LabelledRow:
    """One query with its answers, and what judges and critics said of them.

    `is_asked`: people are asked which of the answers is best, where the row does not say.
    """

    query: QueryRow
    answers: tuple[Answer, ...]
    labels: tuple[Label, ...] = ()
    critiques: tuple[GivenCritique, ...] = ()
    is_asked: bool = False


Row = QueryRow | SolvedRow | JudgedRow | PreferenceRow | SteppedRow | KnownRow | LabelledRow
