import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_srv.roles.quotes import match_quote

TEXT = "Tom has 3 apples.\nHe buys “four” more —  so 3 + 4 = 8.\nCafé au lait: 8."


@pytest.mark.parametrize(
    ("quote", "match", "found"),
    [
        pytest.param("3 + 4 = 8", "exact", "3 + 4 = 8", id="exact"),
        pytest.param("8", "ambiguous", "8", id="first-of-two"),
        pytest.param("HE BUYS", "normalised", "He buys", id="case"),
        pytest.param('buys "four" more', "normalised", "buys “four” more", id="quote-marks"),
        pytest.param("apples. He buys", "normalised", "apples.\nHe buys", id="line-break"),
        pytest.param("more - so", "normalised", "more —  so", id="dash-and-spaces"),
        pytest.param("Cafe\u0301 au", "normalised", "Café au", id="decomposed"),
        pytest.param("  3 + 4 = 8 ", "normalised", "3 + 4 = 8", id="spaces-around"),
        pytest.param("so 3 ＋ 4", "normalised", "so 3 + 4", id="full-width"),
        pytest.param("3 + 4 = 9", "none", None, id="not-there"),
        pytest.param("", "none", None, id="empty"),
        pytest.param(" \n", "none", None, id="blank"),
    ],
)
def test_match_quote(quote, match, found):
    kind, start, end = match_quote(TEXT, quote)
    assert kind == match
    if found is None:
        assert (start, end) == (None, None)
    else:
        assert TEXT[start:end] == found


def test_offsets_survive_letters_that_grow_when_folded():
    text = "ﬁne ǅ Straße İstanbul 3 apples"
    _, start, end = match_quote(text, "3 APPLES")
    assert text[start:end] == "3 apples"
    _, start, end = match_quote(text, "STRASSE")
    assert text[start:end] == "Straße"


def test_two_normalised_occurrences_are_ambiguous():
    assert match_quote("One. one. ", "ONE.") == ("ambiguous", 0, 4)


@given(st.text(min_size=1, max_size=60), st.data())
def test_any_substring_is_found_where_it_stands(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    kind, at, to = match_quote(text, quote)
    if not quote.strip():
        assert kind == "none"
        return
    assert kind == ("exact" if text.count(quote) == 1 and at == start else "ambiguous")
    assert text[at:to] == quote


@given(st.text(max_size=60), st.text(max_size=20))
def test_offsets_are_always_inside_the_response(text, quote):
    kind, start, end = match_quote(text, quote)
    assert (kind == "none") == (start is None) == (end is None)
    if start is not None:
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="aB “”\"'\n—é", min_size=1, max_size=40), st.data())
def test_a_changed_dress_is_still_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    changed = text[start:end].swapcase().replace("“", '"').replace("—", "-")
    if changed.strip():
        assert match_quote(text, changed)[0] != "none"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ab " * 33_000 + "X", id="repeats"),
        pytest.param("a" + "\u0301\u0323" * 50_000, id="marks"),
        pytest.param("a" * 100_000, id="one-letter"),
        pytest.param("\n" * 100_000, id="blank"),
    ],
)
def test_it_stays_fast_on_long_hostile_texts(text):
    started = time.monotonic()
    match_quote(text, "ab " * 5_000 + "y")
    match_quote(text, "A" * 5_000 + "b")
    assert time.monotonic() - started < 2
