"""How far a campaign has come on its way to the first judged item."""

from dataclasses import dataclass

from oversight.models import ActiveVersion, Campaign, Judgement, Query, ReviewItem, Role, Source


@dataclass(frozen=True)
class Beginning:
    """What is there already; a campaign whose answers were brought along needs no models."""

    has_data: bool
    has_models: bool
    has_held_out: bool
    has_checker: bool
    has_people: bool
    has_items: bool
    is_judged: bool


def beginning_of(campaign: Campaign) -> Beginning:
    return Beginning(
        has_data=Query.objects.filter(campaign=campaign).exists(),
        has_models=ActiveVersion.objects.filter(campaign=campaign, role=Role.LEARNER).exists(),
        has_held_out=campaign.queries.held_out().exists(),
        has_checker=bool(campaign.basics.checker),
        has_people=campaign.members.filter(role="annotator").exists(),
        has_items=ReviewItem.objects.filter(campaign=campaign).exists(),
        is_judged=Judgement.objects.filter(item__campaign=campaign, source=Source.PERSON).exists(),
    )
