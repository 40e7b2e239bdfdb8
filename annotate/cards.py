"""Everything that the card of one item shows, read once. A GET: nothing is written."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from annotate.forms import PREFERENCES, AnnotationForm
from annotate.models import Assignment
from annotate.rendering import Segment, Span, segments
from annotate.selectors.critiques import comments_by_critique, newest_critiques
from annotate.selectors.queue import Progress, progress_of
from oversight.models import Arm, Campaign, Comment, Critique, Response, ReviewItem, Verdict

LONG_CHARACTERS = 4_000
LONG_LINES = 60
VERDICT_KEYS = {
    Verdict.VALID: "v",
    Verdict.NITPICK: "n",
    Verdict.FAKE: "f",
    Verdict.UNSURE: "u",
}


@dataclass(frozen=True)
class Option:
    """One radio button."""

    value: str
    label: str
    key: str
    is_checked: bool


@dataclass(frozen=True)
class CommentView:
    number: int
    comment: Comment
    options: list[Option]

    @property
    def is_found(self) -> bool:
        return self.comment.start is not None


@dataclass(frozen=True)
class ResponseView:
    """One response at its position; `letter` says where it stands, not which record it is."""

    letter: str
    response: Response
    critique: Critique | None
    comments: list[CommentView]
    segments: list[Segment]

    @property
    def is_long(self) -> bool:
        text = self.response.text
        return len(text) > LONG_CHARACTERS or text.count("\n") > LONG_LINES

    @property
    def is_readable(self) -> bool:
        """Whether there is a critique and it parsed."""
        return self.critique is not None and self.critique.verdict is not None


@dataclass(frozen=True)
class Card:
    assignment: Assignment
    item: ReviewItem
    campaign: Campaign
    progress: Progress
    responses: list[ResponseView]
    preferences: list[Option]
    submission: str
    rationale: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def critiques(self) -> list[Critique]:
        return [view.critique for view in self.responses if view.critique]


def card_for(assignment: Assignment, form: AnnotationForm | None = None) -> Card:
    """Build the card; with a form that was refused, what the person had entered is kept."""
    item = ReviewItem.objects.select_related(
        "campaign", "round", "query", "response_a", "response_b"
    ).get(pk=assignment.item_id)
    sent = form.sent if form else {}
    critiques = newest_critiques(item) if assignment.arm == Arm.SHOWN else {}
    comments = comments_by_critique(critiques.values())
    numbers = count(1)
    return Card(
        assignment=assignment,
        item=item,
        campaign=item.campaign,
        progress=progress_of(assignment.annotator, item.campaign),
        responses=[
            _response_view(letter, response, critiques.get(response.pk), comments, numbers, sent)
            for letter, response in zip("AB", _in_order_shown(item, assignment), strict=True)
        ],
        preferences=_options(PREFERENCES, sent.get("preference"), _preference_key),
        # Kept with what was sent: sent again it is the same submission, not another.
        submission=str(sent.get("submission") or uuid.uuid4()),
        rationale=str(sent.get("rationale") or ""),
        errors=_errors(form) if form else [],
    )


def _in_order_shown(item: ReviewItem, assignment: Assignment) -> list[Response]:
    record = {"a": item.response_a, "b": item.response_b}
    return [response for key in assignment.order_shown if (response := record[key])]


def _response_view(
    letter: str,
    response: Response,
    critique: Critique | None,
    comments_of: Mapping[int, list[Comment]],
    numbers: "count[int]",
    sent: Mapping[str, str],
) -> ResponseView:
    # What did not parse has nothing to show, whatever was saved with it.
    is_readable = critique is not None and critique.verdict is not None
    comments = [
        CommentView(next(numbers), comment, _verdict_options(sent.get(f"verdict-{comment.pk}")))
        for comment in (comments_of.get(critique.pk, []) if critique and is_readable else [])
    ]
    spans = [
        Span(view.number, view.comment.start, view.comment.end or 0, view.comment.severity)
        for view in comments
        if view.comment.start is not None
    ]
    return ResponseView(letter, response, critique, comments, segments(response.text, spans))


def _verdict_options(checked: str | None) -> list[Option]:
    pairs = [(verdict.value, str(verdict.label)) for verdict in Verdict]
    return _options(pairs, checked, lambda value: VERDICT_KEYS[Verdict(value)])


def _options(
    pairs: list[tuple[str, str]], checked: str | None, key_of: Callable[[str], str]
) -> list[Option]:
    return [Option(value, label, key_of(value), value == checked) for value, label in pairs]


def _preference_key(value: str) -> str:
    return value if value.isdigit() else value[0]


def _errors(form: AnnotationForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
