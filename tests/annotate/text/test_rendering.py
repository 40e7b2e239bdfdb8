import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.text.rendering import Segment, Span, segments, visible_html


def cut(text, *spans):
    rows = [Span(number, start, end, "minor") for number, start, end in spans]
    return [(segment.text, segment.numbers, segment.ending) for segment in segments(text, rows)]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], [("abcdef", (), ())], id="none"),
        pytest.param([(1, 0, 6)], [("abcdef", (1,), (1,))], id="all"),
        pytest.param(
            [(1, 1, 3)], [("a", (), ()), ("bc", (1,), (1,)), ("def", (), ())], id="inside"
        ),
        pytest.param(
            [(1, 0, 4), (2, 2, 6)],
            [("ab", (1,), ()), ("cd", (1, 2), (1,)), ("ef", (2,), (2,))],
            id="overlap",
        ),
        pytest.param(
            [(2, 0, 6), (1, 2, 4)],
            [("ab", (2,), ()), ("cd", (1, 2), (1,)), ("ef", (2,), (2,))],
            id="nested",
        ),
        pytest.param([(1, 0, 6), (2, 0, 6)], [("abcdef", (1, 2), (1, 2))], id="same"),
        pytest.param(
            [(1, 0, 3), (2, 3, 6)], [("abc", (1,), (1,)), ("def", (2,), (2,))], id="touching"
        ),
        pytest.param([(1, 4, 99)], [("abcd", (), ()), ("ef", (1,), (1,))], id="beyond-the-end"),
        pytest.param([(1, 7, 9), (2, 3, 3), (3, 4, 2)], [("abcdef", (), ())], id="outside-empty"),
    ],
)
def test_it_cuts_at_every_border(spans, expected):
    assert cut("abcdef", *spans) == expected


def test_an_empty_text_has_no_segments():
    assert segments("", [Span(1, 0, 3, "minor")]) == []


def test_the_worst_severity_colours_a_segment():
    spans = [Span(1, 0, 2, "nitpick"), Span(2, 0, 2, "critical"), Span(3, 0, 2, "unheard of")]
    assert [segment.severity for segment in segments("ab", spans)] == ["critical"]


offsets = st.integers(min_value=0, max_value=40)
spans = st.lists(st.builds(Span, st.integers(1, 9), offsets, offsets, st.just("major")))


@given(text=st.text(max_size=30), spans=spans)
def test_the_segments_joined_are_the_text(text, spans):
    cut = segments(text, spans)
    assert "".join(segment.text for segment in cut) == text
    assert all(segment.text for segment in cut)


@given(text=st.text(min_size=1, max_size=30), spans=spans)
def test_each_character_lies_under_exactly_its_spans(text, spans):
    at = 0
    for segment in segments(text, spans):
        for position in range(at, at + len(segment.text)):
            over = sorted(span.number for span in spans if span.start <= position < span.end)
            assert list(segment.numbers) == over
        at += len(segment.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", id="tag"
        ),
        pytest.param("\"a\" & 'b'", "&quot;a&quot; &amp; &#x27;b&#x27;", id="quotes"),
        pytest.param("a\tb\nc", "a\tb\nc", id="white-space-stays"),
        pytest.param("a\r\nb", "a\nb", id="crlf"),
        pytest.param("سلام‌ 👨‍👩", "سلام‌ 👨‍👩", id="joiners-stay"),
    ],
)
def test_it_escapes(text, expected):
    assert visible_html(text) == expected


@pytest.mark.parametrize(
    "code", [0x01, 0x0D, 0x1B, 0x7F, 0x85, 0x200B, 0x202E, 0x2066, 0xFEFF, 0xE0041]
)
def test_it_names_what_cannot_be_seen(code):
    html = visible_html(f"a{chr(code)}b")
    assert chr(code) not in html
    assert f'title="U+{code:04X} ' in html


def test_a_segment_is_escaped():
    assert Segment("<b>").html == "&lt;b&gt;"
