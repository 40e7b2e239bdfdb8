"""Each piece that is shown stands where it says: the parser's places, not a search's."""

import html as entities
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.text.markdown import formatted_html
from annotate.text.reading import Math, Piece, Tag, TooMuch, parts_of
from annotate.text.rendering import Span, segments

pytestmark = pytest.mark.fault("places")

FRAGMENTS = [
    *("a", "b ", "word", "1", "é", "字", "😀", "e\u0301", "\x00", "\u200b", "\ue02a"),
    *("*", "**", "_", "~~", "~", "`", "``", "```", "[", "](", "](u)", "]", "<", ">", "<http://x>"),
    *("\n", "\r\n", "\r", "\n\n", "  \n", "\\\n", "    ", "\t", " ", "- ", "1. ", "> ", "# ", "#"),
    *("|", "\\|", "| a | b |\n|---|---|\n", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\frac12"),
    *("\\*", "&amp;", "&#65;", "&NoBreak;", "&", "===", "---", "[r]: /u\n", "[r]", "![", "<b>"),
    *("```py\n", "~~~\n", "2*3", "x = 1\n"),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
SHOWN = re.compile(r'<(?:span|mark)[^>]* data-at="(\d+)"(?: data-end="(\d+)")?>')


def pieces_of(text):
    return [part for part in parts_of(text) if not isinstance(part, Tag)]


@settings(max_examples=400)
@example("> a `b\n> c` d\n")
@example("| `a\\|b` | \\| |\n|---|---|\n")
@example("```\r\na\r\n\tb\r\n```")
@given(TEXTS)
def test_pieces_stand_where_they_say_and_in_order(text):
    done = 0
    for part in pieces_of(text):
        assert part.at >= done
        assert part.end <= len(text)
        done = part.end
        source = text[part.at : part.end]
        if isinstance(part, Math):
            assert re.sub(r"[\s>]", "", part.tex) in re.sub(r"[\s>]", "", source)
        elif not part.is_whole:
            assert part.shown == re.sub(r"\r(?!\n)", "\n", source)
        elif part.at < part.end and source not in ("\n", "\r"):
            is_entity = source[0] == "&" and entities.unescape(source) == part.shown
            assert is_entity or "`" in source


@settings(max_examples=200)
@given(text=TEXTS, start=st.integers(0, 40), length=st.integers(1, 20))
def test_what_is_marked_is_what_the_span_covers(text, start, length):
    """No mark lies on other words, and whatever is shown of the span is marked."""
    span = Span(1, start, start + length, "minor")
    html = formatted_html(text, [span])
    if html is None:
        return
    marked = [
        (int(at), int(end) if end else None)
        for at, end in re.findall(r'<mark[^>]* data-at="(\d+)"(?: data-end="(\d+)")?>', html)
    ]
    assert all(at < span.end and (end is None or end > span.start) for at, end in marked)
    assert all(at >= span.start for at, end in marked if end is None)
    for piece in pieces_of(text):
        if piece.at < span.end and piece.end > span.start:
            first = piece.at if getattr(piece, "is_whole", True) else max(piece.at, span.start)
            assert first in [at for at, _ in marked]


def shown_under(text, start, end):
    """Return the words under the mark of a comment on text[start:end], as they are shown."""
    html = formatted_html(text, [Span(1, start, end, "major")])
    html = re.sub(r"<sup>.*?</sup>", "", html)
    # A mark may hold a sign or a formula in a span of its own.
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    return "".join(entities.unescape(re.sub(r"<[^>]+>", "", inner)) for inner in marks)


def place_of(text, word):
    """Return where the stretch begins that shows the word in the formatted view."""
    html = formatted_html(text)
    found = re.search(rf'data-at="(\d+)"[^>]*>{re.escape(word)}<', html)
    return int(found[1])


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        pytest.param("**Sum**\r\n\r\n- one\r\n- two\r\n- third\r\n", "third", 27, id="crlf"),
        pytest.param("Squares are:\n\n1. 1\n2. 4\n3. 9\n", "1", 17, id="the-number-of-an-item"),
        pytest.param("1. a\n   1. 1\n2. 2\n", "2", 16, id="nested-items"),
        pytest.param("> - a\n> - > b\n", "b", 12, id="quotations"),
        pytest.param("**A**\rfoo\rbar\r\rbaz", "baz", 15, id="lone-cr"),
        pytest.param("# H #\n\n# # #\n\n**x**", "x", 16, id="headings"),
        pytest.param("x\n===\n\n**x**", "x", 0, id="setext"),
        pytest.param("\\*a **b**", "b", 6, id="escapes"),
        pytest.param("&amp; &#65; **&**", "&amp;", 0, id="entities"),
        pytest.param('[b](b "b") **c** b', " b", 16, id="links"),
        pytest.param("[r]\n\n[r]: r\n\n**r**", "r", 1, id="references"),
        pytest.param("😀 **x**", "x", 4, id="in-code-points"),
        pytest.param("-\tone\n\n\t\tcode\n\n**x**", "x", 17, id="tabs"),
    ],
)
def test_words_stand_where_the_source_has_them(text, word, place):
    assert place_of(text, word) == place


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        pytest.param("| a | b |\n|---|---|\n| x\\|y | z |\n", 22, 26, "x|y", id="escaped-pipe"),
        pytest.param("| a |\n|---|\n| `x\\|y` |\n", 15, 19, "x|y", id="escaped-pipe-in-code"),
        pytest.param("`a\nb` **c**", 1, 4, "a b", id="code-over-lines"),
        pytest.param("`a\r\nb` **c**", 1, 5, "a b", id="code-over-crlf"),
        pytest.param("> `a\n> b` **c**", 3, 8, "a b", id="code-over-lines-of-a-quotation"),
        pytest.param("**A**\rfoo\rfoo\rbar foo\n\nfoo", 23, 26, "foo", id="lone-cr"),
        pytest.param("AT&amp;T **x**", 2, 7, "&", id="an-entity"),
        pytest.param("AT&amp;T **x**", 4, 5, "&", id="part-of-an-entity"),
        pytest.param("**a** \\*b", 6, 7, "", id="only-a-backslash"),
        pytest.param("**a** \\*b", 6, 8, "*", id="an-escape"),
        pytest.param("*a* ~~b~~ a", 10, 11, "a", id="after-strikethrough"),
        pytest.param("> ```\n> one\n> one\n> ```", 14, 17, "one", id="code-in-a-quotation"),
        pytest.param("so $x$ and $x$", 12, 13, "x", id="the-second-of-two-formulas"),
    ],
)
def test_a_comment_is_on_its_own_words(text, start, end, shown):
    if not shown:
        assert "<mark" not in formatted_html(text, [Span(1, start, end, "major")])
    else:
        assert shown_under(text, start, end).replace("\r", "") in (shown, shown.replace(" ", "  "))


def test_the_plain_view_counts_both_halves_of_a_line_end():
    text = "Line one ok\r\nLine two ok\r\nLine three ok"
    (segment,) = segments(text, [])
    assert segment.html.count('<span class="cr"></span>\n') == 2


def test_too_much_markup_is_not_read():
    with pytest.raises(TooMuch):
        parts_of("*a* " * 4_000)


def test_a_piece_of_code_is_placed_line_by_line():
    text = "> ```py\n> a = 1\n>  b\n> ```"
    found = [(part.shown, part.at) for part in pieces_of(text) if isinstance(part, Piece)]
    assert found == [("a = 1\n", 10), (" b\n", 18)]
