"""What people said in a campaign: as long as there is any of it, the campaign is kept."""

from oversight.models import AttackFinding, BlindAnswer, Campaign, Judgement, Source


def labels_held(campaign: Campaign) -> int:
    """Return how many answers of people the campaign holds: imported ones, what was superseded,
    first answers that no final one followed, and what they found of attacks.
    """
    said = Judgement.objects.filter(query__campaign=campaign, source=Source.PERSON)
    begun = BlindAnswer.objects.filter(item__campaign=campaign, user__is_simulated=False)
    found = AttackFinding.objects.filter(query__campaign=campaign, source=Source.PERSON)
    return said.count() + begun.exclude(item__judgements__in=said).count() + found.count()
