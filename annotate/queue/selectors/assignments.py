"""What is leased to a person, and how much there is to judge."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from annotate.campaigns import ANNOTATING_ROLES, WITH_CAMPAIGN, annotatable_campaigns
from annotate.models import Assignment
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


def assignments_of(user: User) -> QuerySet[Assignment]:
    """Assignments of the person, in any state, in campaigns where they may still annotate."""
    return (
        Assignment.objects.held_by(user)
        .filter(campaign__in=annotatable_campaigns(user))
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


def campaigns_with_progress(user: User) -> list[tuple[Campaign, Progress]]:
    """The person's campaigns, each with their progress in it; annotates `was_anything_asked`."""
    asked = Exists(ReviewItem.objects.filter(campaign=OuterRef("pk")))
    campaigns = list(annotatable_campaigns(user).annotate(was_anything_asked=asked))
    counts = progress_counts([offer_to(user, campaign) for campaign in campaigns])
    return [(campaign, _progress(row)) for campaign, row in zip(campaigns, counts, strict=True)]


def _progress(counts: tuple[int, int, int, int, bool]) -> Progress:
    judged, held, offered, skipped, is_of_round = counts
    return Progress(judged, held + offered + skipped, offered > MOST_COUNTED, is_of_round)


def was_anything_asked(campaign: Campaign) -> bool:
    """Whether the campaign has ever put an item to people."""
    return ReviewItem.objects.filter(campaign=campaign).exists()
