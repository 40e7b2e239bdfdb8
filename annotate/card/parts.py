"""What a card is made of: responses with their critiques, comments, steps, critiques to rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotate.card.form_parts import ADDED
from annotate.card.options import Option
from annotate.card.texts import TextView
from annotate.queue.selectors.crossing import AskedAgain
from annotate.text.diffing import Change, is_near, text_diff
from annotate.text.rendering import PLACE, Span
from models_srv.texts import with_lf
from oversight.models import Comment, Critique, Response, SeverityLevel

LONGEST_FIX = 4_000  # characters, its quote's included: above it both are shown whole
Sent = Mapping[str, str]


@dataclass(frozen=True)
class CommentView:
    number: int
    comment: Comment
    options: list[Option]
    edited: dict[str, str] = field(default_factory=dict)
    is_deleted: bool = False
    is_open: bool = False  # its form, since something was changed in it

    @property
    def is_found(self) -> bool:
        return self.comment.start is not None

    @property
    def severities(self) -> list[tuple[str, str, bool]]:
        now = self.edited.get("severity", self.comment.severity)
        return [(level.value, str(level.label), level.value == now) for level in SeverityLevel]

    @property
    def fix(self) -> list[Change]:
        """The suggested fix as a difference from the quote; empty where they share too little."""
        quote, fix = self.comment.quote, self.comment.suggested_fix
        if not fix or len(quote) + len(fix) > LONGEST_FIX:
            return []
        changes = text_diff(quote, fix)
        return changes if is_near(changes) else []


@dataclass(frozen=True)
class CritiqueView:
    """One critique; `label` tells several of one response apart without naming their source."""

    critique: Critique
    label: str
    comments: list[CommentView]

    @property
    def is_readable(self) -> bool:
        """Whether it parsed."""
        return self.critique.verdict is not None


@dataclass(frozen=True)
class PlaceView:
    """Where to look, and no word on what is there: text[start:end] of its response, in characters."""

    number: int
    start: int
    end: int
    quote: str

    @property
    def span(self) -> Span:
        return Span(self.number, self.start, self.end, PLACE)


@dataclass(frozen=True)
class AddedView:
    """A form for a comment of one's own, blank or as it was sent."""

    prefix: str
    values: dict[str, str]

    @property
    def severities(self) -> list[tuple[str, str, bool]]:
        now = self.values.get("severity")
        return [(level.value, str(level.label), level.value == now) for level in SeverityLevel]


@dataclass(frozen=True)
class ResponseView:
    """One response at its position; `letter` says where it stands, not which record it is."""

    letter: str
    response: Response
    text: TextView
    critiques: list[CritiqueView]
    places: list[PlaceView] = field(default_factory=list)
    added: list[AddedView] = field(default_factory=list)
    rewrite: str = ""
    flaws: list[Option] = field(default_factory=list)
    overall: list[Option] = field(default_factory=list)
    asked_again: list[AskedAgain] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """How often what it claims was answered differently, asked for again."""
        return sum(each.contradicts for each in self.asked_again)

    @property
    def same(self) -> int:
        return sum(each.agrees for each in self.asked_again)

    @property
    def is_adding(self) -> bool:
        return any(block.values for block in self.added)

    @property
    def is_rewritten(self) -> bool:
        return with_lf(self.rewrite).strip() != with_lf(self.response.text).strip()


def spans_of(comments: Sequence[CommentView]) -> list[Span]:
    """Return where the comments whose quotes were found point."""
    return [
        Span(view.number, view.comment.start, view.comment.end or 0, view.comment.severity)
        for view in comments
        if view.comment.start is not None
    ]


def added_views(letter: str, sent: Sent) -> list[AddedView]:
    """Return the forms as they were sent, and at least one that is blank."""
    blocks: dict[int, dict[str, str]] = {}
    for name, value in sent.items():
        match = ADDED.fullmatch(name)
        if match and match[1] == letter and value:
            blocks.setdefault(int(match[2]), {})[match[3]] = str(value)
    filled = [AddedView(f"added-{letter}-{n}", blocks[n]) for n in sorted(blocks)]
    return filled or [AddedView(f"added-{letter}-0", {})]
