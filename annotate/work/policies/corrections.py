"""Whether a person may still change what they submitted."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Submitted:
    """An answer that stands. `has_round_gone_on`: its round no longer asks people.

    `is_review_over`: nobody is asked about its items any more. `is_decided`: somebody else has
    decided between the answers. `is_sent_back`: a reviewer asks to look at it again; `is_by_review`:
    they decided it as the reviewer themself. `has_campaign_ended`: nothing in it changes any more.
    """

    at: datetime
    has_round_gone_on: bool = False
    is_item_withdrawn: bool = False
    was_result_told: bool = False
    is_review_over: bool = False
    is_decided: bool = False
    is_sent_back: bool = False
    is_by_review: bool = False
    has_campaign_ended: bool = False


def is_in_window(submitted: Submitted, *, now: datetime, undo_minutes: int) -> bool:
    return now - submitted.at < timedelta(minutes=undo_minutes)


def refusal(submitted: Submitted, *, now: datetime, undo_minutes: int) -> str:
    """Return why it stands as it is; empty where it may be corrected.

    Inside the window it always may; after it, as long as its round still asks people, or where it was
    sent back.
    """
    if submitted.has_campaign_ended:
        return "The campaign has ended: it stands."
    if submitted.is_item_withdrawn:
        return "The item was withdrawn, and nothing said of it is used."
    if submitted.was_result_told:
        return "You were told the known answer, so what you said before stands."
    if is_in_window(submitted, now=now, undo_minutes=undo_minutes):
        return ""
    if submitted.has_round_gone_on and not submitted.is_sent_back:
        return "Its round has gone on, and the time to take it back is over: it stands."
    return ""


def why_it_stays(submitted: Submitted, *, now: datetime, undo_minutes: int) -> str:
    """Return why it cannot be taken back as if it had not been said; empty where it can."""
    if why := refusal(submitted, now=now, undo_minutes=undo_minutes):
        return why
    if not is_in_window(submitted, now=now, undo_minutes=undo_minutes):
        return "The time to take it back is over. You can still correct it."
    if submitted.has_round_gone_on or submitted.is_review_over:
        return "Its round has gone on, so it cannot be taken back. You can still correct it."
    if submitted.is_by_review:
        return "You decided this in a review, so it cannot be taken back. You can still correct it."
    if submitted.is_decided:
        return (
            "Somebody else has decided between the answers, so it cannot be taken back. "
            "You can still correct it."
        )
    return ""
