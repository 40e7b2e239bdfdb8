"""What a campaign's first page tells of its rounds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from oversight.loop.selectors.progress import LabelCounts, counts_by_source, preferences_by_round
from oversight.models import Campaign, Evaluation, Role, Source, SourceReliability
from oversight.pages.policies.story import Gated, Point, Story, headline, tell_story
from oversight.trust.policies.source.believed import believed
from oversight.trust.selectors.round_trust import judges_in_words


@dataclass(frozen=True)
class RoundLine:
    """A round in a line of figures. `labels` are its preferences by who gave them; `agreement` is how
    often people agree with the critic, as known after the round: {value, low, high}."""

    number: int
    point: Point | None
    labels: LabelCounts
    agreement: Mapping[str, float] | None = None

    @property
    def human_share(self) -> float | None:
        """None where there are no labels. Simulated ones are never human."""
        labels = self.labels
        total = labels.human + labels.critic + labels.checker + labels.simulated
        return labels.human / total if total else None


@dataclass(frozen=True)
class CampaignStory:
    """`behind` of all `labels` were there when the version at work was trained, None while none was
    promoted; `since` are the others. What came in by no round counts as having been there."""

    headline: str
    story: Story | None
    lines: list[RoundLine]
    labels: LabelCounts
    behind: LabelCounts | None = None
    since: LabelCounts | None = None
    believed: str = ""
    alarms: list[str] = field(default_factory=list)


def campaign_story(campaign: Campaign) -> CampaignStory:
    """Return the story: five queries, however many rounds."""
    story = tell_story(_gated(campaign))
    labels = _labels_by_round(campaign)
    measured = _critic_by_round(campaign)
    newest = measured[max(measured)] if measured else None
    last = story.last_promoted if story else 0
    behind = {number: counts for number, counts in labels.items() if number <= last}
    since = {number: counts for number, counts in labels.items() if number > last}
    return CampaignStory(
        headline=headline(story),
        story=story,
        lines=_lines(story, labels, measured),
        labels=counts_by_source(_summed(labels)),
        behind=counts_by_source(_summed(behind)) if last else None,
        since=counts_by_source(_summed(since)) if last and since else None,
        believed=believed(newest.population, judges_in_words(newest)) if newest else "",
        alarms=[alarm] if newest and (alarm := str(newest.drift.get("alarm") or "")) else [],
    )


def _gated(campaign: Campaign) -> list[Gated]:
    rows = Evaluation.objects.filter(campaign=campaign, round__isnull=False, role=Role.LEARNER)
    return [
        Gated(
            round=row.round.number,
            candidate=str(row.candidate),
            baseline=str(row.baseline),
            is_promoted=row.is_promoted,
            reasons=row.reasons,
            metrics=row.metrics,
        )
        for row in rows.select_related("candidate", "baseline", "round").defer("round__plan")
        if row.round
    ]


Labels = dict[int, dict[str, int]]


def _labels_by_round(campaign: Campaign) -> Labels:
    """Count what may be trained on by round and source; 0 for what came in by no round."""
    numbers = dict(campaign.rounds.values_list("pk", "number"))
    found: Labels = defaultdict(dict)
    for source, by_round in preferences_by_round(campaign).items():
        for round_id, count in by_round.items():
            found[numbers.get(round_id, 0)][source] = count
    return found


def _critic_by_round(campaign: Campaign) -> dict[int, SourceReliability]:
    rows = SourceReliability.objects.filter(campaign=campaign, source=Source.CRITIC)
    return {row.round.number: row for row in rows.select_related("round").defer("round__plan")}


def _lines(
    story: Story | None, labels: Labels, measured: Mapping[int, SourceReliability]
) -> list[RoundLine]:
    points = {point.round: point for point in story.points} if story else {}
    numbers = sorted({*points, *labels, *measured} - {0})
    return [
        RoundLine(
            number,
            points.get(number),
            counts_by_source(labels.get(number, {})),
            measured[number].population.get("weighted") if number in measured else None,
        )
        for number in numbers
    ]


def _summed(labels: Labels) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for of_round in labels.values():
        for source, count in of_round.items():
            total[source] += count
    return total
