"""What a round, a query and the settings say of errors that the attacker puts in."""

import pytest
from django.urls import reverse

from oversight.loop.policies.tampering import PutInByModel, Unused, tampering_words
from oversight.loop.selectors.tampering import has_tampering, put_in_by_model
from oversight.models import MemberRole, ModelVersion, Purpose, Round, TamperTry
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_version,
    set_settings,
)
from tests.oversight.judging import make_round
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    campaign = make_campaign()
    made = make_round(campaign, make_version(campaign, "critic"))
    made.attacker = make_version(campaign, "attacker")
    made.plan |= {"tampered_by": "attacker", "tampered_items": 4}
    made.save()
    return made


def tried(round_, *outcomes):
    for outcome in outcomes:
        answer = make_response(make_query(round_.campaign, round=round_), version=round_.learner)
        TamperTry.objects.create(
            round=round_, response=answer, version=round_.attacker, outcome=outcome
        )


def page_of(client, name, campaign, number):
    client.force_login(make_member(campaign, MemberRole.OWNER))
    page = client.get(reverse(name, args=[campaign.slug, number]))
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(None, [], id="nobody was asked"),
        pytest.param(
            PutInByModel(1, 1),
            ["The attacker was asked to put an error into 1 answer; 1 of them is used."],
            id="one",
        ),
        pytest.param(
            PutInByModel(1_200, 600, [Unused("Right still", 500), Unused("Not read", 100)]),
            [
                "The attacker was asked to put an error into 1,200 answers; 600 of them are used.",
                "Not used: 500 (right still); 100 (not read).",
            ],
            id="many",
        ),
    ],
)
def test_it_is_told_in_words(found, words):
    assert tampering_words(found) == words


def test_the_rounds_page_tells_what_was_used_and_why_the_rest_was_not(round_, client):
    tried(round_, "used", "right", "right", "unreadable", "spare")
    text = page_of(client, "round", round_.campaign, round_.number)
    assert '<h2 id="put-in-title">Errors put in by the attacker</h2>' in text
    assert "put an error into 5 answers; 1 of them is used." in text
    assert (
        "Not used: 1 (good, and not needed); 1 (could not be read); "
        "2 (right still, as the checker says)."
    ) in text
    assert "put-in-title" not in page_of(
        client, "round", round_.campaign, make_round(round_.campaign, round_.critic).number
    )


def test_rest_gives_the_figures(round_):
    client = client_of_role(round_.campaign, "owner")
    address = url("api-round", round_.campaign, round_.number)
    assert client.get(address).json()["errors_put_in"] is None
    tried(round_, "used", "unchanged")
    assert client.get(address).json()["errors_put_in"] == {
        "asked": 2,
        "used": 1,
        "unused": [{"why": "Nothing was changed", "count": 1}],
    }


def test_a_round_counts_its_own(round_):
    tried(round_, "used")
    assert put_in_by_model(make_round(round_.campaign, round_.critic)) is None


def test_the_querys_page_and_rest_say_which_version_put_an_error_in(round_, client):
    answer = make_response(make_query(round_.campaign, round=round_), version=round_.learner)
    fields = {"purpose": Purpose.TAMPERED, "revises": answer, "version": round_.attacker}
    row = make_response(answer.query, "with an error", **fields)
    text = page_of(client, "query", round_.campaign, answer.query_id)
    assert f"{round_.attacker}, which put an error in" in text
    assert f"{round_.learner}, which put" not in text
    rest = client_of_role(round_.campaign, "owner")
    found = rest.get(url("api-response", round_.campaign, row.pk)).json()
    assert (found["version"], found["revises_id"]) == (str(round_.attacker), answer.pk)


def test_the_settings_say_who_may_put_them_in(round_, client):
    client.force_login(make_member(round_.campaign, MemberRole.OWNER))
    address = reverse("settings-group", args=[round_.campaign.slug, "measuring"])
    text = " ".join(client.get(address).content.decode().split())
    assert "Errors put in by" in text
    assert "The attacker, where it follows instructions" in text
    assert "Where it cannot be asked, the domain makes its own changes." in text
    assert "tampered_by</" not in text


def test_a_plan_that_was_not_read_is_not_read_for_it(round_):
    """A large round's takes megabytes, and a coordinator looks again and again."""
    set_settings(round_.campaign, checker="arithmetic")
    ModelVersion.objects.filter(pk=round_.attacker_id).update(backend="transformers", location="m")
    row = Round.objects.defer("plan").get(pk=round_.pk)
    assert has_tampering(row)
    assert "plan" in row.get_deferred_fields()
    Round.objects.filter(pk=round_.pk).update(plan={**round_.plan, "tampered_by": "domain"})
    assert not has_tampering(Round.objects.defer("plan").get(pk=round_.pk))
