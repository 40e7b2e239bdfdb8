"""What was said of an item, and the rows that were made of it so far: one statement."""

from dataclasses import dataclass

from oversight.feedback.policies.item_meaning import NOTHING, Meaning, is_complete, meaning_of
from oversight.models import (
    ItemState,
    Judgement,
    Preference,
    ReviewItem,
    Source,
    SourceReliability,
)
from oversight.statements import Statement

# Every answer that closes an item asks all of it.
ANSWERS = Statement(
    """
    WITH adjudication AS (
        SELECT * FROM oversight_reviewitem WHERE adjudicates_id = %(item)s
    ), judgement AS (
        SELECT * FROM oversight_judgement said
        WHERE said.item_id = ANY(ARRAY(
            SELECT %(item)s UNION ALL SELECT id FROM adjudication WHERE state <> 'withdrawn'))
        AND said.source = ANY(%(sources)s) AND NOT said.is_retraction
        AND NOT EXISTS (
            SELECT FROM oversight_judgement later WHERE later.supersedes_id = said.id)
    ), preference AS (
        SELECT * FROM oversight_preference made WHERE made.item_id = %(item)s
        AND NOT EXISTS (
            SELECT FROM oversight_preference later WHERE later.supersedes_id = made.id)
    ), reliability AS (
        SELECT reliability.* FROM oversight_sourcereliability reliability
        JOIN oversight_round round ON round.id = reliability.round_id
        WHERE reliability.campaign_id = %(campaign)s AND reliability.source = 'person'
        AND reliability.audited >= %(least)s
        ORDER BY round.number DESC LIMIT 1
    )
    SELECT {judgement}, {adjudication}, {preference}, {reliability}
    FROM (SELECT) item
    LEFT JOIN judgement ON true
    LEFT JOIN adjudication ON true
    LEFT JOIN preference ON true
    LEFT JOIN reliability ON true
    ORDER BY judgement.id, preference.id
    """,
    judgement=Judgement,
    adjudication=ReviewItem,
    preference=Preference,
    reliability=SourceReliability,
)
ASKED = [Source.PERSON, Source.SIMULATED]
LEAST_REPEATS = 20  # pairs judged by two; with fewer a person's word is taken as it is

Pair = frozenset[int]  # the ids of two responses


@dataclass(frozen=True)
class ItemAnswers:
    """The standing answers to an item (`own`) and to its `adjudication` (`decisive`), in order.

    `preferences` are the last rows made of them, by pair; `measured` is how reliable the campaign's
    people last were, where enough pairs were judged twice.
    """

    item: ReviewItem
    own: list[Judgement]
    decisive: list[Judgement]
    adjudication: ReviewItem | None
    preferences: dict[Pair, Preference]
    measured: SourceReliability | None

    @property
    def deciding(self) -> list[Judgement]:
        """Of those who decided one after the other, who was asked last has the last word."""
        return self.decisive[-1:] or self.own

    def is_complete(self, item: ReviewItem) -> bool:
        """Whether this item, or its adjudication, has all the answers that it asks for."""
        said = self.own if item == self.item else self.decisive
        return is_complete([row.choice for row in said], item.annotators)

    def meaning(self) -> Meaning:
        """What the answers mean now that the item is in the state that it is in."""
        if self.item.state != ItemState.CLOSED:
            return NOTHING
        return self.meaning_if_closed()

    def meaning_if_closed(self) -> Meaning:
        return meaning_of(
            [row.choice for row in self.own],
            [row.choice for row in self.decisive[-1:]],
            seats=self.item.annotators,
        )


def item_answers(item: ReviewItem) -> ItemAnswers:
    """Read all of it. Call with the item locked, so that it stays so."""
    rows = ANSWERS.all(item=item.pk, campaign=item.campaign_id, sources=ASKED, least=LEAST_REPEATS)
    said = list({row[0].pk: row[0] for row in rows if row[0]}.values())
    made = {row[2].pk: row[2] for row in rows if row[2]}.values()
    _, adjudication, _, measured = rows[0]
    return ItemAnswers(
        item=item,
        own=[row for row in said if row.item_id == item.pk],
        decisive=_as_asked([row for row in said if row.item_id != item.pk]),
        adjudication=adjudication,
        preferences={frozenset((row.chosen_id, row.rejected_id)): row for row in made},
        measured=measured,
    )


def _as_asked(decisive: list[Judgement]) -> list[Judgement]:
    """Return them in the order in which their people first answered: a correction comes no later."""
    if len(decisive) < 2:
        return decisive
    said = Judgement.objects.filter(item=decisive[0].item_id).order_by("pk")
    people: list[int | None] = list(dict.fromkeys(said.values_list("user_id", flat=True)))
    return sorted(decisive, key=lambda row: people.index(row.user_id))
