"""A query's page: what answered it, what critics said of that, where people are asked."""

import pytest
from django.urls import reverse

from tests.annotate.records import make_comment, make_critique
from tests.factories import make_campaign, make_item, make_query, make_response

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
    with django_assert_max_num_queries(14):
        page(admin, item.query)
