"""Rows for the workbench's tests: a pair with critiques, people, a lease."""

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse

from annotate.models import Assignment
from annotate.queue.services.leases import lease_next
from annotate.text.colouring_process import BUSY, SLOW, colouring_process
from models_srv.roles.quotes import match_quote
from oversight.models import (
    Campaign,
    Comment,
    CriticVerdict,
    Critique,
    Principle,
    Response,
    ReviewItem,
    Role,
    User,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_version,
)

QUERY = (
    "Noor has 31 beads. Then 4 boxes of 7 beads arrive. There are 12 chairs in the room. "
    "Then 9 beads are lost. How many beads now?"
)
WRONG = "4 * 7 = 28\n31 + 28 = 59\n59 + 12 = 71\n71 - 9 = 62\n#### 62"
RIGHT = "4 * 7 = 28\n31 + 28 = 59\n59 - 9 = 50\n#### 50"


@dataclass
class Pair:
    campaign: Campaign
    item: ReviewItem
    user: User
    comments: list[Comment]

    def lease(self, user: User | None = None) -> Assignment:
        """Lease the next item, as if a minute ago: no more active time than that is believed."""
        assignment = lease_next(user=user or self.user, campaign=self.campaign)
        assert assignment is not None
        assignment.leased_at -= timedelta(minutes=1)
        assignment.save(update_fields=["leased_at"])
        return assignment

    def another(self) -> User:
        return make_member(self.campaign)


def make_comment(critique: Critique, quote: str, **fields) -> Comment:
    how, start, end = match_quote(critique.response.text, quote)
    values = {
        "number": Comment.objects.filter(critique=critique).count() + 1,
        "severity": "major",
        "explanation": "This is wrong.",
        **fields,
    }
    return Comment.objects.create(
        critique=critique, quote=quote, quote_match=how, start=start, end=end, **values
    )


def make_critique(response: Response, verdict: str | None = CriticVerdict.FLAWED, **fields):
    campaign = response.query.campaign
    version = fields.pop("version", None) or campaign.versions.filter(role=Role.CRITIC).first()
    return Critique.objects.create(
        response=response,
        version=version or make_version(campaign, Role.CRITIC),
        verdict=verdict,
        **fields,
    )


def make_reviewed_pair(campaign: Campaign | None = None, **fields) -> Pair:
    campaign = campaign or make_campaign(name="Word problems", guidelines="Use only what is asked.")
    principle, _ = Principle.objects.get_or_create(
        campaign=campaign, number=2, defaults={"text": "Use only what is asked."}
    )
    query = fields.pop("query", None) or make_query(campaign, fields.pop("query_text", QUERY))
    turns = fields.pop("turns_a", None)
    wrong = make_response(query, fields.pop("text_a", WRONG), messages=turns)
    right = make_response(query, fields.pop("text_b", RIGHT))
    critique = make_critique(wrong, summary="Counts something that is not beads.")
    comments = [
        make_comment(
            critique,
            "59 + 12 = 71",
            severity="critical",
            category="irrelevant fact",
            principle=principle,
            explanation="The 12 chairs are not beads. Every later line is wrong.",
            suggested_fix="(leave this step out)",
        ),
        make_comment(critique, "71 - 9 = 62\n#### 62", severity="minor", category="slip"),
        make_comment(critique, "12 chairs are beads", severity="nitpick", category="style"),
    ]
    make_critique(right, CriticVerdict.SOUND, summary="Every step follows.")
    item = make_item(campaign, query=query, response_a=wrong, response_b=right, **fields)
    return Pair(campaign, item, make_member(campaign), comments)


def make_two_items() -> Pair:
    """Return a pair with critiques, behind which another one waits in the same campaign."""
    first = make_reviewed_pair()
    make_reviewed_pair(first.campaign, query_text="The second query?")
    return first


def make_answer(assignment: Assignment, preference: str = "1", **fields) -> dict[str, object]:
    """What the form sends for a card on which nothing but the preference was chosen."""
    return {"submission": str(uuid4()), "preference": preference, "seconds": "12.5", **fields}


def url(name, assignment):
    """Return the address of a view of the workbench."""
    return reverse(f"annotate:{name}", args=[assignment.pk])


def wait_until_colours() -> None:
    """Ask the process that colours code until it answers: it may have to start."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        colouring_process.rests_until = 0.0
        if colouring_process.reply(b'[["text", "a"]]') not in (BUSY, SLOW):
            return
    raise TimeoutError("the colouring process does not start")
