"""What a person says of themselves in a campaign."""

from collections.abc import Mapping

from django.db import transaction

from oversight.errors import WrongState
from oversight.models import Campaign, PersonAttribute, User


@transaction.atomic
def say_of_oneself(*, user: User, campaign: Campaign, said: Mapping[str, str]) -> None:
    """Keep exactly these answers, {what: answer}; what is left out or empty is not said.

    Raises WrongState for what the campaign does not ask, or an answer that it does not offer.
    """
    asked = campaign.judging.attributes
    answers = {name: value for name, value in said.items() if value}
    for name, value in answers.items():
        if value not in asked.get(name, ()):
            raise WrongState(f"“{value}” is none of the answers to “{name}”")
    # One at a time: two tabs leave what the later one said.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    PersonAttribute.objects.filter(user=user, campaign=campaign).delete()
    PersonAttribute.objects.bulk_create(
        PersonAttribute(user=user, campaign=campaign, name=name, value=value)
        for name, value in answers.items()
    )
