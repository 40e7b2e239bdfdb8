"""Everything that the card of one item shows, read once. A GET: nothing is written."""

import uuid
from dataclasses import dataclass, field

from django.urls import reverse

from annotate.card.comparison_card import comparison_parts
from annotate.card.forms import SubmissionForm
from annotate.card.options import Option
from annotate.card.parts import ResponseView, Sent
from annotate.card.positions import preference_of, preferences
from annotate.card.ratings_card import RatedView, ratings_parts
from annotate.card.steps_card import StepView, steps_parts
from annotate.card.texts import TextView, record_view
from annotate.models import Assignment
from annotate.queue.selectors.assignments import Progress, progress_of
from annotate.queue.selectors.texts import with_texts
from oversight.models import Arm, BlindAnswer, Campaign, Critique, ItemKind, ReviewItem

# By the kind of item; any other is a comparison.
PARTS = {ItemKind.STEPS: steps_parts, ItemKind.CRITIQUE_RATING: ratings_parts}


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
        return any(text.has_two_forms for text in texts)

    @property
    def asks_rationale(self) -> bool:
        return self.campaign.judging.is_rationale_required and self.kind == "comparison"

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
    def why_no_critiques(self) -> str:
        """Why a comparison shows no critique at all; empty where it shows one, or says so elsewhere."""
        is_evidence = self.assignment.arm == Arm.EVIDENCE  # its places say that there is none
        if self.critiques or self.is_blind_phase or is_evidence:
            return ""
        if self.assignment.arm == Arm.HIDDEN:
            return "For this item you judge without a critique."
        return "There is no critique of these responses."

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
    parts = PARTS.get(ItemKind(item.kind), comparison_parts)(assignment, item, entered)
    return Card(
        assignment=assignment,
        item=item,
        campaign=item.campaign,
        progress=progress_of(assignment.annotator, item.campaign),
        query=record_view(item.query),
        # Kept with what was sent: sent again it is the same submission, not another.
        submission=str(entered.get("submission") or uuid.uuid4()),
        rationale=str(entered.get("rationale") or ""),
        errors=_errors(form) if form else [],
        **parts,
    )


def _errors(form: SubmissionForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
