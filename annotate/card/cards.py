"""Everything that the card of one item shows, read once. A GET: nothing is written."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from django.urls import reverse

from annotate.card.forms import RATING_QUESTIONS, SubmissionForm
from annotate.card.options import (
    Option,
    flaw_options,
    one_to_seven,
    options,
    preference_options,
    verdict_options,
)
from annotate.card.parts import (
    CommentView,
    CritiqueView,
    ResponseView,
    Sent,
    TextView,
    added_views,
    text_view,
)
from annotate.card.policies.steps import split_steps
from annotate.card.positions import preference_of, preferences
from annotate.models import Assignment
from annotate.queue.selectors.assignments import Progress, progress_of
from annotate.queue.selectors.critiques import (
    comments_by_critique,
    newest_critiques,
    rated_critiques,
)
from annotate.queue.selectors.texts import with_texts
from oversight.models import (
    Arm,
    BlindAnswer,
    Campaign,
    Comment,
    Critique,
    ItemKind,
    Response,
    ReviewItem,
)

STEP_OPTIONS = [("good", "Good"), ("neutral", "Neutral"), ("bad", "Bad")]


@dataclass(frozen=True)
class StepView:
    number: int
    text: str
    options: list[Option]

    @property
    def place(self) -> int:
        return self.number + 1


@dataclass(frozen=True)
class RatedView:
    """A critique to rate, with its questions: (name, question, options)."""

    letter: str
    critique: CritiqueView
    questions: list[tuple[str, str, list[Option]]]


@dataclass(frozen=True)
class Card:
    assignment: Assignment
    item: ReviewItem
    campaign: Campaign
    progress: Progress
    query: TextView
    submission: str
    responses: list[ResponseView] = field(default_factory=list)
    preferences: list[Option] = field(default_factory=list)
    steps: list[StepView] = field(default_factory=list)
    rated: list[RatedView] = field(default_factory=list)
    blind: BlindAnswer | None = None
    rationale: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What the page asks; gold and tampered items look like any other comparison."""
        apart = {ItemKind.STEPS: "steps", ItemKind.CRITIQUE_RATING: "ratings"}
        return apart.get(ItemKind(self.item.kind), "comparison")

    @property
    def question(self) -> str:
        several = "Which response is best?" if len(self.responses) > 2 else None
        comparison = several or "Which response is better?"
        return {"steps": "Is each step right?", "ratings": "How good is each critique?"}.get(
            self.kind, comparison
        )

    @property
    def action(self) -> str:
        names = {"steps": "annotate:submit_steps", "ratings": "annotate:submit_ratings"}
        return reverse(names.get(self.kind, "annotate:submit"), args=[self.assignment.pk])

    @property
    def has_formatted(self) -> bool:
        texts = [self.query, *(view.text for view in self.responses)]
        return any(text.formatted for text in texts)

    @property
    def asks_rationale(self) -> bool:
        return self.campaign.is_rationale_required and self.kind == "comparison"

    @property
    def blind_label(self) -> str:
        """The first answer in the words of its button."""
        if not self.blind:
            return ""
        value = preference_of(self.blind.choice, self.blind.strength, self.assignment.order_shown)
        return dict(preferences(self.assignment.order_shown))[value]

    @property
    def is_blind_phase(self) -> bool:
        return self.assignment.arm == Arm.BLIND_FIRST and self.blind is None

    @property
    def critiques(self) -> list[Critique]:
        return [shown.critique for view in self.responses for shown in view.critiques]

    @property
    def letters(self) -> list[str]:
        return [view.letter for view in self.responses]


def card_for(
    assignment: Assignment, form: SubmissionForm | None = None, *, sent: Sent | None = None
) -> Card:
    """Build the card. What the person had entered is kept: of a form that was refused, or `sent`."""
    item = with_texts(assignment.item)
    item.campaign = assignment.campaign
    entered: Sent = form.sent if form else (sent or {})
    build = {ItemKind.STEPS: _steps, ItemKind.CRITIQUE_RATING: _ratings}
    parts = build.get(ItemKind(item.kind), _comparison)(assignment, item, entered)
    return Card(
        assignment=assignment,
        item=item,
        campaign=item.campaign,
        progress=progress_of(assignment.annotator, item.campaign),
        query=text_view(item.query.text),
        # Kept with what was sent: sent again it is the same submission, not another.
        submission=str(entered.get("submission") or uuid.uuid4()),
        rationale=str(entered.get("rationale") or ""),
        errors=_errors(form) if form else [],
        **parts,
    )


