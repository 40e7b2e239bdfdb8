"""All that is known of one item: how its query came to be, what was said, and what was made of it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Prefetch

from oversight.asking.selectors.crossing import questions_about
from oversight.models import (
    ActItem,
    BlindAnswer,
    CommentVerdict,
    Critique,
    CrossQuestion,
    Judgement,
    Preference,
    Response,
    ReviewItem,
    RoutingDecision,
    SnapshotRow,
    Source,
    Split,
    TrainingRun,
)
from oversight.pages.policies.asking_words import routing_words
from oversight.pages.policies.item_words import (
    asked_words,
    choice_words,
    critique_words,
    no_preference_words,
    order_words,
)
from oversight.pages.selectors.critiques import MOST_SHOWN, critiques_of

LETTERS = "ABCD"
STANDS = "stands"


@dataclass(frozen=True)
class Event:
    """What happened to the item besides answers: it was skipped, flagged, held, changed by hand."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class Side:
    letter: str
    response: Response
    critiques: list[Critique]
    asked_again: list[CrossQuestion]


@dataclass(frozen=True)
class Answer:
    """One answer with all that came with it. `choice`: what was chosen, in words and by the item's own
    letters; `order`: how the person saw them, empty where it was so; `state`: stands, or what became of
    it and why."""

    judgement: Judgement
    choice: str
    order: str
    critique: str
    state: str
    verdicts: list[CommentVerdict]
    blind: BlindAnswer | None


@dataclass(frozen=True)
class Use:
    """A snapshot that one of the item's preferences is in, with the run that was trained on it."""

    row: SnapshotRow
    run: TrainingRun | None


@dataclass
class ItemLife:
    item: ReviewItem
    sides: list[Side]
    routing: list[str]
    answers: list[Answer]
    preferences: list[Preference]
    uses: list[Use]
    tags: list[str]
    events: list[Event] = field(default_factory=list)

    @property
    def asked(self) -> str:
        return asked_words(self.item.state, self.item.annotators, self.item.seats_free)

    @property
    def why_no_preference(self) -> str:
        standing = [each.judgement for each in self.answers if each.state == STANDS]
        return no_preference_words(
            state=self.item.state,
            kind=self.item.kind,
            is_held_out=self.item.query.split == Split.HELD_OUT,
            is_known=bool(self.item.expected),
            choices=[row.choice for row in standing if row.choice],
        )


# What areas above know of an item: each returns its events.
_tellers: list[Callable[[ReviewItem], Sequence[Event]]] = []


def register_events(teller: Callable[[ReviewItem], Sequence[Event]]) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def item_life(item: ReviewItem) -> ItemLife:
    """Read all of it: as many queries however much was said."""
    decision = item.decision or _decision_on(item)
    preferences = list(
        Preference.objects.filter(item=item)
        .select_related("superseded_by", "judgement__user")
        .order_by("pk")[:MOST_SHOWN]
    )
    events = [event for teller in _tellers for event in teller(item)]
    return ItemLife(
        item=item,
        sides=_sides(item),
        routing=routing_words(decision, item.propensity),
        answers=_answers(item),
        preferences=preferences,
        uses=_uses(preferences),
        tags=sorted(item.tags.values_list("tag", flat=True)),
        events=sorted([*events, *_acts(item)], key=lambda event: event.at),
    )


def without_answers(life: ItemLife) -> ItemLife:
    """Return the life as it is shown to who is to answer first: nothing of it tells what others said."""
    sides = [
        replace(side, critiques=[each for each in side.critiques if each.author_id is None])
        for side in life.sides
    ]
    return replace(life, sides=sides, answers=[], preferences=[], uses=[], events=[])


def _decision_on(item: ReviewItem) -> RoutingDecision | None:
    """An item that routing did not make may be about a query that it decided on."""
    if item.adjudicates_id is None or item.adjudicates is None:
        return None
    return item.adjudicates.decision


def _sides(item: ReviewItem) -> list[Side]:
    responses = Response.objects.select_related("version", "author").in_bulk(item.response_ids)
    critiques = critiques_of(item.response_ids)
    asked_again = questions_about(item.response_ids)
    return [
        Side(letter, responses[pk], critiques[pk], asked_again[pk])
        for letter, pk in zip(LETTERS, item.response_ids, strict=False)
    ]


def _answers(item: ReviewItem) -> list[Answer]:
    said = (
        Judgement.objects.filter(item=item, source__in=[Source.PERSON, Source.SIMULATED])
        .select_related("user", "superseded_by")
        .prefetch_related(
            Prefetch("comment_verdicts", CommentVerdict.objects.select_related("comment")),
            "response_ratings",
            "step_labels",
            "critique_ratings",
        )
        .order_by("pk")[:MOST_SHOWN]
    )
    blind = {row.user_id: row for row in item.blind_answers.all()}
    return [
        Answer(
            judgement=row,
            choice=_said(row),
            order=order_words(row.order_shown) if row.choice else "",
            critique=critique_words(row.arm, row.get_arm_display(), row.was_critique_shown),
            state=_state(row, item),
            verdicts=list(row.comment_verdicts.all()),
            blind=blind.get(row.user_id or 0),
        )
        for row in said
        if not row.is_retraction
    ]


def _said(row: Judgement) -> str:
    if row.choice:
        return choice_words(row.get_choice_display(), row.strength)
    if labels := list(row.step_labels.all()):
        bad = sum(label.label < 0 for label in labels)
        return f"{len(labels)} steps labelled, {'the last one wrong' if bad else 'none wrong'}"
    if ratings := list(row.critique_ratings.all()):
        return ", ".join(f"critique rated {rating.overall} of 7" for rating in ratings)
    return f"{row.overall} of 7" if row.overall else "nothing compared"


def _state(row: Judgement, item: ReviewItem) -> str:
    later = getattr(row, "superseded_by", None)
    if later is not None:
        when = later.created_at.strftime("%-d %b %Y, %H:%M")
        return f"taken back, {when}" if later.is_retraction else f"corrected, {when}"
    if item.state == "withdrawn":
        return f"does not count: {item.get_withdrawn_because_display() or 'withdrawn'}"
    return STANDS


def _uses(preferences: Sequence[Preference]) -> list[Use]:
    rows = list(
        SnapshotRow.objects.filter(preference__in=preferences)
        .select_related("snapshot", "preference")
        .order_by("snapshot_id", "position")[:MOST_SHOWN]
    )
    runs: dict[int, list[TrainingRun]] = defaultdict(list)
    found = TrainingRun.objects.filter(snapshot__in=[row.snapshot_id for row in rows])
    for run in found.select_related("result_version", "round").order_by("pk"):
        runs[run.snapshot_id or 0].append(run)
    return [Use(row, run) for row in rows for run in (*runs[row.snapshot_id],) or (None,)]


def _acts(item: ReviewItem) -> list[Event]:
    rows = ActItem.objects.filter(item=item, outcome="done").select_related("act__created_by")
    return [
        Event(
            row.act.created_at,
            row.act.created_by.username,
            " ".join(filter(None, [row.act.words, row.act.reason])),
        )
        for row in rows.order_by("pk")[:MOST_SHOWN]
    ]
