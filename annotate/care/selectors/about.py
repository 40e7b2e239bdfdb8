"""What a person has said of themselves."""

from oversight.models import Campaign, PersonAttribute, User


def said_by(user: User, campaign: Campaign) -> dict[str, str]:
    """Return {what: answer}, of what the campaign asks today; no query where that is nothing."""
    asked = campaign.judging.attributes
    if not asked:
        return {}
    rows = PersonAttribute.objects.filter(user=user, campaign=campaign, name__in=list(asked))
    said = dict(rows.values_list("name", "value"))
    return {name: value for name, value in said.items() if value in asked[name]}


def are_answers_open(user: User, campaign: Campaign) -> bool:
    """Return whether the campaign asks the person something that they have not answered."""
    return len(said_by(user, campaign)) < len(campaign.judging.attributes)
