"""A person puts an error into an answer: an item for people, a critique to learn from for critics."""

import pytest
from django.urls import reverse

from models_srv.roles.critique_pairs import SOUND
from models_srv.roles.tamperer import PutIn
from oversight.asking.selectors.reviews import waiting_for_critiques
from oversight.asking.services.put_in_errors import put_in_error
from oversight.errors import WrongState
from oversight.loop.stages.roles.critic_pairs import critic_lines
from oversight.models import (
    AuditEntry,
    Choice,
    Critique,
    ItemKind,
    ItemState,
    Purpose,
    Response,
    ReviewItem,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)

pytestmark = pytest.mark.django_db
QUERY = "Noor has 31 beads. Then 9 beads are lost. How many beads now?"
RIGHT, WRONG = "31 - 9 = 22\n#### 22", "31 - 9 = 23\n#### 23"
ERROR = PutIn(WRONG, "31 less 9 is 22,\nnot 23.", "slip", "major")


@pytest.fixture
def campaign():
    return make_campaign(checker="arithmetic", annotators_per_item=2)


@pytest.fixture
def answer(campaign):
    return make_response(make_query(campaign, QUERY), RIGHT)


@pytest.fixture
def person(campaign):
    return make_member(campaign, "manager")


def test_it_becomes_an_item_whose_right_answer_is_known(campaign, answer, person):
    make_item(campaign, priority=0.7)
    item = put_in_error(answer=answer, error=ERROR, by=person)
    kept = Response.objects.get(purpose=Purpose.TAMPERED)
    assert (kept.text, kept.author, kept.revises, kept.version) == (WRONG, person, answer, None)
    assert (item.kind, item.state, item.problem) == (
        ItemKind.TAMPERED,
        ItemState.OPEN,
        ERROR.problem,
    )
    assert (item.response_a if item.expected == Choice.A else item.response_b) == answer
    assert (item.priority, item.annotators) == (0.7, 2)
    assert AuditEntry.objects.latest("pk").act == "items.added"


def test_it_waits_for_critiques_where_others_have_some_and_critics_are_asked(
    campaign, answer, person
):
    critic = make_version(campaign, "critic")
    seen = make_item(campaign)
    for each in (seen.response_a, seen.response_b, answer):
        Critique.objects.create(response=each, version=critic, verdict="sound", p_flawed=0.1)
    round_ = campaign.rounds.create(
        number=1, plan={}, seed=1, learner=answer.version, critic=critic
    )
    ReviewItem.objects.filter(pk=seen.pk).update(round=round_)
    item = put_in_error(answer=answer, error=ERROR, by=person)
    assert item.state == ItemState.PREPARING
    assert WRONG in [row.text for row in waiting_for_critiques(campaign)]


@pytest.mark.parametrize(
    ("answered", "changed", "why"),
    [
        (RIGHT, RIGHT + "\n ", "nothing is changed"),
        (RIGHT, " \n", "nothing is changed"),
        (RIGHT, "So:\n" + RIGHT, "the checker still finds it right"),
        (WRONG, "#### 1", "it is wrong already"),
    ],
)
def test_what_is_no_error_is_refused(campaign, person, answered, changed, why):
    answer = make_response(make_query(campaign, QUERY), answered)
    with pytest.raises(WrongState, match=why):
        put_in_error(answer=answer, error=PutIn(changed, "No.", "slip", "major"), by=person)
    assert not ReviewItem.objects.exists()


def test_the_same_error_is_put_in_once(answer, person):
    put_in_error(answer=answer, error=ERROR, by=person)
    with pytest.raises(WrongState, match="there already"):
        put_in_error(answer=answer, error=ERROR, by=person)


def test_none_is_put_into_what_is_no_answer_of_a_model(answer, person):
    put_in_error(answer=answer, error=ERROR, by=person)
    kept = Response.objects.get(purpose=Purpose.TAMPERED)
    with pytest.raises(WrongState, match="of a model alone"):
        put_in_error(answer=kept, error=PutIn("#### 1", "No.", "slip", "major"), by=person)


def test_a_critic_that_misses_it_learns_it_in_the_words_of_who_put_it_in(campaign, answer, person):
    set_settings(campaign, critic_learning="people")
    critic = make_version(campaign, "critic")
    put_in_error(answer=answer, error=ERROR, by=person)
    kept = Response.objects.get(purpose=Purpose.TAMPERED)
    Critique.objects.create(
        response=kept, version=critic, verdict="sound", summary="No problem found."
    )
    [line] = critic_lines(campaign, critic, [])
    [chosen], [rejected] = line["chosen"], line["rejected"]
    assert "31 less 9 is 22, not 23." in chosen["content"]
    assert "31 - 9 = 23" in chosen["content"]
    assert "slip" in chosen["content"]
    assert rejected["content"] == SOUND
    assert line["source"] == "tampered"


FIELDS = {"text": WRONG, "problem": "It is 22.", "category": "slip", "severity": "major"}


def test_by_the_page_of_the_answer(client, campaign, answer, person):
    client.force_login(person)
    page = reverse("query", args=[campaign.slug, answer.query_id])
    address = reverse("put-in", args=[campaign.slug, answer.pk])
    assert address in client.get(page).content.decode()
    shown = client.get(address).content.decode()
    assert RIGHT.splitlines()[0] in shown
    reply = client.post(address, FIELDS, follow=True)
    item = ReviewItem.objects.get()
    assert reply.redirect_chain[-1][0] == page
    assert f"Kept as item {item.pk}" in reply.content.decode()
    assert f"{person.username}, who put an error in" in " ".join(reply.content.decode().split())


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": RIGHT}, 409, "Not kept: nothing is changed."),
        ({"problem": ""}, 422, "This field is required."),
        ({"severity": "awful"}, 422, "awful"),
        ({"text": "x" * 100_001}, 422, "at most 100000 characters"),
    ],
)
def test_what_is_wrong_stands_in_the_form(client, campaign, answer, person, fields, status, words):
    client.force_login(person)
    address = reverse("put-in", args=[campaign.slug, answer.pk])
    reply = client.post(address, {**FIELDS, **fields})
    assert reply.status_code == status
    assert words in reply.content.decode()
    assert not ReviewItem.objects.exists()


def test_of_a_wrong_answer_the_page_says_why_not(client, campaign, person):
    wrong = make_response(make_query(campaign, QUERY), WRONG)
    client.force_login(person)
    page = client.get(reverse("put-in", args=[campaign.slug, wrong.pk])).content.decode()
    assert "it is wrong already" in page
    assert "Keep it and ask people" not in page


@pytest.mark.parametrize("role", ["annotator", "reviewer", "engineer"])
def test_others_may_not(client, campaign, answer, role):
    client.force_login(make_member(campaign, role))
    address = reverse("put-in", args=[campaign.slug, answer.pk])
    assert client.post(address, FIELDS).status_code == 403
    assert not Response.objects.filter(purpose=Purpose.TAMPERED).exists()


def test_an_answer_of_another_campaign_is_not_found(client, answer):
    other = make_campaign()
    client.force_login(make_user(is_superuser=True, is_staff=True))
    assert client.get(reverse("put-in", args=[other.slug, answer.pk])).status_code == 404
