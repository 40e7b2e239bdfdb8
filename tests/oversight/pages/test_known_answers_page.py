"""Admins see what people are asked, and make items whose right answer is known."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oversight.models import ItemState, Judgement, ReviewItem
from oversight.pages.selectors.items import items_by_kind
from tests.factories import make_item, make_member, make_query, make_response

pytestmark = pytest.mark.django_db
PAGE = "/campaigns/maths/items/known/"
ROW = b'{"query": "1 + 1?", "a": "2", "b": "3", "expected": "a"}\n'


def answer(item, choice, source="person", **fields):
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        user=make_member(item.campaign),
        source=source,
        choice=choice,
        **fields,
    )


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def send(client, content, name="known.jsonl"):
    data = {"known-file": SimpleUploadedFile(name, content)}
    return client.post(reverse("items-upload", args=["maths"]), data, follow=True)


def test_items_are_counted_by_kind_and_state(admin, campaign):
    for state in (ItemState.OPEN, ItemState.OPEN, ItemState.WITHDRAWN):
        make_item(campaign, state=state)
    make_item(campaign, kind="gold", expected="a")
    pairwise, gold = items_by_kind(campaign)
    assert (pairwise.open, pairwise.closed, pairwise.withdrawn, pairwise.is_known) == (2, 0, 1, 0)
    assert (gold.open, gold.people, gold.simulated) == (1, None, None)
    html = admin.get(PAGE, {"answers": "true"}).content.decode()
    assert "Which response is better?" in html
    assert "no answer yet" in html


def test_people_are_right_as_often_as_they_first_were_and_simulated_ones_apart(admin, campaign):
    gold = make_item(campaign, kind="gold", expected="a", state=ItemState.CLOSED, annotators=3)
    first = answer(gold, "b")
    answer(gold, "a", supersedes=first)
    answer(gold, "a")
    answer(make_item(campaign, kind="gold", expected="tie"), "tie")
    answer(gold, "a", source="simulated")
    answer(make_item(campaign, kind="gold", expected="a", state=ItemState.WITHDRAWN), "b")
    [kind] = items_by_kind(campaign)
    assert (kind.answered, kind.people.n, kind.people.value) == (2, 3, pytest.approx(2 / 3))
    # The exact interval of 2 of 3.
    assert (kind.people.low, kind.people.high) == pytest.approx((0.0943, 0.9916), abs=1e-4)
    assert (kind.by_simulated, kind.simulated.n, kind.simulated.value) == (1, 1, 1)
    html = admin.get(PAGE, {"answers": "true"}).content.decode()
    assert "0.67" in html
    assert "Simulated annotators" in html


def test_gold_items_are_made_and_it_is_said_why_there_are_fewer(admin, campaign):
    query = make_query(campaign)
    for text, mark in (("Right.", True), ("Wrong.", False)):
        make_response(query, text, is_marked_correct=mark)
    response = admin.post(PAGE, {"gold-count": "3", "gold-purpose": "queue"}, follow=True)
    assert "1 gold item was made and not 3: no other query has" in told(response)
    assert ReviewItem.objects.get().kind == "gold"
    again = admin.post(PAGE, {"gold-count": "3", "gold-purpose": "queue"})
    assert again.status_code == 422
    assert "None were made: no other query" in again.content.decode()


@pytest.mark.parametrize("count", ["", "0", "1001", "-1", "1.5", "many"])
def test_a_count_must_be_from_one_to_a_thousand(admin, count):
    response = admin.post(PAGE, {"gold-count": count, "gold-purpose": "queue"})
    assert response.status_code == 422
    assert "count" in response.context["gold"].errors


def test_known_answers_are_uploaded_once(admin, campaign):
    assert "1 item was added." in told(send(admin, ROW))
    assert "0 items were added. 1 was left out" in told(send(admin, ROW))
    assert campaign.items.get().expected == "a"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (ROW + b"{}\n", "known.jsonl", "Line 2: “query” is missing"),
        (ROW + ROW.replace(b'"a"}', b'"b"}'), "known.jsonl", "another right answer"),
        (ROW, "known.csv", "must end in .jsonl."),
        (b"", "known.jsonl", "empty"),
    ],
)
def test_a_bad_file_is_refused_whole(admin, content, name, words):
    response = send(admin, content, name)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ReviewItem.objects.exists()


def test_hostile_words_are_shown_as_words(admin):
    response = send(admin, ROW.replace(b'"a"}', b'"<script>x</script>"}'))
    assert "&lt;script&gt;x" in response.content.decode()


def test_the_page_costs_the_same_however_many_items(admin, campaign, django_assert_max_num_queries):
    for kind in ("pairwise", "gold", "tampered", "adjudication"):
        answer(make_item(campaign, kind=kind, expected="a"), "a")
    with django_assert_max_num_queries(9):
        admin.get(PAGE)


def test_the_page_fetches_how_people_do_after_it_is_shown(admin, campaign):
    make_item(campaign, kind="gold", expected="a")
    page = admin.get(PAGE).content.decode()
    assert 'hx-get="?answers=true"' in page
    part = admin.get(PAGE, {"answers": "true"}, headers={"HX-Request": "true"}).content.decode()
    assert "Where the right answer is known" in part
    assert "<html" not in part
