"""What was answered to the items of a list, an answer a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from oversight.models import Judgement, Source
from oversight.pages.policies.item_words import choice_words, critique_words
from oversight.pages.selectors.browsing import ItemRow


@dataclass(frozen=True)
class AnswerRow:
    """`state`: stands, was corrected, was taken back, or is of an item that was withdrawn."""

    row: ItemRow
    judgement: Judgement
    state: str

    @property
    def choice(self) -> str:
        """In words, by the item's own letters; empty where nothing was compared."""
        said = self.judgement
        return choice_words(said.get_choice_display(), said.strength) if said.choice else ""

    @property
    def critique(self) -> str:
        said = self.judgement
        return critique_words(said.arm, said.get_arm_display(), said.was_critique_shown)


def answer_rows(rows: Sequence[ItemRow]) -> list[AnswerRow]:
    """Return every answer by people and simulated annotators, in the order of the items: two queries."""
    by_item = {row.item.pk: row for row in rows}
    said = (
        Judgement.objects.filter(
            item__in=list(by_item), source__in=[Source.PERSON, Source.SIMULATED]
        )
        .select_related("user")
        # By itself: as a join the planner may read the whole table for it.
        .prefetch_related("superseded_by")
        .order_by("pk")
    )
    found: dict[int, list[AnswerRow]] = {pk: [] for pk in by_item}
    for judgement in said:
        row = by_item[judgement.item_id or 0]
        if not judgement.is_retraction:
            found[row.item.pk].append(AnswerRow(row, judgement, state_of(judgement, row)))
    return [each for row in rows for each in found[row.item.pk]]


def state_of(judgement: Judgement, row: ItemRow) -> str:
    later = getattr(judgement, "superseded_by", None)
    if later is not None:
        return "taken back" if later.is_retraction else "corrected"
    return "withdrawn" if row.item.state == "withdrawn" else "stands"
