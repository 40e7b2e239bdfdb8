"""What a person decides for their own good: consent, categories left out, breaks, settings."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotate.care.policies.breaks import REST
from annotate.care.policies.keys import changed_keys, problems_of
from annotate.care.selectors.consent_and_rest import rest_of, warning_digest
from annotate.care.selectors.reading import state_of_reading
from annotate.models import AnnotatorSettings, Break, Consent, OptOut
from oversight.errors import WrongState
from oversight.models import Campaign, GuidelinesRead, User


def give_consent(*, user: User, campaign: Campaign) -> None:
    """Agree to the warning as it reads now; agreed twice is agreed once."""
    Consent.objects.get_or_create(
        user=user, campaign=campaign, warning_sha256=warning_digest(campaign)
    )


def note_reading(*, user: User, campaign: Campaign, is_first: bool = False) -> None:
    """Keep that the person has read guidelines and principles as they are now.

    `is_first`: only where they never have; what changed since stays news until they say so.
    """
    read = state_of_reading(campaign, campaign.principles.filter(retired_at__isnull=True))
    rows, values = GuidelinesRead.objects, {**read, "read_at": timezone.now()}
    if is_first:
        rows.get_or_create(user=user, campaign=campaign, defaults=values)
    else:
        rows.update_or_create(user=user, campaign=campaign, defaults=values)


def leave_out(*, user: User, campaign: Campaign, categories: Iterable[str]) -> None:
    """Leave out exactly these of the campaign's tagged categories from now on."""
    wanted = set(categories) & set(campaign.care.harm_by_category)
    with transaction.atomic():
        OptOut.objects.filter(user=user, campaign=campaign).exclude(category__in=wanted).delete()
        OptOut.objects.bulk_create(
            (OptOut(user=user, campaign=campaign, category=category) for category in wanted),
            ignore_conflicts=True,
        )


def take_break(*, user: User, campaign: Campaign, is_put_off: bool = False) -> Break:
    """Begin the break that is due, or put it off once. Raises WrongState where none is due."""
    rest = rest_of(user, campaign)
    if rest is None or rest.ends_at is not None:
        raise WrongState("no break is due now")
    if is_put_off and not rest.can_be_put_off:
        raise WrongState("this break was put off already")
    now = timezone.now()
    ends_at = now if is_put_off else now + timedelta(seconds=REST)
    return Break.objects.create(
        user=user, campaign=campaign, begins_at=now, ends_at=ends_at, is_put_off=is_put_off
    )


def change_annotator_settings(*, user: User, keys: Mapping[str, str], blur_from: str) -> None:
    """Keep the person's keys and what is blurred for them. Raises WrongState for keys that clash."""
    if problems := problems_of(keys):
        raise WrongState("; ".join(problems.values()))
    AnnotatorSettings.objects.update_or_create(
        user=user, defaults={"keys": changed_keys(keys), "blur_from": blur_from}
    )
