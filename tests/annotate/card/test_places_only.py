"""Places to look at, and nothing that a critic says of them: in HTML, in JSON, in what is taken back."""

import re

import pytest
from django.db import connection
from rest_framework.test import APIClient

from annotate.card.places import places_in
from annotate.models import Assignment
from oversight.models import Arm, Comment, CommentVerdict, Critique, Judgement
from tests.annotate.records import RIGHT, WRONG, make_answer, make_comment, make_critique, url
from tests.factories import make_query, make_response, make_version

pytestmark = pytest.mark.django_db
DRAWN_ANEW = re.compile(
    r'name="(csrfmiddlewaretoken|submission)" value="[^"]*"|"X-CSRFToken": *"[^"]*"|nonce-?[^ ;>]*'
)


@pytest.fixture
def evidence(assignment):
    """The pair's lease, on which only places are shown."""
    Assignment.objects.update(arm=Arm.EVIDENCE, arm_propensity=0.25)
    assignment.refresh_from_db()
    return assignment


def said_otherwise():
    """The same quotes, with everything else that a critic can say of them turned round.

    What was said is append-only: for this one test the triggers that hold it so are off.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("oversight_critique", "oversight_comment"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    Critique.objects.update(summary="All is well.", p_flawed=0.01, raw_text="?")
    Comment.objects.filter(number__lt=3).update(
        severity="nitpick", category="taste", explanation="Fine.", suggested_fix="", principle=None
    )


def shown(client, row):
    pages = [client.get(url("assignment", row)), client.get(url("diff", row))]
    ahead = client.get(url("assignment", row), headers={"HX-Request": "true"})
    return [DRAWN_ANEW.sub("", page.content.decode()) for page in (*pages, ahead)]


def corrected(client, row):
    return DRAWN_ANEW.sub("", client.get(url("correct", row)).content.decode())


def test_quotes_are_marked_and_can_be_reached_one_by_one(client, evidence):
    page = client.get(url("assignment", evidence)).content.decode()
    marks = re.findall(r'<mark class="([^"]*)" data-numbers="([^"]*)"', page)
    # The third comment's quote was not found: it points nowhere.
    assert set(marks) == {("place", "1"), ("place", "2")}
    for number in (1, 2):
        assert f'id="comment-{evidence.pk}-{number}" tabindex="-1" data-number="{number}"' in page
        assert f'href="#comment-{evidence.pk}-{number}" aria-label="to place {number}"' in page
        assert f"Place {number}" in page
    assert "No place of this response is pointed out." in page


def test_a_page_is_the_same_whatever_the_critic_says_of_the_places(client, evidence):
    before = shown(client, evidence)
    said_otherwise()
    assert shown(client, evidence) == before
    assert "59 + 12 = 71" in before[0]


def test_rest_gives_the_same_whatever_the_critic_says_of_the_places(pair, evidence):
    rest = APIClient()
    rest.force_authenticate(pair.user)
    claimed = rest.post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/").json()
    said_otherwise()
    assert rest.post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/").json() == claimed
    assert rest.get(f"/api/v1/assignments/{evidence.pk}/").json() == claimed
    assert [each["critiques"] for each in claimed["responses"]] == [[], []]
    first, second = claimed["responses"][0]["places"]
    start = WRONG.index("59 + 12")
    assert first == {"number": 1, "start": start, "end": start + 12, "quote": "59 + 12 = 71"}
    assert (second["number"], second["quote"]) == (2, "71 - 9 = 62\n#### 62")
    assert claimed["responses"][1]["places"] == []


def test_an_answer_keeps_its_arm_and_that_no_critique_was_shown(client, evidence):
    client.post(url("submit", evidence), make_answer(evidence, "7"))
    judgement = Judgement.objects.get()
    assert (judgement.arm, judgement.arm_propensity) == ("evidence", 0.25)
    assert judgement.was_critique_shown is False
    shown(client, evidence)  # which says, once, that it is saved
    before = corrected(client, evidence)
    assert "to place 1" in before
    said_otherwise()
    assert corrected(client, evidence) == before


@pytest.mark.parametrize("part", ["critique", "verdict", "edit", "delete"])
def test_what_was_not_shown_cannot_be_judged(client, pair, evidence, part):
    first = pair.comments[0]
    sent = {
        "critique": {"critique": first.critique_id},
        "verdict": {f"verdict-{first.pk}": "valid"},
        "edit": {f"edit-{first.pk}-severity": "minor"},
        "delete": {f"delete-{first.pk}": "on"},
    }[part]
    assert client.post(url("submit", evidence), make_answer(evidence, **sent)).status_code == 422
    assert not Judgement.objects.exists()
    assert not CommentVerdict.objects.exists()


def test_only_quotes_that_stand_in_the_response_once_are_places(pair):
    response = make_response(make_query(pair.campaign), "One two one three.")
    critique = make_critique(response)
    for quote in ("one", "One two", "three", "two one", "seven"):
        make_comment(critique, quote)
    critic = make_version(pair.campaign, "critic", active=False)
    other = make_critique(pair.item.response_b, version=critic)
    unread = make_critique(make_response(make_query(pair.campaign), RIGHT), None)
    rows = {each: list(each.comments.order_by("number")) for each in (critique, other, unread)}
    numbers = iter(range(5, 9))
    assert [(each.number, each.quote) for each in places_in(response, rows, numbers)] == [
        (5, "One two one"),
        (6, "three"),
    ]
    assert critique.comments.get(quote="seven").start is None
