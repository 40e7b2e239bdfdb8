"""A query's page: what answered it, what critics said of that, where people are asked."""

import pytest
from django.urls import reverse

from oversight.models import CrossQuestion
from tests.annotate.records import make_comment, make_critique
from tests.factories import (
    make_campaign,
    make_item,
    make_query,
    make_response,
    make_round,
    make_version,
)
from tests.oversight.judging import cross_examine

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(campaign):
    return make_item(campaign)


def page(client, query):
    answer = client.get(reverse("query", args=["maths", query.pk]))
    return " ".join(answer.content.decode().split())


def test_a_query_leads_to_its_answers_and_items(admin, item):
    make_comment(make_critique(item.response_a, summary="It is wrong."), "answer")
    listed = admin.get(reverse("campaign-queries", args=["maths"])).content.decode()
    assert reverse("query", args=["maths", item.query_id]) in listed
    html = page(admin, item.query)
    for text in (item.query.text, item.response_a.text, item.response_b.text, "It is wrong."):
        assert text in html
    assert reverse("item", args=["maths", item.pk]) in html


def test_a_lone_answer_can_be_read(admin, item):
    query = make_query(item.campaign, "Alone?")
    make_response(query, "All alone.")
    html = page(admin, query)
    assert "All alone." in html
    assert "no item" in html


def test_one_that_nothing_has_answered_says_so(admin, item):
    assert "Nothing has answered it yet" in page(admin, make_query(item.campaign, "New?"))


def test_another_campaigns_query_is_not_there(admin, item):
    other = make_query(make_campaign(slug="other"), "Elsewhere?")
    assert admin.get(reverse("query", args=["maths", other.pk])).status_code == 404


def test_it_takes_as_many_statements_however_many_answers(
    admin, item, django_assert_max_num_queries
):
    for n in range(9):
        make_critique(make_response(item.query, f"Answer {n}."))
    with django_assert_max_num_queries(15):
        page(admin, item.query)


def test_what_was_asked_again_stands_under_the_answer(admin, item):
    round_ = make_round(item.response_a.version)
    bad = "<b>Ten</b>"
    cross_examine(round_, item.response_a, "contradicts", "agrees", None, answer=bad)
    critic = make_version(item.campaign, "critic")
    CrossQuestion.objects.create(
        round=round_, response=item.response_b, number=1, version=critic, raw_text="I would not."
    )
    for html in (page(admin, item.query), item_page(admin, item)):
        assert html.count("Cross-examined") == 2
        for words in ("Contradicts it", "Says the same", "Cannot be told", "Not readable"):
            assert html.count(f">{words}<") == 1
        assert html.count("&lt;b&gt;Ten&lt;/b&gt;") == 3
        assert bad not in html
        assert f"{critic} was to ask" in html


def item_page(client, item):
    answer = client.get(reverse("item", args=["maths", item.pk]))
    return " ".join(answer.content.decode().split())


def test_nothing_is_said_of_it_where_nothing_was_asked(admin, item):
    assert "Cross-examined" not in page(admin, item.query)
