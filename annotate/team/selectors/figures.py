"""What each person of a campaign has done: set by set, however many people there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from annotate.team.policies.shares import Share, difference_beyond_chance
from oversight.asking.selectors.effort import LEAST_JUDGEMENTS
from oversight.models import Campaign, User
from oversight.people.policies.permissions import ROLES

DAYS_SHOWN = 30
LEAST_SECONDS = 60  # of active time, from which a pace says anything
LATELY = 100  # answers that show how somebody does now, against those before
# What stands of each person's answers: neither corrected nor taken back since.
FIGURES = """
WITH said AS (
  SELECT mine.annotator_id AS person, mine.item_id AS item, judged.choice, judged.seconds,
    judged.created_at AS at,
    item.expected <> '' AND item.state <> 'withdrawn' AS is_gold,
    judged.choice = item.expected AS is_right
  FROM annotate_assignment mine
  JOIN annotate_annotation said ON said.assignment_id = mine.id
  JOIN oversight_judgement judged ON judged.id = said.judgement_id
  JOIN oversight_reviewitem item ON item.id = mine.item_id
  -- A reviewer's correction tells of those who were corrected.
  WHERE mine.campaign_id = %(campaign)s [of_person] AND NOT judged.is_retraction AND NOT item.is_by_review
    AND NOT EXISTS (SELECT FROM annotate_annotation later WHERE later.supersedes_id = said.id)
), compared AS (
  SELECT person, count(*) OVER same_choice - 1 AS same, count(*) OVER same_item - 1 AS others,
    row_number() OVER (PARTITION BY person ORDER BY at DESC) <= %(lately)s AS is_late
  FROM said WHERE choice <> ''
  WINDOW same_item AS (PARTITION BY item), same_choice AS (PARTITION BY item, choice)
), done AS (
  SELECT person, count(*) AS done, count(*) FILTER (WHERE at >= %(today)s) AS today,
    coalesce(sum(seconds), 0) AS seconds, count(seconds) AS timed,
    count(*) FILTER (WHERE is_gold) AS gold, count(*) FILTER (WHERE is_gold AND is_right) AS gold_right
  FROM said GROUP BY person
), agreed AS (
  SELECT person, sum(same) AS same, sum(others) AS others,
    coalesce(sum(same) FILTER (WHERE is_late), 0) AS same_late,
    coalesce(sum(others) FILTER (WHERE is_late), 0) AS others_late
  FROM compared GROUP BY person
), decided AS (
  -- What those who were level were told by somebody else, in the same letters.
  SELECT said.person, count(*) AS whole, count(*) FILTER (WHERE said.choice = word.choice) AS part
  FROM said
  JOIN oversight_reviewitem deciding ON deciding.adjudicates_id = said.item
    AND deciding.state <> 'withdrawn'
  CROSS JOIN LATERAL (
    -- Whoever was asked last has the last word.
    SELECT word.choice FROM oversight_judgement word
    WHERE word.item_id = deciding.id AND NOT word.is_retraction AND word.choice <> ''
      AND NOT EXISTS (SELECT FROM oversight_judgement later WHERE later.supersedes_id = word.id)
    ORDER BY word.id DESC LIMIT 1
  ) word
  WHERE said.choice <> '' GROUP BY said.person
), leased AS (
  SELECT mine.annotator_id AS person,
    count(*) FILTER (WHERE mine.state IN ('submitted', 'skipped')) AS seen,
    count(*) FILTER (WHERE mine.state = 'skipped' AND flag.id IS NULL) AS skipped,
    count(flag.id) AS flagged,
    count(*) FILTER (WHERE mine.harm <> '' AND mine.leased_at >= %(this_week)s
      AND mine.state IN ('submitted', 'skipped')) AS exposed
  FROM annotate_assignment mine LEFT JOIN annotate_flag flag ON flag.assignment_id = mine.id
  WHERE mine.campaign_id = %(campaign)s [of_person] GROUP BY mine.annotator_id
), member AS (
  SELECT user_id AS person, array_agg(role) AS roles, bool_or(paused_at IS NOT NULL) AS is_paused
  FROM oversight_campaignmember WHERE campaign_id = %(campaign)s GROUP BY user_id
)
SELECT who.id, who.username, who.is_simulated, member.roles, coalesce(member.is_paused, false),
  coalesce(done.done, 0), coalesce(done.today, 0), coalesce(done.seconds, 0), coalesce(done.timed, 0),
  coalesce(done.gold, 0), coalesce(done.gold_right, 0),
  coalesce(agreed.same, 0), coalesce(agreed.others, 0),
  coalesce(agreed.same_late, 0), coalesce(agreed.others_late, 0),
  coalesce(decided.part, 0), coalesce(decided.whole, 0),
  coalesce(leased.seen, 0), coalesce(leased.skipped, 0), coalesce(leased.flagged, 0),
  coalesce(leased.exposed, 0)
