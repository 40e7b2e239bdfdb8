"""Queries are found among any number of them."""

import pytest

from oversight import lists
from oversight.campaigns.services.words import read_words
from tests.factories import make_campaign, make_member, make_query, make_response

pytestmark = pytest.mark.django_db
PAGE = "/campaigns/maths/queries/"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def engineer(client, campaign):
    client.force_login(make_member(campaign, "engineer"))
    return client


def shown(response):
    return list(response.context["page"])


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("split", "held_out", {"split": "held_out"}),
        ("origin", "person", {"origin": "person"}),
        ("node", "sums", {"node": "sums"}),
        ("cluster", "near", {"cluster": "near"}),
        ("use", "rejected", {"rejected_reason": "empty"}),
    ],
)
def test_a_filter_finds_what_it_says(engineer, campaign, name, value, fields):
    other, query = make_query(campaign), make_query(campaign, **fields)
    make_query(make_campaign(), **fields)
    assert shown(engineer.get(PAGE, {name: value})) == [query]
    assert shown(engineer.get(PAGE)) == [query, other]
    assert shown(engineer.get(PAGE, {"use": "used"}))[-1] == other


def test_what_is_not_chosen_is_any(engineer, campaign):
    make_query(campaign=campaign)
    page = engineer.get(PAGE).text
    assert page.count(">Any</option>") == 3
    assert "-----" not in page


def test_words_of_it_and_of_its_answers_are_searched_for(engineer, campaign):
    query, _ = make_query(campaign, "How many beads?"), make_query(campaign, "How many chairs?")
    make_response(query, "Forty.")
    read_words()
    assert shown(engineer.get(PAGE, {"q": "beads forty"})) == [query]
    assert "No query is like that" in engineer.get(PAGE, {"q": "tables"}).content.decode()


def test_pages_go_on_where_the_one_before_ended(engineer, campaign, monkeypatch):
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    monkeypatch.setattr("oversight.data.views.queries.PER_PAGE", 1)
    first, second = make_query(campaign), make_query(campaign)
    page = engineer.get(PAGE)
    assert (shown(page), "2 queries" in page.content.decode()) == ([second], True)
    make_query(campaign)
    last = engineer.get(PAGE, {"after": page.context["next"]})
    assert (shown(last), last.context["next"]) == ([first], None)


@pytest.mark.parametrize("query", ["page=2", "split=both", "after=x", "after=-1"])
def test_what_is_not_understood_is_refused_in_words(engineer, campaign, query):
    make_query(campaign)
    response = engineer.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert response.context["problem"]


def test_a_reference_answer_stays_unread(engineer, campaign):
    make_query(campaign, "What?", reference="secret 42")
    assert "secret 42" not in engineer.get(PAGE).content.decode()
