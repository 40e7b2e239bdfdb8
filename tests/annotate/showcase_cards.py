"""Every kind of card, held by one person."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from annotate.models import Assignment
from oversight.models import Arm, Campaign, ItemKind, Principle, ReviewItem, Role, User
from tests.annotate.records import QUERY, Pair, make_comment, make_critique, make_reviewed_pair
from tests.annotate.showcase_texts import (
    DERIVATION,
    FOUR,
    HOSTILE,
    LONG,
    PROBLEM,
    STEPS,
    WRONG_DERIVATION,
)
from tests.factories import make_item, make_query, make_response, make_version


def make_pair(campaign: Campaign, **fields) -> Pair:
    """The pair of the tests' records, of a query that the campaign has not had yet."""
    chairs = 12 + campaign.queries.count()
    return make_reviewed_pair(
        campaign, query_text=QUERY.replace("12 chairs", f"{chairs} chairs"), **fields
    )


def card_path(row: Assignment) -> str:
    return reverse("annotate:assignment", args=[row.pk])


def make_cards(campaign: Campaign, person: User) -> dict[str, Assignment]:
    pair = make_pair(campaign)
    item = pair.item
    return {
        "pair": hold(item, person),
        "blind": hold(make_pair(campaign).item, person, arm=Arm.BLIND_FIRST),
        "hidden": hold(make_pair(campaign).item, person, arm=Arm.HIDDEN),
        "formatted": hold(_formatted(campaign), person),
        "four": hold(_four(campaign), person, order_shown="cadb"),
        "steps": hold(_steps(campaign), person, order_shown="a"),
        "ratings": hold(_ratings(campaign), person, order_shown="dbca"),
        "long": hold(make_texts(campaign, LONG, LONG[:300]), person),
        "hostile": hold(make_texts(campaign, *HOSTILE), person),
        "blurred": hold(make_texts(campaign, "One.", "Two."), person, harm="severe"),
    }


def hold(item, person, **fields) -> Assignment:
    values = {"order_shown": "ab", "expires_at": timezone.now() + timedelta(days=1)}
    return Assignment.objects.create(
        campaign=item.campaign, item=item, annotator=person, **(values | fields)
    )


def make_texts(campaign, text_a, text_b):
    query = make_query(campaign)
    return make_item(
        campaign,
        query=query,
        response_a=make_response(query, text_a),
        response_b=make_response(query, text_b),
    )


def _formatted(campaign):
    query = make_query(campaign, PROBLEM)
    wrong, right = make_response(query, WRONG_DERIVATION), make_response(query, DERIVATION)
    for name in ("critic", "second critic"):
        version = make_version(campaign, Role.CRITIC, active=False, name=name)
        critique = make_critique(wrong, version=version, summary="The sign of the root is lost.")
        make_comment(
            critique,
            "so $x = 3$ is the only root",
            severity="critical",
            category="lost root",
            principle=Principle.objects.get(campaign=campaign, number=2),
            explanation="Squares have two roots.",
            suggested_fix="so $x = 3$ or $x = -3$",
        )
        make_comment(critique, "$x = 3$ is the only root of the equation", severity="minor")
        make_comment(critique, "return 3", severity="nitpick", category="style")
    return make_item(campaign, query=query, response_a=wrong, response_b=right)


def _four(campaign):
    query = make_query(campaign, "Name the largest planet, and say how you know.")
    rows = [make_response(query, text) for text in FOUR]
    names = ("response_a", "response_b", "response_c", "response_d")
    return make_item(campaign, query=query, **dict(zip(names, rows, strict=True)))


def _steps(campaign):
    query = make_query(campaign, PROBLEM + " Show each step.")
    response = make_response(query, STEPS)
    return ReviewItem.objects.create(
        campaign=campaign, kind=ItemKind.STEPS, query=query, response_a=response
    )


def _ratings(campaign):
    pair = make_pair(campaign)
    item = ReviewItem.objects.create(
        campaign=campaign,
        kind=ItemKind.CRITIQUE_RATING,
        query=pair.item.query,
        response_a=pair.item.response_a,
        problem="Things are counted that nobody asked for.",
    )
    critiques = [pair.comments[0].critique]
    for n, words in enumerate(("Chairs are no beads.", "Looks right.", "Line three is off.")):
        critique = make_critique(item.response_a, summary=words, sample=n + 1)
        if n != 1:
            make_comment(critique, "59 + 12 = 71", explanation=words)
        critiques.append(critique)
    item.critiques.set(critiques)
    return item
