"""Items over REST: claimed and answered as in a browser, with the same locks and the same rules."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from annotate.models import Annotation, Assignment, AssignmentState, Flag
from oversight.models import BlindAnswer, Comment, CommentVerdict, ItemKind, Judgement
from tests.annotate.records import RIGHT, WRONG, make_reviewed_pair
from tests.factories import make_member, make_user, set_settings

pytestmark = pytest.mark.django_db


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def rest(pair):
    return client_of(pair.user)


def claim(client, campaign, status=200):
    answer = client.post(f"/api/v1/campaigns/{campaign.slug}/claim/")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def answer(client, card, status=201, **said):
    sent = {"submission": str(uuid4()), "choice": "A", **said}
    sent = {name: value for name, value in sent.items() if value is not None}
    answered = client.post(f"/api/v1/assignments/{card['id']}/answer/", sent, format="json")
    assert answered.status_code == status, answered.content
    return answered.json()


def post(client, address, **said):
    return client.post(address, said, format="json")


def set_shown(card, **columns):
    Assignment.objects.filter(pk=card["id"]).update(**columns)


def test_a_card_has_what_a_browser_shows(rest, pair):
    card = claim(rest, pair.campaign)
    assert (
        claim(rest, pair.campaign) == card == rest.get(f"/api/v1/assignments/{card['id']}/").json()
    )
    assert card["kind"] == "comparison"
    assert card["choices"] == ["A", "B", "tie", "both_bad"]
    assert {shown["text"] for shown in card["responses"]} == {WRONG, RIGHT}
    [wrong] = [shown for shown in card["responses"] if shown["text"] == WRONG]
    [critique] = wrong["critiques"]
    assert [each["id"] for each in critique["comments"]] == [each.pk for each in pair.comments]
    quote = critique["comments"][0]
    assert WRONG[quote["start"] : quote["end"]] == quote["quote"]


@pytest.mark.parametrize(
    ("order", "said", "expected"),
    [
        ("ab", {"choice": "A"}, ("a", 2)),
        ("ba", {"choice": "A", "strength": 3}, ("b", 3)),
        ("ba", {"choice": "B", "strength": 1}, ("a", 1)),
        ("ab", {"choice": "tie"}, ("tie", None)),
        ("ab", {"choice": "both_bad"}, ("both_bad", None)),
    ],
)
def test_an_answer_is_kept_in_the_records_order(rest, pair, order, said, expected):
    card = claim(rest, pair.campaign)
    set_shown(card, order_shown=order)
    saved = answer(rest, card, **said)
    judgement = Judgement.objects.get()
    assert (judgement.choice, judgement.strength) == expected
    assert saved["judgement"] == judgement.pk
    assert (judgement.source, judgement.was_critique_shown) == ("person", True)
    pair.item.refresh_from_db()
    assert pair.item.state == "closed"


def test_all_that_a_card_takes_is_kept(rest, pair):
    card = claim(rest, pair.campaign)
    place = "AB"[[shown["text"] for shown in card["responses"]].index(WRONG)]
    first, second, third = (comment.pk for comment in pair.comments)
    answer(
        rest,
        card,
        choice="B" if place == "A" else "A",
        rationale="It counts chairs.",
        comments=[
            {"id": first, "verdict": "valid", "explanation": "Chairs are no beads."},
            {"id": second, "verdict": "nitpick"},
            {"id": third, "verdict": "fake", "is_deleted": True},
        ],
        added=[{"response": place, "severity": "minor", "explanation": "Too long."}],
        scores=[{"response": place, "worst_flaw": "critical", "overall": 2}],
        rewrites=[{"response": place, "text": "#### 59"}],
    )
    verdicts = dict(CommentVerdict.objects.values_list("comment", "verdict"))
    assert [verdicts[pk] for pk in (first, second, third)] == ["valid", "nitpick", "fake"]
    written = Comment.objects.filter(critique__author=pair.user)
    assert {"Chairs are no beads.", "Too long."} <= {each.explanation for each in written}
    [revised] = written.filter(revises=first)
    assert revised.severity == pair.comments[0].severity, "what was not changed stays"
    payload = Annotation.objects.get().payload
    assert payload["scores"]
    assert payload["rewrites"]
    assert payload["rationale"] == "It counts chairs."


def test_the_same_submission_is_one_answer_and_another_one_is_refused(rest, pair):
    card, name = claim(rest, pair.campaign), str(uuid4())
    first = answer(rest, card, submission=name)
    assert answer(rest, card, submission=name) == first
    answer(rest, card, 409, choice="B")
    assert Annotation.objects.count() == 1


def test_a_correction_stands_in_place_of_what_was_said(rest, pair):
    card = claim(rest, pair.campaign)
    first = answer(rest, card)
    second = answer(rest, card, choice="tie", corrects=first["annotation"])
    answer(rest, card, 409, choice="B", corrects=first["annotation"])
    [standing] = Judgement.objects.standing()
    assert (standing.pk, standing.choice) == (second["judgement"], "tie")


def test_what_was_never_ones_own_is_not_corrected(rest, pair):
    card = claim(rest, pair.campaign)
    assert "corrects" in str(answer(rest, card, 400, corrects=2**40))
    answer(rest, card)
    said = answer(rest, card, 400, choice="tie", corrects=2**40)
    assert f"You gave no answer {2**40} to this item" in str(said)
    assert Judgement.objects.count() == 1


def test_a_blind_answer_comes_before_the_critique(rest, pair):
    card = claim(rest, pair.campaign)
    set_shown(card, arm="blind_first")
    blind = claim(rest, pair.campaign)
    assert blind["phase"] == "blind"
    assert not any(shown["critiques"] for shown in blind["responses"])
    answer(rest, blind, 400)
    final = answer(rest, blind, 200, phase="blind")
    assert final["phase"] == "final"
    assert any(shown["critiques"] for shown in final["responses"])
    answer(rest, final, choice="B")
    assert BlindAnswer.objects.count() == Judgement.objects.count() == 1


def test_a_hidden_critique_is_given_to_nobody(rest, pair):
    set_shown(claim(rest, pair.campaign), arm="hidden")
    card = claim(rest, pair.campaign)
    assert not any(shown["critiques"] for shown in card["responses"])
    answer(rest, card, 400, comments=[{"id": pair.comments[0].pk, "verdict": "valid"}])
    answer(rest, card)
    assert Judgement.objects.get().was_critique_shown is False


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"choice": None}, "choice"),
        ({"choice": "C"}, "choice"),
        ({"choice": "best"}, "choice"),
        ({"strength": 4}, "strength"),
        ({"submission": "x"}, "submission"),
        ({"prefrence": "A"}, "prefrence"),
        ({"seconds": -1}, "seconds"),
        ({"comments": [{"id": 0}]}, "comments"),
        ({"comments": "all"}, "comments"),
    ],
)
def test_what_is_wrong_is_named(rest, pair, said, field):
    assert field in str(answer(rest, claim(rest, pair.campaign), 400, **said))
    assert not Annotation.objects.exists()


def test_a_reason_is_asked_for_where_the_campaign_asks(rest, pair):
    set_settings(pair.campaign, is_rationale_required=True)
    card = claim(rest, pair.campaign)
    assert card["is_rationale_required"]
    assert answer(rest, card, 400)["errors"][0]["field"] == "rationale"
    answer(rest, card, rationale="Shorter.")


def test_steps_are_labelled(rest, pair):
    type(pair.item).objects.update(kind=ItemKind.STEPS, response_b=None)
    Assignment.objects.update(order_shown="a")
    card = claim(rest, pair.campaign)
    assert card["kind"] == "steps"
    assert [step["text"] for step in card["steps"]] == WRONG.strip().split("\n")
    labels = ["good"] * (len(card["steps"]) - 1) + ["bad"]
    answer(rest, card, choice=None, steps=labels)
    assert [row.label for row in Judgement.objects.get().step_labels.all()] == [1] * (
        len(labels) - 1
    ) + [-1]


@pytest.mark.fault("corrections")
def test_what_another_kind_of_card_takes_is_refused_and_not_lost(rest, pair):
    card = claim(rest, pair.campaign)
    refused = answer(rest, card, 400, steps=["good"])
    assert refused["errors"][0]["field"] == "steps"
    type(pair.item).objects.update(kind=ItemKind.STEPS, response_b=None)
    Assignment.objects.update(order_shown="a")
    refused = answer(rest, card, 400, steps=["bad"], rationale="It is wrong.")
    assert [error["field"] for error in refused["errors"]] == ["choice", "rationale"]
    assert not Annotation.objects.exists()


def test_it_is_skipped_and_flagged(rest, pair):
    card = claim(rest, pair.campaign)
    one = f"/api/v1/assignments/{card['id']}/"
    for _ in "twice":
        assert post(rest, f"{one}skip/", reason="Not my subject.").status_code == 204
    assert Assignment.objects.get().state == AssignmentState.SKIPPED
    assert rest.get(one).status_code == 410
    again = claim(rest, pair.campaign)
    assert post(rest, f"{one}flag/", kind="odd", reason="x").status_code == 400
    assert again["id"] == card["id"]
    flagged = post(rest, f"{one}flag/", kind="broken", reason="No text.")
    assert flagged.status_code == 204
    assert Flag.objects.get().reason == "No text."
    assert claim(rest, pair.campaign, 204) is None


def test_two_never_hold_one_seat(rest, pair):
    claim(rest, pair.campaign)
    assert claim(client_of(pair.another()), pair.campaign, 204) is None


def test_who_has_no_business_there_finds_nothing(rest, pair):
    card = claim(rest, pair.campaign)
    for stranger in (make_user(), make_member(pair.campaign, "engineer")):
        client = client_of(stranger)
        claim(client, pair.campaign, 404)
        assert client.get(f"/api/v1/assignments/{card['id']}/").status_code == 404
        answer(client, card, 404)
    other = client_of(pair.another())
    answer(other, card, 404)
    assert APIClient().post(f"/api/v1/campaigns/{pair.campaign.slug}/claim/").status_code == 401


def test_what_comes_before_the_queue_comes_before_it_here(rest, pair):
    set_settings(pair.campaign, content_warning="Insults.")
    assert "warning" in str(claim(rest, pair.campaign, 409))


def test_a_text_is_withheld_as_things_are_when_it_is_asked_for(rest, pair):
    card = claim(rest, pair.campaign)
    set_settings(pair.campaign, content_warning="Insults.")
    assert rest.get(f"/api/v1/assignments/{card['id']}/").status_code == 409


def test_an_item_that_was_closed_meanwhile_is_gone(rest, pair):
    card = claim(rest, pair.campaign)
    type(pair.item).objects.update(state="withdrawn")
    assert rest.get(f"/api/v1/assignments/{card['id']}/").status_code == 410
    answer(rest, card, 410)


def test_a_program_is_never_counted_as_a_person(pair):
    judge = make_member(pair.campaign, user=make_user(is_simulated=True))
    client = client_of(judge)
    answer(client, claim(client, pair.campaign))
    assert Judgement.objects.get().source == "simulated"


def test_three_are_compared_by_the_best_of_them(rest):
    pair = make_reviewed_pair()
    from tests.factories import make_response

    third = make_response(pair.item.query, "No idea.")
    type(pair.item).objects.filter(pk=pair.item.pk).update(response_c=third)
    client = client_of(pair.user)
    card = claim(client, pair.campaign)
    assert card["choices"] == ["A", "B", "C", "tie", "both_bad"]
    set_shown(card, order_shown="cab")
    answer(client, card, choice="A")
    assert Judgement.objects.get().choice == "c"
