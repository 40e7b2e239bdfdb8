"""Deleting a campaign that holds nobody's labels, with all that hangs on it."""

from django.db import IntegrityError, connection, transaction

from oversight.campaigns.selectors.belongings import belongings
from oversight.campaigns.selectors.labels import labels_held
from oversight.errors import WrongState
from oversight.models import Act, Campaign, User
from oversight.people.services.audit import record_act


def delete_campaign(*, campaign: Campaign, name: str, by: User | None = None) -> None:
    """Delete a campaign and all of its records, for good; the audit log keeps that it was.

    `name` is the campaign's as somebody typed it. Files of models and of imports stay on disk.
    Raises WrongState where it holds people's answers (archive it instead), where a round is open,
    where the name is another one, and where somebody answered at the same moment.
    """
    try:
        with transaction.atomic():
            locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
            _refuse(locked, name)
            _delete_rows(locked)
            record_act(
                Act.CAMPAIGN_DELETED, campaign=locked, by=by, name=locked.name, slug=locked.slug
            )
    except IntegrityError as error:
        raise WrongState(f"somebody worked in {campaign.name} just now") from error


def reason_to_keep(campaign: Campaign) -> str:
    """Return why the campaign cannot be deleted, empty where it can."""
    if count := labels_held(campaign):
        answers = "1 answer" if count == 1 else f"{count:,} answers"
        return f"{campaign.name} holds {answers} of people, which are never deleted: archive it"
    if round_ := campaign.rounds.filter(finished_at__isnull=True).first():
        return f"round {round_.number} of {campaign.name} is open: cancel it first"
    return ""


def _refuse(campaign: Campaign, name: str) -> None:
    if name.strip() != campaign.name.strip():
        raise WrongState(f"that is not the name of the campaign, which is {campaign.name}")
    if reason := reason_to_keep(campaign):
        raise WrongState(reason)


def _delete_rows(campaign: Campaign) -> None:
    """Delete what hangs on others first; PostgreSQL checks at the end that nothing hangs on what went.

    Append-only rows are let go by the name of their campaign, people's labels never (`refuse_change`).
    """
    _let_go(str(campaign.pk))
    for model, path in reversed(belongings().items()):
        model._base_manager.filter(**{path: campaign.pk})._raw_delete(using=connection.alias)
    Campaign.objects.filter(pk=campaign.pk)._raw_delete(using=connection.alias)
    connection.check_constraints()
    _let_go("")


def _let_go(campaign: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oversight.campaign_going', %s, true)", [campaign])
