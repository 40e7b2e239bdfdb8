"""What a person has to do before the queue offers them anything."""

from enum import StrEnum

from annotate.care.selectors.consent_and_rest import has_consented, rest_of
from annotate.queue.selectors.qualification import qualification_of
from oversight.models import Campaign, User


class Gate(StrEnum):
    CONSENT = "consent"
    QUALIFICATION = "qualification"
    BREAK = "break"


def gate_before(user: User, campaign: Campaign) -> Gate | None:
    """Return what comes first, None where nothing does. Simulated annotators need no care."""
    if user.is_simulated:
        return None
    if campaign.care.content_warning and not has_consented(user, campaign):
        return Gate.CONSENT
    # Before practice too, which is work like any other.
    if campaign.care.break_minutes and rest_of(user, campaign):
        return Gate.BREAK
    if campaign.judging.qualification_items and not qualification_of(user, campaign).is_passed:
        return Gate.QUALIFICATION
    return None
