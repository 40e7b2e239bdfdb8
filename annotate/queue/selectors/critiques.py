"""Which critiques of an item may be shown."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from annotate.errors import NotShown
from oversight.models import Comment, Critique, Principle, ReviewItem
from oversight.statements import Statement

# Critiques by models of an item's responses; only of the round's critic, where it has one. The item
# is joined: of lists as parameters PostgreSQL knows too little to keep a plan.
RESPONSES = "ARRAY[item.response_a_id, item.response_b_id, item.response_c_id, item.response_d_id]"
IS_OF_ITEM = f"""
    critique.response_id = ANY({RESPONSES})
        AND critique.version_id IS NOT NULL
        AND (critique.other_response_id IS NULL OR critique.other_response_id = ANY({RESPONSES}))
        AND (round.critic_id IS NULL OR critique.version_id = round.critic_id)
"""
OF_ITEM = f"""
    FROM oversight_reviewitem item
    LEFT JOIN oversight_round round ON round.id = item.round_id
    JOIN oversight_critique critique ON {IS_OF_ITEM}
"""
# Of an `item` of the statement around it: whether a critique can be shown that says something.
HAS_CRITIQUE = f"""
    EXISTS (
        SELECT FROM oversight_critique critique
        LEFT JOIN oversight_round round ON round.id = item.round_id
        WHERE {IS_OF_ITEM} AND critique.verdict IS NOT NULL)
"""
NEWEST = Statement(
    f"""
    WITH critique AS (
        SELECT DISTINCT ON (critique.response_id, critique.version_id) critique.*
        {OF_ITEM} WHERE item.id = %(item)s
        ORDER BY critique.response_id, critique.version_id, critique.sample,
            critique.created_at DESC, critique.id DESC)
    SELECT {{critique}}, {{comment}}, {{principle}}
    FROM critique
    LEFT JOIN oversight_comment comment ON comment.critique_id = critique.id
    LEFT JOIN oversight_principle principle ON principle.id = comment.principle_id
    ORDER BY critique.response_id, critique.version_id, comment.number
    """,  # noqa: S608 -- nothing of it comes from outside
    critique=Critique,
    comment=Comment,
    principle=Principle,
)
SHOWN = Statement(
    f"""
    SELECT critique.id, critique.verdict IS NOT NULL, comment.id
    {OF_ITEM}
    LEFT JOIN oversight_comment comment ON comment.critique_id = critique.id
    WHERE item.id = %(item)s
    """
)


def newest_critiques(item: ReviewItem) -> dict[Critique, list[Comment]]:
    """The newest critique of each response by each critic: of several samples the first, greedy one.

    Each with its comments in order, and those with their principles.
    """
    found: dict[Critique, list[Comment]] = {}
    for critique, comment, principle in NEWEST.all(item=item.pk):
        comments = found.setdefault(critique, [])
        if comment:
            comment.principle = principle
            comments.append(comment)
    return found


def rated_critiques(item: ReviewItem) -> list[Critique]:
    """The critiques that the item asks to rate, at most four, in the record's order."""
    return list(item.critiques.order_by("pk")[:4])


def comments_by_critique(critiques: Iterable[Critique]) -> dict[int, list[Comment]]:
    """The comments of each critique in order, with their principles. One query for all."""
    rows = Comment.objects.filter(critique__in=[critique.pk for critique in critiques])
    grouped: dict[int, list[Comment]] = defaultdict(list)
    for row in rows.select_related("principle").order_by("critique", "number"):
        grouped[row.critique_id].append(row)
    return grouped


def check_shown(
    item: ReviewItem, critiques_shown: Sequence[int], comment_ids: Collection[int]
) -> bool:
    """Return whether a readable critique was shown; raise NotShown for what was not of the item."""
    if not critiques_shown and not comment_ids:
        return False
    rows = SHOWN.all(item=item.pk)
    is_readable = {critique: readable for critique, readable, _ in rows}
    if unknown := set(critiques_shown) - is_readable.keys():
        raise NotShown(f"Critiques {sorted(unknown)} do not belong to item {item.pk}.")
    shown = {comment for critique, _, comment in rows if critique in critiques_shown}
    if unknown := set(comment_ids) - shown:
        raise NotShown(f"Comments {sorted(unknown)} were not shown with item {item.pk}.")
    return any(is_readable[pk] for pk in critiques_shown)