def _comparison(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    blind = None
    if assignment.arm == Arm.BLIND_FIRST:
        blind = BlindAnswer.objects.filter(item=item, user=assignment.annotator_id).first()
    is_shown = assignment.arm == Arm.SHOWN or blind is not None
    comments = newest_critiques(item) if is_shown else {}
    critiques = list(comments)
    labels = critic_labels(critiques, seed=assignment.pk)
    critiques.sort(key=lambda row: labels.get(row.version_id, ""))
    numbers = count(1)
    return {
        "blind": blind,
        "preferences": preference_options(
            preferences(assignment.order_shown), sent.get("preference") or _first_answer(blind)
        ),
        "responses": [
            _response_view(assignment, letter, response, critiques, comments, labels, numbers, sent)
            for letter, response in zip("ABCD", _in_order_shown(item, assignment), strict=False)
        ],
    }


def _first_answer(blind: BlindAnswer | None) -> str | None:
    """What was answered blind stands checked: who changes nothing has kept it."""
    return preference_of(blind.choice, blind.strength, blind.order_shown) if blind else None


def _steps(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    text = item.response_a.text
    return {
        "responses": [ResponseView("A", item.response_a, text_view(text), [])],
        "steps": [
            StepView(n, text[start:end], options(STEP_OPTIONS, sent.get(f"step-{n}"), _step_key))
            for n, (start, end) in enumerate(split_steps(text))
        ],
    }


def _ratings(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    by_letter = dict(zip("abcd", rated_critiques(item), strict=False))
    shown = [by_letter[key] for key in assignment.order_shown if key in by_letter]
    comments = comments_by_critique(shown)
    numbers = count(1)
    views = [
        CritiqueView(row, "", [CommentView(next(numbers), c, []) for c in comments[row.pk]])
        for row in shown
    ]
    every = [comment for view in views for comment in view.comments]
    anchor = f"comment-{assignment.pk}-"
    response = ResponseView(
        "A", item.response_a, text_view(item.response_a.text, every, anchor), []
    )
    return {
        "responses": [response],
        "rated": [
            RatedView(letter, view, _questions(item, letter, sent))
            for letter, view in zip("ABCD", views, strict=False)
        ],
    }


def _questions(item: ReviewItem, letter: str, sent: Sent) -> list[tuple[str, str, list[Option]]]:
    questions = RATING_QUESTIONS
    if not item.problem:
        questions = questions | {"points_out_problem": "Points out the worst problem"}
    return [
        (name, question, one_to_seven(sent.get(f"rating-{letter}-{name}")))
        for name, question in questions.items()
    ]


def _in_order_shown(item: ReviewItem, assignment: Assignment) -> list[Response]:
    record = {
        "a": item.response_a,
        "b": item.response_b,
        "c": item.response_c,
        "d": item.response_d,
    }
    return [response for key in assignment.order_shown if (response := record[key])]


def _response_view(
    assignment: Assignment,
    letter: str,
    response: Response,
    critiques: Iterable[Critique],
    comments_of: Mapping[Critique, list[Comment]],
    labels: Mapping[int | None, str],
    numbers: "count[int]",
    sent: Sent,
) -> ResponseView:
    views = [
        CritiqueView(
            row,
            labels.get(row.version_id, ""),
            # What did not parse has nothing to show, whatever was saved with it.
            [_comment_view(next(numbers), c, sent) for c in comments_of[row]]
            if row.verdict is not None
            else [],
        )
        for row in critiques
        if row.response_id == response.pk
    ]
    comments = [comment for view in views for comment in view.comments]
    return ResponseView(
        letter,
        response,
        text_view(response.text, comments, f"comment-{assignment.pk}-"),
        views,
        added_views(letter, sent),
        str(sent.get(f"rewrite-{letter}") or response.text),
        flaw_options(sent.get(f"score-{letter}-flaw")),
        one_to_seven(sent.get(f"score-{letter}-overall")),
    )


def _comment_view(number: int, comment: Comment, sent: Sent) -> CommentView:
    names = ("severity", "category", "explanation", "fix")
    edited = {n: str(v) for n in names if (v := sent.get(f"edit-{comment.pk}-{n}")) is not None}
    was = {
        "severity": comment.severity,
        "category": comment.category,
        "explanation": comment.explanation,
        "fix": comment.suggested_fix,
    }
    is_deleted = f"delete-{comment.pk}" in sent
    is_changed = any(
        value.replace("\r\n", "\n").strip() != was[name].strip() for name, value in edited.items()
    )
    return CommentView(
        number,
        comment,
        verdict_options(sent.get(f"verdict-{comment.pk}")),
        was | edited,
        is_deleted,
        is_deleted or is_changed,
    )


def critic_labels(critiques: Iterable[Critique], *, seed: int) -> dict[int | None, str]:
    """Name the critics of one card apart, the same one alike, without saying which is which."""
    versions = sorted({row.version_id for row in critiques if row.version_id})
    if len(versions) < 2:
        return {}
    Random(seed).shuffle(versions)
    return {version: f"Critic {n}" for n, version in enumerate(versions, start=1)}


def _step_key(value: str) -> str:
    return {"good": "1", "neutral": "2", "bad": "3"}[value]


def _errors(form: SubmissionForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
