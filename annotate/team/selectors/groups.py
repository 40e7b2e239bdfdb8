"""Whether people who differ judge alike: agreement within and between groups of people."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from annotate.team.policies.shares import Share
from oversight.models import Campaign

FEWEST = 3  # people in a group of whom anything is told: else it would tell of one of them
# Each two standing answers of different people to one item, counted by what both say of themselves.
PAIRS = """
WITH said AS MATERIALIZED (
  SELECT mine.item_id AS item, mine.annotator_id AS person, judged.choice
  FROM annotate_assignment mine
  JOIN annotate_annotation said ON said.assignment_id = mine.id
  JOIN oversight_judgement judged ON judged.id = said.judgement_id
  JOIN oversight_reviewitem item ON item.id = mine.item_id
  WHERE mine.campaign_id = %(campaign)s AND item.annotators > 1 AND item.state <> 'withdrawn'
    AND judged.choice <> '' AND NOT judged.is_retraction
    AND NOT EXISTS (SELECT FROM annotate_annotation later WHERE later.supersedes_id = said.id)
), about AS (
  SELECT user_id AS person, name, value FROM oversight_personattribute
  WHERE campaign_id = %(campaign)s
)
SELECT mine.name, mine.value, theirs.value, count(*), count(*) FILTER (WHERE a.choice = b.choice)
FROM said a JOIN said b ON b.item = a.item AND b.person > a.person
JOIN about mine ON mine.person = a.person
JOIN about theirs ON theirs.person = b.person AND theirs.name = mine.name
GROUP BY 1, 2, 3
"""
SIZES = """
SELECT name, value, count(*) FROM oversight_personattribute
WHERE campaign_id = %s GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Group:
    """`people` who say that they are of it; `within` is how often two of them said the same of an
    item, None where they are too few for it to be told."""

    value: str
    people: int
    within: Share | None


@dataclass(frozen=True)
class Question:
    """What people are asked about themselves: its groups, and `between` two of different ones."""

    name: str
    groups: list[Group]
    between: Share


def groups_of(campaign: Campaign) -> list[Question]:
    """Return each question that the campaign asks, in two queries; none where it asks nothing."""
    if not (asked := campaign.judging.attributes):
        return []
    sizes: Mapping[tuple[str, str], int]
    with connection.cursor() as cursor:
        cursor.execute(SIZES, [campaign.pk])
        sizes = {(name, value): people for name, value, people in cursor.fetchall()}
        cursor.execute(PAIRS, {"campaign": campaign.pk})
        pairs = cursor.fetchall()
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for name, a, b, whole, part in pairs:
        if min(sizes.get((name, a), 0), sizes.get((name, b), 0)) >= FEWEST:
            found = counts[name, a if a == b else ""]
            found[:] = [found[0] + part, found[1] + whole]
    return [_question(name, answers, sizes, counts) for name, answers in asked.items()]


def _question(
    name: str,
    answers: list[str],
    sizes: Mapping[tuple[str, str], int],
    counts: Mapping[tuple[str, str], list[int]],
) -> Question:
    groups = []
    for value in answers:
        people = sizes.get((name, value), 0)
        within = Share(*counts[name, value]) if people >= FEWEST else None
        groups.append(Group(value, people, within))
    return Question(name, groups, Share(*counts[name, ""]))