FROM oversight_user who
LEFT JOIN member ON member.person = who.id
LEFT JOIN done ON done.person = who.id
LEFT JOIN agreed ON agreed.person = who.id
LEFT JOIN decided ON decided.person = who.id
LEFT JOIN leased ON leased.person = who.id
WHERE (member.person IS NOT NULL OR leased.person IS NOT NULL)
  AND (%(person)s::bigint IS NULL OR who.id = %(person)s)
ORDER BY coalesce(done.done, 0) DESC, who.username
"""
# Of one person, with what others said of the same items.
OF_PERSON = """AND mine.item_id IN (SELECT item_id FROM annotate_assignment
    WHERE annotator_id = %(person)s AND campaign_id = %(campaign)s)"""
# Work is paid though it was left out later: each item once, on the day of its first answer.
DAYS = """
SELECT who.username, who.is_simulated, (worked.first_at AT TIME ZONE 'UTC')::date, count(*),
  coalesce(sum(worked.seconds), 0)
FROM (
  SELECT mine.annotator_id AS person, min(said.created_at) AS first_at, max(judged.seconds) AS seconds
  FROM annotate_assignment mine
  JOIN annotate_annotation said ON said.assignment_id = mine.id
  JOIN oversight_judgement judged ON judged.id = said.judgement_id
  WHERE mine.campaign_id = %(campaign)s
    AND (%(person)s::bigint IS NULL OR mine.annotator_id = %(person)s)
    AND mine.id IN (SELECT assignment_id FROM annotate_annotation WHERE created_at >= %(since)s)
  GROUP BY mine.id, mine.annotator_id
) worked
JOIN oversight_user who ON who.id = worked.person
WHERE worked.first_at >= %(since)s AND worked.first_at <= %(until)s
GROUP BY 1, 2, 3 ORDER BY 3 DESC, 1
"""


@dataclass(frozen=True)
class Figures:
    """What one person did in a campaign. `seconds` is active time; `agreed` counts pairs of answers,
    `agreed_lately` and `agreed_before` those of their last LATELY answers and of the ones before;
    `decided` those of which an adjudicator had the last word; `exposed` hard items of this week."""

    person: int
    username: str
    is_simulated: bool
    roles: Sequence[str]
    is_paused: bool
    done: int
    today: int
    seconds: float
    timed: int
    gold: Share
    agreed: Share
    agreed_lately: Share
    decided: Share
    skipped: Share
    flagged: Share
    exposed: int

    @property
    def agreed_before(self) -> Share:
        late = self.agreed_lately
        return Share(self.agreed.part - late.part, self.agreed.whole - late.whole)

    @property
    def drift(self) -> float | None:
        """By how many percent points they agree more with others lately than before; None where that
        can be chance, or is not known."""
        return difference_beyond_chance(self.agreed_lately, self.agreed_before)

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    @property
    def items_an_hour(self) -> float | None:
        """Of the answers whose time is known; None where that is of too few, or less than a minute."""
        is_enough = self.timed >= LEAST_JUDGEMENTS and self.seconds >= LEAST_SECONDS
        return 3600 * self.timed / self.seconds if is_enough else None


@dataclass(frozen=True)
class Day:
    """Work of one person on one day (UTC)."""

    username: str
    is_simulated: bool
    day: date
    items: int
    seconds: float

    @property
    def minutes(self) -> float:
        return self.seconds / 60


def figures_of(campaign: Campaign, person: User | None = None) -> list[Figures]:
    """Return everybody's figures, or one person's, in one query: who did most comes first."""
    today = datetime.combine(timezone.now().astimezone(UTC).date(), time.min, UTC)
    week = timezone.now() - timedelta(days=7)
    text = FIGURES.replace("[of_person]", OF_PERSON if person else "")
    rows = _rows(text, campaign, person, today=today, this_week=week, lately=LATELY)
    return [_figures(row) for row in rows]


def days_of(
    campaign: Campaign, *, person: User | None = None, since: date, until: date
) -> list[Day]:
    """Return who worked how much on which day of these, the latest first. Left out work counts."""
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until, time.max, UTC)
    return [Day(*row) for row in _rows(DAYS, campaign, person, since=first, until=last)]


def _rows(sql: str, campaign: Campaign, person: User | None, **values: Any) -> list[Any]:
    named: Mapping[str, Any] = {
        "campaign": campaign.pk,
        "person": person.pk if person else None,
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, named)
        return list(cursor.fetchall())


def _figures(row: Sequence[Any]) -> Figures:
    person, username, is_simulated, roles, is_paused, done, today, seconds, timed = row[:9]
    gold, gold_right, same, others, same_late, others_late, part, whole = row[9:17]
    seen, skipped, flagged, exposed = row[17:]
    return Figures(
        person=person,
        username=username,
        is_simulated=is_simulated,
        roles=[role for role in ROLES if role in (roles or ())],
        is_paused=is_paused,
        done=done,
        today=today,
        seconds=seconds,
        timed=timed,
        gold=Share(gold_right, gold),
        agreed=Share(int(same), int(others)),
        agreed_lately=Share(int(same_late), int(others_late)),
        decided=Share(part, whole),
        skipped=Share(skipped, seen),
        flagged=Share(flagged, seen),
        exposed=exposed,
    )
