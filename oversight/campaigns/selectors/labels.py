"""What people said in a campaign: as long as there is any of it, the campaign is kept."""

from oversight.models import BlindAnswer, Campaign, Judgement, Source


def labels_held(campaign: Campaign) -> int:
    """Return how many answers of people the campaign holds: imported ones, what was superseded, and
    first answers that no final one followed.
    """
    said = Judgement.objects.filter(query__campaign=campaign, source=Source.PERSON)
    begun = BlindAnswer.objects.filter(item__campaign=campaign, user__is_simulated=False)
    return said.count() + begun.exclude(item__judgements__in=said).count()
