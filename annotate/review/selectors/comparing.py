"""What the others said beside what the reviewer said, all in the same places: those of the reviewer's own
card, or those that the item has on every page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.card.positions import chosen, preference_of, preferences
from annotate.models import Review, ReviewAnswer
from annotate.queue.selectors.texts import with_texts
from annotate.review.selectors.standing import annotation_of, seen, standing_answers
from annotate.work.selectors.past import payload_words
from oversight.feedback.policies.item_meaning import meaning_of
from oversight.models import KNOWN_KINDS, ItemKind, Judgement, Response, ReviewItem, User
from oversight.pages.policies.item_words import order_words

LETTERS = "ABCD"


@dataclass(frozen=True)
class Said:
    """One standing answer. `differs` from the reviewer's; `decides`: it is the item's adjudication;
    `saw`: in which order the person saw the responses, where that was not the item's own."""

    judgement: Judgement
    words: str
    saw: str
    differs: bool
    decides: bool
    is_sent_back: bool

    @property
    def is_corrected(self) -> bool:
        return self.judgement.supersedes_id is not None

    @property
    def can_be_sent_back(self) -> bool:
        user = self.judgement.user
        is_persons = user is not None and not user.is_simulated
        return is_persons and not self.decides and annotation_of(self.judgement) is not None


@dataclass(frozen=True)
class Comparison:
    """`meaning` says what follows from the answers as they stand, `known` the right answer where there is
    one; `looked_at` names the answers, for the decision. `choices` and `preference` have their values by
    the places of the reviewer's card, which decisions go by, and their words by the places here. `saw`
    says that their card had the responses in another order."""

    review: Review
    mine: str
    saw: str
    rationale: str
    preference: str
    said: list[Said]
    meaning: str
    known: str
    looked_at: str
    choices: list[tuple[str, str]]
    responses: list[tuple[str, Response]]

    @property
    def can_be_corrected(self) -> bool:
        return self.review.item.kind == ItemKind.PAIRWISE

    @property
    def to_send_back(self) -> list[Said]:
        is_known = self.review.item.kind in KNOWN_KINDS
        return [each for each in self.said if each.can_be_sent_back and not is_known]


def comparison_of(review: Review, user: User, *, as_item: bool = False) -> Comparison | None:
    """Return it to a reviewer who has answered by themself; None: they have not, and see nothing yet.

    `as_item`: A is the item's first response, whatever was A on the reviewer's card.
    """
    answer = ReviewAnswer.objects.filter(review=review, reviewer=user).first()
    if answer is None:
        return None
    item, order, own = with_texts(review.item), answer.order_shown, answer.payload
    places = "".join(sorted(order)) if as_item and "choice" in own else order
    said = standing_answers(item)
    return Comparison(
        review=review,
        mine=payload_words(ItemKind(item.kind), own, places),
        saw=order_words(order) if places != order else "",
        rationale=own["rationale"],
        preference=_place(own, order),
        said=[_said(row, answer, places, review, _last_word(said, item)) for row in said],
        meaning=_meaning(said, item, places),
        known=_words(item.expected, places) if item.expected else "",
        looked_at=seen(said),
        choices=_choices(places, order),
        responses=_responses(item, places),
    )


def _choices(places: str, order: str) -> list[tuple[str, str]]:
    offered = preferences(places)
    return [(preference_of(*chosen(value, places), order), words) for value, words in offered]


def _last_word(said: Sequence[Judgement], item: ReviewItem) -> Judgement | None:
    """Return the answer of whoever decided the item last, None where nobody did."""
    return next((row for row in reversed(said) if row.item_id != item.pk), None)


def _said(
    row: Judgement, answer: ReviewAnswer, places: str, review: Review, last: Judgement | None
) -> Said:
    annotation, own = annotation_of(row), answer.payload
    payload = {
        **(annotation.payload if annotation else {}),
        "choice": row.choice,
        "strength": row.strength,
    }
    kind = ItemKind(review.item.kind)
    words = payload_words(kind, payload, places)
    is_same = words == payload_words(kind, own, places)
    return Said(
        judgement=row,
        words=words,
        saw=order_words(row.order_shown) if row.choice else "",
        differs=row.choice != own["choice"] if "choice" in own else not is_same,
        decides=row == last,
        is_sent_back=annotation is not None and annotation.assignment_id == review.sent_back_to_id,
    )


def _place(own: Mapping[str, Any], order: str) -> str:
    return preference_of(own["choice"], own["strength"], order) if "choice" in own else ""


def _meaning(said: Sequence[Judgement], item: ReviewItem, order: str) -> str:
    own = [row.choice for row in said if row.item_id == item.pk and row.choice]
    last = _last_word(said, item)
    decisive = [last.choice] if last else []
    if not own:
        return ""
    best = meaning_of(own, decisive, seats=item.annotators).best
    return f"{_words(best, order)}." if best else "None of the responses is preferred."


def _words(choice: str, order: str) -> str:
    if choice in order:
        return f"{LETTERS[order.index(choice)]} is better"
    return dict(preferences(order))[preference_of(choice, None, order)]


def _responses(item: ReviewItem, order: str) -> list[tuple[str, Response]]:
    if item.kind in (ItemKind.STEPS, ItemKind.CRITIQUE_RATING):
        return [(LETTERS[0], item.response_a)]
    by_letter = {
        "a": item.response_a,
        "b": item.response_b,
        "c": item.response_c,
        "d": item.response_d,
    }
    found = [by_letter[letter] for letter in order]
    return [(letter, row) for letter, row in zip(LETTERS, found, strict=False) if row]
