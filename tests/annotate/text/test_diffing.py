"""What differs between texts, in phrases; and while a better response is written."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from annotate.models import Assignment
from annotate.text.diffing import difference, nearby, text_diff
from tests.annotate.records import RIGHT, WRONG, make_reviewed_pair
from tests.pace import paces

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
        pytest.param(
            "今天天气很好",
            "今天天气不好",
            [("same", "今天天气"), ("del", "很"), ("ins", "不"), ("same", "好")],
            id="chinese, by characters",
            marks=pytest.mark.fault("cjk"),
        ),
        pytest.param(
            "👨‍👩‍👧 e\u0301",
            "👨‍👩‍👦 e",
            [("del", "👨‍👩‍👧 e\u0301"), ("ins", "👨‍👩‍👦 e")],
            id="what is seen as one character is not cut",
            marks=pytest.mark.fault("cjk"),
        ),
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


HOSTILE = {
    "equal lines": ("a\n" * 20_000, "a\n" * 20_000),
    "lines of one character": ("a\n" * 20_000, "b\n" * 20_000),
    "one line less": ("a\n" * 20_000, "a\n" * 19_999),
    "the other way round": ("a\nb\n" * 10_000, "b\na\n" * 10_000),
    "many words": (" ".join(map(str, range(20_000))), " ".join(map(str, range(20_000, 0, -1)))),
    "signs": (".," * 20_000, ",." * 20_001),
    "flags": ("🇫🇷" * 10_000, "🇷🇫" * 10_000),
}


@pytest.mark.fault("slow-text")
@pytest.mark.parametrize("name", HOSTILE)
def test_comparing_has_a_bound(name):
    before, after = HOSTILE[name]
    assert paces(lambda: difference(before, after)) < 8
    found = difference(before, after)
    assert "".join(change.text for change in found.changes if change.kind != "ins") == before
    assert "".join(change.text for change in found.changes if change.kind != "del") == after


@pytest.mark.fault("slow-text")
def test_of_what_is_the_same_the_lines_beside_a_change_are_shown():
    lines = [f"line {n}\n" for n in range(20)]
    changed = [*lines[:10], "another\n", *lines[11:]]
    shown = nearby(text_diff("".join(lines), "".join(changed)))
    assert [(each.kind, each.text) for each in shown] == [
        ("same", "…\nline 9\n"),
        ("del", "line 10"),
        ("ins", "another"),
        ("same", "\n…\n"),
    ]
    assert nearby(text_diff("a\nb\nc", "a\nb\nd"))[0].text == "a\nb\n"


def test_what_is_not_compared_is_said():
    assert "too long" in difference("a\n" * 30_000, "b\n" * 30_000).note
    assert not difference("a\n" * 30_000, "a\n" * 29_999 + "b\n").note


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


@pytest.mark.fault("places")
@pytest.mark.django_db
def test_line_ends_are_no_difference(client):
    pair = make_reviewed_pair(text_a="Total is 5\r\nAnswer: 6\rDone")
    client.force_login(pair.user)
    row = pair.lease()
    Assignment.objects.filter(pk=row.pk).update(order_shown="ab")
    url = reverse("annotate:rewrite-diff", args=[row.pk, "A"])
    shown = client.post(url, {"rewrite-A": "Total is 5\r\nAnswer: 5\r\nDone"}).content
    assert shown.count(b"<del>") == shown.count(b"<ins>") == 1
    assert b"<del>6</del><ins>5</ins>" in shown


@pytest.mark.django_db
def test_only_whoever_holds_the_item_may_ask_and_only_by_post(client, pair, address):
    assert client.get(address("A")).status_code == 405
    assert client.post(address("C")).status_code == 404
    client.force_login(pair.another())
    assert client.post(address("A")).status_code == 404
