"""What a list shows of its items, and the tags that there are."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import Left

from oversight.models import (
    KNOWN_KINDS,
    Campaign,
    ItemFacts,
    ItemKind,
    ItemTag,
    Judgement,
    ReviewItem,
    Source,
    not_superseded,
)
from oversight.statements import Statement

TEXT_SHOWN = 300

# Skips from one tag to the next: there may be a million of each.
TAGS = Statement(
    """
    WITH RECURSIVE found AS (
        (SELECT tag FROM oversight_itemtag WHERE campaign_id = %(campaign)s ORDER BY tag LIMIT 1)
        UNION ALL
        SELECT (SELECT tag FROM oversight_itemtag
            WHERE campaign_id = %(campaign)s AND tag > found.tag ORDER BY tag LIMIT 1)
        FROM found WHERE found.tag IS NOT NULL
    )
    SELECT tag FROM found WHERE tag IS NOT NULL LIMIT 200
    """
)


@dataclass
class ItemRow:
    """An item in a list. `people` and `critic` are letters as in the record; "": none."""

    item: ReviewItem
    facts: ItemFacts
    text: str
    harm: str = ""
    people: list[str] = field(default_factory=list)
    critic: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def why(self) -> str:
        """Why it was asked, in a word or two: routing's first reason, else what the kind says."""
        if self.item.decision and self.item.decision.reasons:
            return str(self.item.decision.reasons[0])
        if self.item.kind in KNOWN_KINDS:
            return "the right answer is known"
        if self.item.kind == ItemKind.FLAWED:
            return "both are flawed: what is overlooked"
        if self.item.adjudicates_id:
            return "people were level"
        return "" if self.item.round_id else "imported"


def tags_of(campaign: Campaign) -> list[str]:
    return [tag for (tag,) in TAGS.all(campaign=campaign.pk)]


def item_rows(facts: QuerySet[ItemFacts], campaign: Campaign) -> list[ItemRow]:
    """Return what the list shows of each: four queries, however many rows."""
    related = ("item__query", "item__round", "item__decision")
    found = (
        facts.select_related(*related)
        .defer("item__query__text", "item__query__messages", "item__query__reference")
        .defer("item__query__raw_text", "item__round__plan", "item__problem")
        .annotate(shown_text=Left("item__query__text", TEXT_SHOWN))
    )
    rows = [ItemRow(row.item, row, row.shown_text) for row in found]
    for row in rows:
        row.harm = campaign.care.harm_words(row.item.query.node)
    _add_answers(rows)
    _add_critic(rows)
    tags: dict[int, list[str]] = defaultdict(list)
    for item_id, tag in ItemTag.objects.filter(item__in=[row.item.pk for row in rows]).values_list(
        "item_id", "tag"
    ):
        tags[item_id].append(tag)
    for row in rows:
        row.tags = sorted(tags[row.item.pk])
    return rows


def _add_answers(rows: list[ItemRow]) -> None:
    said = Judgement.objects.filter(
        not_superseded(Judgement),
        item__in=[row.item.pk for row in rows],
        source__in=[Source.PERSON, Source.SIMULATED],
        is_retraction=False,
    )
    by_item = {row.item.pk: row for row in rows}
    for judgement in said.only("item_id", "choice", "overall").order_by("pk"):
        words = judgement.get_choice_display() or "rated"
        by_item[judgement.item_id or 0].people.append(words)


def _add_critic(rows: list[ItemRow]) -> None:
    """The critic may have seen the two the other way round."""
    queries = [row.item.query_id for row in rows]
    said = Judgement.objects.filter(
        query__in=queries, source=Source.CRITIC, p_a_better__isnull=False
    ).order_by("pk")
    better = {
        frozenset((each.response_a_id, each.response_b_id)): (
            each.response_a_id if (each.p_a_better or 0) >= 0.5 else each.response_b_id
        )
        for each in said
    }
    for row in rows:
        chosen = better.get(frozenset((row.item.response_a_id, row.item.response_b_id)))
        if chosen:
            row.critic = "A" if chosen == row.item.response_a_id else "B"
