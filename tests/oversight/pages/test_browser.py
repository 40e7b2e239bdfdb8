"""Admins find items among any number of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.simulation.seeding.seeding import seed_campaign
from oversight import lists
from oversight.campaigns.services.words import read_words
from oversight.models import ItemFacts, ItemTag, Judgement, ReviewItem, SavedView
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_round,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
PAGE = "/campaigns/maths/items/"


def shown(response):
    return [row.item for row in response.context["rows"]]


def answer(item, choice, user=None, **fields):
    return Judgement.objects.create(
        query=item.query, response_a=item.response_a, response_b=item.response_b, item=item,
        user=user or make_member(item.campaign), source="person", choice=choice, **fields,
    )  # fmt: skip


@pytest.fixture
def plain(campaign):
    """An item that no filter but its own kind finds."""
    return make_item(campaign)


def test_the_newest_items_come_first_with_what_was_said_of_them(admin, campaign, plain):
    item = make_item(campaign, annotators=2)
    answer(item, "a")
    answer(item, "b")
    response = admin.get(PAGE)
    assert shown(response) == [item, plain]
    assert response.context["rows"][0].people == ["A", "B"]
    assert "2 items" in response.content.decode()


def test_a_campaign_without_items_leads_to_what_makes_some(admin, campaign):
    html = admin.get(PAGE).content.decode()
    assert reverse("queries-add", args=["maths"]) in html
    assert "No items yet" in html
    make_item(campaign)
    assert "No item is like that" in admin.get(PAGE, {"state": "closed"}).content.decode()


def cases():
    """Each filter with something that it finds and nothing else does."""
    yield "state", "closed", lambda c: make_item(c, state="closed")
    yield "kind", "gold", lambda c: make_item(c, kind="gold", expected="a")
    yield (
        "round",
        "7",
        lambda c: make_item(c, round=make_round(make_version(c, active=False), number=7)),
    )
    yield "split", "held_out", lambda c: make_item(c, query=make_query(c, split="held_out"))
    yield "node", "sums", lambda c: make_item(c, query=make_query(c, node="sums"))
    yield "cluster", "near", lambda c: make_item(c, query=make_query(c, cluster="near"))


@pytest.mark.parametrize(("name", "value", "make"), [pytest.param(*c, id=c[0]) for c in cases()])
def test_a_filter_finds_what_it_says(admin, campaign, plain, name, value, make):
    item = make(campaign)
    response = admin.get(PAGE, {name: value})
    assert shown(response) == [item]
    assert response.context["narrowing"]


def test_what_was_said_is_filtered_by(admin, campaign, plain):
    person = make_member(campaign)
    item = make_item(campaign, annotators=2)
    answer(item, "a", person, arm="hidden")
    answer(item, "tie")
    for name, value in (
        ("by", person.pk), ("source", "person"), ("arm", "hidden"), ("disagreement", "yes"),
    ):  # fmt: skip
        assert shown(admin.get(PAGE, {name: value})) == [item], name
    assert shown(admin.get(PAGE, {"source": "none"})) == [plain]
    assert shown(admin.get(PAGE, {"disagreement": "no"})) == [plain]


def test_flags_tags_confidence_and_time_are_filtered_by(admin, campaign, plain):
    item = make_item(campaign)
    ItemFacts.objects.filter(item=item).update(
        flag="open", confidence=0.6, created_at=timezone.now() - timedelta(days=10)
    )
    ItemTag.objects.create(campaign=campaign, item=item, tag="odd", created_by=make_user())
    ItemFacts.objects.filter(item=plain).update(confidence=0.9)
    day = (timezone.now() - timedelta(days=10)).date().isoformat()
    for name, value in (
        ("flag", "open"),
        ("flag", "any"),
        ("tag", "odd"),
        ("sure", ".7"),
        ("until", day),
    ):
        assert shown(admin.get(PAGE, {name: value})) == [item], name
    after = (timezone.now() - timedelta(days=9)).date().isoformat()
    assert shown(admin.get(PAGE, {"since": after})) == [plain]
    assert shown(admin.get(PAGE, {"since": day, "until": day})) == [item]


def test_words_of_the_query_and_its_answers_are_searched_for(admin, campaign, plain):
    item = make_item(campaign, query=make_query(campaign, "How many beads has Noor?"))
    read_words()
    assert shown(admin.get(PAGE, {"q": "noor BEADS"})) == [item]
    assert shown(admin.get(PAGE, {"q": "first answer"})) == [item, plain]
    assert shown(admin.get(PAGE, {"q": "beads chairs"})) == []
    assert shown(admin.get(PAGE, {"q": "'& | !:*"})) == []


def test_filters_are_joined_and_another_campaigns_items_are_never_found(admin, campaign, plain):
    item = make_item(campaign, kind="gold", expected="a", state="closed")
    make_item(campaign, kind="gold", expected="a")
    make_item(make_campaign(), kind="gold", expected="a", state="closed")
    assert shown(admin.get(PAGE, {"kind": "gold", "state": "closed"})) == [item]


@pytest.mark.parametrize(
    ("sort", "field", "values"),
    [
        ("priority", "priority", [2, 1, 1, 0]),
        ("disagreement", "disagreement", [0.5, 0.3, 0.3, 0]),
        ("unsure", "confidence", [0.5, 0.6, 0.6, 0.9]),
        ("newest", "priority", [0, 0, 0, 0]),
    ],
)
def test_each_order_is_paged_through_without_losing_or_repeating(
    admin, campaign, monkeypatch, sort, field, values
):
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    monkeypatch.setattr("oversight.pages.views.browser.PER_PAGE", 2)
    items = [make_item(campaign) for _ in values]
    for item, value in zip(items, values, strict=True):
        ItemFacts.objects.filter(item=item).update(**{field: value})
    found, after = [], ""
    while True:
        response = admin.get(PAGE, {"sort": sort, "after": after})
        found += [getattr(row.facts, field) for row in response.context["rows"]]
        seen = {row.item.pk for row in response.context["rows"]}
        after = response.context["next"]
        if not after:
            break
        assert len(seen) == 2
    assert found == values


def test_a_page_begins_where_the_one_before_ended_whatever_came_meanwhile(
    admin, campaign, monkeypatch
):
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    monkeypatch.setattr("oversight.pages.views.browser.PER_PAGE", 1)
    first, second = make_item(campaign), make_item(campaign)
    page = admin.get(PAGE)
    assert shown(page) == [second]
    make_item(campaign)
    assert shown(admin.get(PAGE, {"after": page.context["next"]})) == [first]


def test_items_are_counted_to_a_bound(admin, campaign, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    monkeypatch.setattr("oversight.pages.views.browser.MOST_COUNTED", 2)
    for _ in range(2):
        make_item(campaign)
    assert "2 items" in admin.get(PAGE).content.decode()
    make_item(campaign)
    assert "More than 2 items" in admin.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "query",
    ["sta=open", "state=ajar", "by=x", "sure=2", "since=never", "sort=size", "columns=x", "after=x",
     "after=WzEsIDJd.", "after=W251bGwsIDFd", "after=WzEsIC0xXQ", "round=99",
     "sort=answered&after=WzEsIDJd",
     pytest.param("until=9999-12-31", marks=pytest.mark.fault("server-errors")),
     pytest.param("since=0001-01-01", marks=pytest.mark.fault("server-errors"))],
)  # fmt: skip
def test_what_is_not_understood_is_refused_in_words(admin, plain, query):
    response = admin.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert response.context["asked"].problem
    assert "rows" not in response.context


@pytest.mark.fault("server-errors")
def test_a_day_that_has_none_after_it_is_refused_wherever_a_list_is_asked_for(admin, plain):
    asked = {"until": "9999-12-31"}
    for end, status in (("answers/", 400), ("download/annotations.csv", 404)):
        assert admin.get(PAGE + end, asked).status_code == status
    sent = {"query": "until=9999-12-31", "kind": "withdraw", "scope": "all"}
    assert admin.post(PAGE + "acts/", sent).status_code == 302


def test_a_list_that_takes_too_long_is_given_up_and_says_so(admin, plain, monkeypatch):
    monkeypatch.setattr(lists, "PATIENCE", "1ms")
    monkeypatch.setattr(
        "oversight.pages.filters.ItemFilters.qs",
        property(lambda self: self.queryset.extra(where=["(SELECT pg_sleep(.1)) IS NOT NULL"])),
    )
    response = admin.get(PAGE)
    assert response.status_code == 400
    assert "takes too long" in response.content.decode()


def test_columns_are_chosen(admin, plain):
    html = admin.get(PAGE, {"columns": ["kind", "tags"]}).content.decode()
    assert "Which response is better?" in html
    assert 'data-label="Tags"' in html
    assert 'data-label="Critic"' not in html


def test_answers_are_listed_by_item_with_what_became_of_them(admin, campaign, plain):
    item = make_item(campaign)
    first = answer(item, "a", rationale="The chairs do not count.")
    answer(item, "b", first.user, supersedes=first)
    response = admin.get(f"{PAGE}answers/", {"source": "person"})
    states = [each.state for each in response.context["answer_rows"]]
    assert states == ["corrected", "stands"]
    assert "The chairs do not count." in response.content.decode()
    empty = admin.get(f"{PAGE}answers/", {"source": "none"})
    assert "Nobody has answered these items" in empty.content.decode()


def test_hostile_texts_stay_texts(admin, campaign):
    make_item(campaign, query=make_query(campaign, "<script>alert(1)</script>"))
    html = admin.get(PAGE).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_hard_text_is_folded(admin, campaign):
    campaign.care.harm_by_category = {"hard": "severe"}
    campaign.care.save()
    make_item(campaign, query=make_query(campaign, node="hard"))
    assert "Tagged severe" in admin.get(PAGE).content.decode()


def test_a_view_is_saved_for_oneself_changed_and_forgotten(admin, client, campaign, plain):
    save = reverse("view-save", args=["maths"])
    response = admin.post(save, {"name": "Mine", "query": "state=open"}, follow=True)
    assert shown(response) == [plain]
    admin.post(save, {"name": "Mine", "query": "state=closed"})
    view = SavedView.objects.get()
    assert view.query == "state=closed"
    assert "Mine" in admin.get(PAGE).content.decode()
    for wrong in ({"name": "", "query": ""}, {"name": "x", "query": "no=filter"}):
        admin.post(save, wrong)
    assert SavedView.objects.count() == 1
    forget = reverse("view-forget", args=["maths", view.pk])
    client.force_login(make_member(campaign, "owner"))
    client.post(forget)
    assert SavedView.objects.count() == 1
    client.force_login(view.user)
    client.post(forget)
    assert not SavedView.objects.exists()


def test_the_page_costs_the_same_however_many_items(admin, django_assert_max_num_queries):
    campaign = seed_campaign(slug="many", items=60, seed=1)
    campaign.members.create(user=make_user("other"), role="owner")
    admin.force_login(campaign.members.get(role="owner").user)
    with django_assert_max_num_queries(24):
        response = admin.get("/campaigns/many/items/")
    assert len(response.context["rows"]) == 50
    assert ReviewItem.objects.filter(campaign=campaign).count() == 60
