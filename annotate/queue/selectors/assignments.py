"""What is leased to a person, and how much there is to judge."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotate.campaigns import (
    ANNOTATING_ROLES,
    WITH_CAMPAIGN,
    annotatable_campaigns,
    campaigns_of_work,
)
from annotate.models import Assignment, AssignmentState, Review, ReviewState
from annotate.queue.selectors.offers import MOST_COUNTED, offer_to, progress_counts
from oversight.errors import AtRest
from oversight.models import Campaign, ReviewItem, User
from oversight.models.groups.basics import BasicsSettings
from oversight.models.groups.care import CareSettings
from oversight.models.groups.judging import JudgingSettings
from oversight.models.groups.measuring import MeasuringSettings
from oversight.statements import Statement

# `assignments_of` for one of them, and `held_assignments`: every answer needs both.
ONE_OF_THEIRS = Statement(
    """
    SELECT {mine}, {campaign}, {basics}, {judging}, {care}, {measuring}, {item}
    FROM annotate_assignment mine
    JOIN oversight_campaign campaign ON campaign.id = mine.campaign_id
    JOIN oversight_basicssettings basics ON basics.campaign_id = campaign.id
    JOIN oversight_judgingsettings judging ON judging.campaign_id = campaign.id
    JOIN oversight_caresettings care ON care.campaign_id = campaign.id
    JOIN oversight_measuringsettings measuring ON measuring.campaign_id = campaign.id
    JOIN oversight_reviewitem item ON item.id = mine.item_id
    WHERE mine.id = %(assignment)s AND mine.annotator_id = %(user)s
    AND campaign.finished_at IS NULL AND campaign.archived_at IS NULL AND EXISTS (
        SELECT FROM oversight_campaignmember member
        WHERE member.campaign_id = campaign.id AND member.user_id = %(user)s
        AND member.role = ANY(%(roles)s))
    """,
    mine=Assignment,
    campaign=Campaign,
    basics=BasicsSettings,
    judging=JudgingSettings,
    care=CareSettings,
    measuring=MeasuringSettings,
    item=ReviewItem,
)
HELD = Statement(
    """
    SELECT {mine}, {item}
    FROM annotate_assignment mine
    JOIN oversight_reviewitem item ON item.id = mine.item_id
    WHERE mine.annotator_id = %(user)s AND mine.campaign_id = %(campaign)s
    AND mine.state = 'leased' AND item.state = 'open'
    ORDER BY mine.leased_at, mine.id
    """,
    mine=Assignment,
    item=ReviewItem,
)


@dataclass(frozen=True)
class Progress:
    """`judged` items by this person in the round under way, `open` ones that they could still judge

    (their lease too, and what they skipped: it comes back when nothing else is left).

    `has_more`: there are more than MOST_COUNTED, which is as far as `open` is counted.
    """

    judged: int
    open: int
    has_more: bool = False
    is_of_round: bool = False

    @property
    def judged_words(self) -> str:
        return f"{self.judged} judged this round" if self.is_of_round else f"{self.judged} judged"

    @property
    def total(self) -> int:
        return self.judged + self.open

    @property
    def open_words(self) -> str:
        return f"more than {MOST_COUNTED}" if self.has_more else str(self.open)


def assignments_of(user: User, *, are_ended_too: bool = False) -> QuerySet[Assignment]:
    """Assignments of the person, in any state, in campaigns where they may still annotate, and on
    demand in those that have ended."""
    campaigns = campaigns_of_work(user) if are_ended_too else annotatable_campaigns(user)
    return (
        Assignment.objects.held_by(user)
        .filter(campaign__in=campaigns)
        .select_related(*WITH_CAMPAIGN, "item")
    )


def assignment_of(user: User, assignment_id: int) -> Assignment | None:
    """Return one of `assignments_of(user)`, with its campaign and its item."""
    row = ONE_OF_THEIRS.first(user=user.pk, assignment=assignment_id, roles=ANNOTATING_ROLES)
    if row is None:
        return None
    mine, campaign, *groups, item = row
    for group in groups:
        group.campaign = campaign  # which then has it too
    return _joined(user, mine, campaign, item)


def refuse_ended(user: User, assignment_id: int) -> None:
    """Raise AtRest where the person holds this, in a campaign that was finished meanwhile."""
    rows = Assignment.objects.held_by(user).filter(pk=assignment_id).select_related("campaign")
    if (row := rows.first()) and row.campaign.has_ended:
        raise AtRest(row.campaign.name, row.campaign.state)


def held_assignments(user: User, campaign: Campaign) -> list[Assignment]:
    """What the person holds, overdue or not: until the seat is released it is theirs.

    The one at work comes first, then what was leased ahead.
    """
    rows = HELD.all(user=user.pk, campaign=campaign.pk)
    return [_joined(user, mine, campaign, item) for mine, item in rows]


def current_assignment(user: User, campaign: Campaign) -> Assignment | None:
    return next(iter(held_assignments(user, campaign)), None)


def _joined(user: User, mine: Assignment, campaign: Campaign, item: ReviewItem) -> Assignment:
    mine.annotator, mine.campaign, mine.item = user, campaign, item
    item.campaign = campaign
    return mine


def progress_of(user: User, campaign: Campaign) -> Progress:
    return _progress(progress_counts([offer_to(user, campaign)])[0])


@dataclass(frozen=True)
class Workplaces:
    """Where a person annotates: campaigns with their progress there, and those that have ended in which
    they judged something."""

    at_work: list[tuple[Campaign, Progress]]
    ended: list[Campaign]


def workplaces_of(user: User) -> Workplaces:
    """Annotates `was_anything_asked`; `has_worked`: whether the person ever judged anything there; and
    `has_sent_back`: whether a reviewer waits for them to look at an answer again."""
    asked = Exists(ReviewItem.objects.filter(campaign=OuterRef("pk")))
    judged = _judged_by(user).filter(campaign=OuterRef("pk"))
    waiting = Review.objects.filter(campaign=OuterRef("pk"), state=ReviewState.IN_REVIEW)
    sent_back = Exists(waiting.filter(sent_back_to__annotator=user))
    rows = campaigns_of_work(user).annotate(
        was_anything_asked=asked, has_worked=Exists(judged), has_sent_back=sent_back
    )
    is_going_on = Q(finished_at__isnull=True, archived_at__isnull=True)
    found = list(rows.filter(is_going_on | Q(has_worked=True)))
    going_on = [campaign for campaign in found if not campaign.has_ended]
    counts = progress_counts([offer_to(user, campaign) for campaign in going_on])
    return Workplaces(
        at_work=[(row, _progress(n)) for row, n in zip(going_on, counts, strict=True)],
        ended=[campaign for campaign in found if campaign.has_ended],
    )


def _progress(counts: tuple[int, int, int, int, bool]) -> Progress:
    judged, held, offered, skipped, is_of_round = counts
    return Progress(judged, held + offered + skipped, offered > MOST_COUNTED, is_of_round)


def has_worked_in(user: User, campaign: Campaign) -> bool:
    """Whether the person ever judged anything there, in earlier rounds too."""
    return _judged_by(user).filter(campaign=campaign).exists()


def _judged_by(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.held_by(user).filter(state=AssignmentState.SUBMITTED)


def was_anything_asked(campaign: Campaign) -> bool:
    """Whether the campaign has ever put an item to people."""
    return ReviewItem.objects.filter(campaign=campaign).exists()
