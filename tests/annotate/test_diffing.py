"""What differs between texts, in phrases; and while a better response is written."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from annotate.diffing import text_diff
from annotate.models import Assignment
from tests.annotate.records import RIGHT, WRONG

TEXTS = st.text(alphabet=st.sampled_from("ab \n.é"), max_size=30)


def kinds(before, after):
    return [(change.kind, change.text) for change in text_diff(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("", "", [], id="empty"),
        pytest.param("one two", "one two", [("same", "one two")], id="equal"),
        pytest.param(
            "a b c d",
            "a x y d",
            [("same", "a "), ("del", "b c"), ("ins", "x y"), ("same", " d")],
            id="a phrase, not word after word",
        ),
        pytest.param(
            "a\nb",
            "x\ny",
            [("del", "a"), ("ins", "x"), ("same", "\n"), ("del", "b"), ("ins", "y")],
            id="lines stay apart",
        ),
        pytest.param("a ", "a", [("same", "a"), ("del", " ")], id="a space at the end"),
    ],
)
def test_changes_are_phrases(before, after, expected):
    assert kinds(before, after) == expected


@given(before=TEXTS, after=TEXTS)
def test_nothing_of_either_text_is_lost(before, after):
    changes = text_diff(before, after)
    assert "".join(change.text for change in changes if change.kind != "ins") == before
    assert "".join(change.text for change in changes if change.kind != "del") == after
    assert all(change.text for change in changes)


@pytest.fixture
def address(pair):
    row = pair.lease()
    Assignment.objects.filter(pk=row.pk).update(order_shown="ba")
    return lambda place: reverse("annotate:rewrite-diff", args=[row.pk, place])


@pytest.mark.django_db
def test_what_is_written_is_compared_with_the_response_at_its_place(client, address):
    html = client.post(address("B"), {"rewrite-B": WRONG.replace("12", "<b>13</b>")}).content
    assert b"<ins>&lt;b&gt;13&lt;/b&gt;</ins>" in html
    assert b"<del>12</del>" in html


@pytest.mark.django_db
def test_an_untouched_text_shows_no_difference(client, address):
    written = RIGHT.replace("\n", "\r\n") + " "
    assert client.post(address("A"), {"rewrite-A": written}).content.strip() == b""


@pytest.mark.django_db
def test_only_whoever_holds_the_item_may_ask_and_only_by_post(client, pair, address):
    assert client.get(address("A")).status_code == 405
    assert client.post(address("C")).status_code == 404
    client.force_login(pair.another())
    assert client.post(address("A")).status_code == 404
