"""What the queue may offer a person, in PostgreSQL's own words: one text for claims and counts.

Neither cost depends on how many items are open: a claim stops at the first row of the partial index
`item_queue`, a count at MOST_COUNTED.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotate.care.selectors.about import said_by
from annotate.care.selectors.exposure import left_out_categories
from oversight.models import Campaign, User

MOST_COUNTED = 100

OFFERED = """
    item.campaign_id = %(campaign)s AND item.state = 'open' AND item.seats_free > 0
    AND NOT EXISTS (
        SELECT FROM annotate_assignment held
        WHERE held.item_id = item.id AND held.annotator_id = %(user)s AND [not_held]
        -- Looked up for each item by its key: as a join it would read all that the person ever held.
        OFFSET 0)
    -- Nobody rates a critique that they wrote.
    AND (item.kind <> 'critique_rating' OR NOT EXISTS (
        SELECT FROM oversight_reviewitem_critiques rated
        JOIN oversight_critique critique ON critique.id = rated.critique_id
        WHERE rated.reviewitem_id = item.id AND critique.author_id = %(user)s))
    -- Who could not agree does not decide between themselves.
    AND (item.adjudicates_id IS NULL OR NOT EXISTS (
        SELECT FROM annotate_assignment before
        WHERE before.item_id = item.adjudicates_id AND before.annotator_id = %(user)s
        AND before.state = 'submitted'))
    -- Who has reviewed it has seen what the others said.
    AND NOT EXISTS (
        SELECT FROM annotate_review review JOIN annotate_reviewanswer seen ON seen.review_id = review.id
        WHERE review.item_id = coalesce(item.adjudicates_id, item.id)
        AND seen.reviewer_id = %(user)s
        OFFSET 0)
"""
# Once more at the end: what the person skipped without saying that something is wrong with it.
AGAIN = """
    SELECT skipped.item_id FROM annotate_assignment skipped
    WHERE skipped.annotator_id = %(user)s AND skipped.campaign_id = %(campaign)s
    AND skipped.state = 'skipped' AND NOT skipped.was_offered_again
    AND NOT EXISTS (SELECT FROM annotate_flag flag WHERE flag.assignment_id = skipped.id)
"""
NOT_HELD = "held.state <> 'expired'"
WITHOUT_CATEGORIES = """
    AND NOT EXISTS (
        SELECT FROM oversight_query query
        WHERE query.id = item.query_id AND query.node = ANY(%(left_out)s))
"""
# Who practised on an item knows its answer.
WITHOUT_PRACTICE = """
    AND NOT EXISTS (
        SELECT FROM annotate_qualificationanswer practice
        WHERE practice.item_id = item.id AND practice.user_id = %(user)s)
"""
# Those who judge the same item differ in what the campaign spreads its seats over. Who has not said
# it is in a group of their own.
OF_SAME_GROUP = """
    SELECT FROM annotate_assignment other
    LEFT JOIN oversight_personattribute theirs ON theirs.user_id = other.annotator_id
        AND theirs.campaign_id = %(campaign)s AND theirs.name = %(spread_over)s
    WHERE other.item_id = item.id AND other.annotator_id <> %(user)s
    AND other.state IN ('leased', 'submitted')
    AND theirs.value IS NOT DISTINCT FROM %(own_value)s::text
    OFFSET 0
"""
# What was judged since the round under way began; of all rounds where none is.
PROGRESS = """
    SELECT
        (SELECT count(*) FROM annotate_assignment mine
         WHERE mine.annotator_id = %(user)s AND mine.campaign_id = %(campaign)s
         AND mine.state = 'submitted' AND mine.leased_at >= coalesce(
            (SELECT created_at FROM oversight_round
             WHERE campaign_id = %(campaign)s AND finished_at IS NULL), '-infinity')),
        (SELECT count(*) FROM annotate_assignment mine
         JOIN oversight_reviewitem item ON item.id = mine.item_id
         WHERE mine.annotator_id = %(user)s AND mine.campaign_id = %(campaign)s
         AND mine.state = 'leased' AND item.state = 'open'),
        (SELECT count(*) FROM (
            SELECT FROM oversight_reviewitem item WHERE {offered}
            -- In the order of `item_queue`, so that it is read and not all that is closed too.
            ORDER BY item.priority DESC, item.id
            -- No parameter: not knowing it, PostgreSQL would plan anew every time. One more than
            -- is counted tells that there are more.
            LIMIT {most}) counted),
        (SELECT count(*) FROM oversight_reviewitem item WHERE {skipped}),
        EXISTS (SELECT FROM oversight_round
                WHERE campaign_id = %(campaign)s AND finished_at IS NULL)
"""


@dataclass(frozen=True)
class Offer:
    """What one person may be offered in one campaign; `left_out` are categories that they are not;
    `own_value` is what they said of what the campaign spreads its seats over."""

    user: User
    campaign: Campaign
    left_out: tuple[str, ...] = ()
    own_value: str | None = None

    @property
    def conditions(self) -> str:
        """What an `item` has to meet, to be put into a statement."""
        return self._conditions(NOT_HELD)

    @property
    def conditions_of_skipped(self) -> str:
        """The same, of those that the person skipped and may be asked about once more."""
        not_skipped = f"{NOT_HELD} AND (held.state <> 'skipped' OR held.was_offered_again)"
        return f"item.id IN ({AGAIN}) AND {self._conditions(not_skipped)}"

    def _conditions(self, not_held: str) -> str:
        offered = OFFERED.replace("[not_held]", not_held)
        if self.left_out:
            offered += WITHOUT_CATEGORIES
        if self.campaign.judging.qualification_items:
            offered += WITHOUT_PRACTICE
        if self.spread_over:
            offered += f" AND NOT EXISTS ({OF_SAME_GROUP})"
        return offered

    @property
    def spread_over(self) -> str:
        return self.campaign.judging.spread_over

    def values(self) -> dict[str, Any]:
        return {
            "user": self.user.pk,
            "campaign": self.campaign.pk,
            "left_out": list(self.left_out),
            "spread_over": self.spread_over,
            "own_value": self.own_value,
        }


def progress_counts(offers: Sequence[Offer]) -> list[tuple[int, int, int, int, bool]]:
    """Return (judged, held, offered, skipped, whether a round is under way) for each, in one query.

    Offered ones are counted up to one more than MOST_COUNTED; skipped ones are those that come back
    when nothing else is left.
    """
    if not offers:
        return []
    statements, values = [], {}
    for number, offer in enumerate(offers):
        # Each one's values under names of its own.
        counted = PROGRESS.format(
            offered=offer.conditions,
            skipped=offer.conditions_of_skipped,
            most=MOST_COUNTED + 1,
        )
        statements.append(counted.replace("%(", f"%(of_{number}_"))
        values.update({f"of_{number}_{name}": value for name, value in offer.values().items()})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return list(cursor.fetchall())


def offer_to(user: User, campaign: Campaign) -> Offer:
    own_value = said_by(user, campaign).get(campaign.judging.spread_over)
    return Offer(user, campaign, left_out_categories(user, campaign), own_value)
