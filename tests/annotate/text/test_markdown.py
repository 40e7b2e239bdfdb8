"""Formatted text: what is drawn, what stays text, and where the quotes of comments end up."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.text.markdown import ATTRIBUTES, TAGS, formatted_html
from annotate.text.reading import LONGEST
from annotate.text.rendering import Span
from tests.annotate.records import wait_until_colours

HOSTILE = [
    "**x** <script>alert(1)</script>",
    "**x** <img src=x onerror=alert(1)> <b onclick='x'>",
    "[click](javascript:alert(1)) **x**",
    "[click](https://evil.example 'title\" onload=x') **x**",
    "![picture](https://evil.example/x.png) **x**",
    "<https://evil.example> **x**",
    '```"><script>alert(1)</script>\n</code></pre><script>\n```',
    "```html\n<script>alert(1)</script>\n```",
    r"\(\href{javascript:alert(1)}{x}</span><script>alert(1)</script>\)",
    "$$</span><img src=x onerror=alert(1)>$$",
    "| <script> | b |\n|:-:|--|\n| <i onload=x> | `<b>` |",
    "1. x\n{style=position:fixed}\n<style>*{display:none}</style>",
    "[x]: javascript:alert(1)\n\n**[x]**",
    "&lt;script&gt; **x** &#60;img&#62;",
    "<!-- --><details open ontoggle=alert(1)>\n\n**x**",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>")


def marked(html: str, number: int) -> str:
    """Return the text under the marks of one comment, its number left out."""
    html = re.sub(r"<sup>.*?</sup>", "", html)
    parts = re.findall(r'<mark class="\w+" data-numbers="([\d ]+)"[^>]*>(.*?)</mark>', html, re.S)
    return "".join(
        re.sub("<[^>]+>", "", inner) for numbers, inner in parts if str(number) in numbers.split()
    )


def quoted(text: str, quote: str, number: int = 1) -> Span:
    start = text.index(quote)
    return Span(number, start, start + len(quote), "major")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_no_tag_and_no_attribute_of_its_own(text):
    html = formatted_html(text)
    assert html is not None
    leftover = TAG.sub("", html)
    assert "<" not in leftover
    for _, tag, attributes in TAG.findall(html):
        assert tag in TAGS - {"a", "mark"}
        names = set(re.findall(r'([\w-]+)="', attributes))
        assert names <= ATTRIBUTES.get(tag, set()) | {"class"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("**bold** *em*", "<strong>", id="emphasis"),
        pytest.param("# Plan\n\ntext", '<p class="heading">', id="heading"),
        pytest.param("| a | b |\n|--|--|\n| 1 | 2 |", "<table>", id="table"),
        pytest.param("```python\nreturn 1\n```", 'class="tok-keyword"', id="code"),
        pytest.param("```nonesuch\nreturn 1\n```", '<pre class="code">', id="unknown-language"),
        pytest.param(r"so \(x^2\)", '<span data-math="inline">x^2</span>', id="brackets"),
        pytest.param("so $x^2$", '<span data-math="inline">x^2</span>', id="dollars"),
        pytest.param(r"\[ \frac12 \]", 'data-math="display"', id="display"),
        pytest.param("1. one\n2. two", "<ol>", id="list"),
        pytest.param("a\n**b**", "<br>", id="line-breaks-stay"),
    ],
)
def test_it_formats(text, expected):
    wait_until_colours()
    assert expected in formatted_html(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("4 * 7 = 28\n31 + 28 = 59\n#### 59", id="sums"),
        pytest.param("It costs $5 and then $6.", id="money"),
        pytest.param("Just words.", id="words"),
        pytest.param("", id="empty"),
        pytest.param("**x** " + "a" * LONGEST, id="too-long"),
        pytest.param("\\(" * 5_000, id="too-many-formulas"),
    ],
)
def test_it_leaves_alone_what_has_nothing_to_format(text):
    assert formatted_html(text) is None


@pytest.mark.parametrize(
    ("text", "quote", "shown"),
    [
        pytest.param("We **add 3 to 4** now", "add 3 to 4", "add 3 to 4", id="inside"),
        pytest.param("We **add 3** to 4 now", "**add 3** to", "add 3 to", id="over-markup"),
        pytest.param("- one\n- two\n- one", "two\n- one", "twoone", id="over-list-items"),
        pytest.param("```\na = 1\nb = 2\n```", "= 1\nb", "= 1\nb", id="over-code-lines"),
        pytest.param("> ```\n> a = 1\n> b = 2\n> ```", "b = 2", "b = 2", id="quoted-code"),
        pytest.param("| a | b |\n|--|--|\n| 1 | 2 |", "2", "2", id="table-cell"),
        pytest.param("- x &amp; y **z**", "z", "z", id="after-an-entity"),
        pytest.param("so $x+1$ holds", "x+1", "x+1", id="formula"),
        pytest.param("a `code` b", "code", "code", id="code-span"),
    ],
)
def test_quotes_stay_marked(text, quote, shown):
    html = formatted_html(text, [quoted(text, quote)], "comment-7-")
    assert marked(html, 1) == shown
    assert html.count('<sup><a href="#comment-7-1" aria-label="to comment 1">1</a></sup>') == 1


def test_overlapping_quotes_share_a_mark():
    text = "**one** two three four"
    html = formatted_html(text, [quoted(text, "two three", 1), quoted(text, "three four", 2)])
    assert (marked(html, 1), marked(html, 2)) == ("two three", "three four")
    assert 'data-numbers="1 2"' in html


def test_the_second_of_two_equal_words_is_marked_where_it_stands():
    text = "**same**\n\nother\n\nsame"
    at = text.rindex("same")
    html = formatted_html(text, [Span(1, at, at + 4, "minor")])
    assert "<strong><mark" not in html
    assert marked(html, 1) == "same"


@settings(max_examples=150)
@given(
    text=st.text(alphabet="ab *_`$|\n#>-1.\\()[]<&", max_size=60),
    start=st.integers(0, 60),
    length=st.integers(1, 30),
)
def test_each_stretch_says_where_it_stands(text, start, length):
    """What `data-at` claims is true: the source has those very characters there."""
    html = formatted_html(text, [Span(1, start, start + length, "minor")])
    if html is None:
        return
    assert "<script" not in html
    for at, shown in re.findall(r'<span data-at="(\d+)">([^<]*)</span>', html):
        plain = re.sub("&lt;", "<", re.sub("&gt;", ">", shown)).replace("&amp;", "&")
        assert text[int(at) : int(at) + len(plain)] == plain


@pytest.mark.parametrize(
    "product",
    ["2*1/2 = <<2*1/2=1.0>>1", "2**3 = 8 and 2**4 = 16", "(1+2)*3 and 4*(5+6)", "a*b*c"],
)
def test_stars_between_factors_are_no_emphasis(product):
    assert formatted_html(product) is None
    html = formatted_html(f"**so** {product}")
    assert html.count("*") == product.count("*")


@pytest.mark.parametrize("start", ["", "* ", "- ", "1. ", "> ", "> - "])
def test_a_tag_that_begins_a_line_is_text_and_markup_after_it_is_markup(start):
    html = formatted_html(f"{start}<div>\n\n{start}<p>**b**</p>")
    assert "&lt;div&gt;" in html
    assert "<strong>" in html


def test_stars_around_words_are_emphasis_still():
    html = formatted_html("*one*, **two** and 这是**重点**内容")
    assert html.count("<em>") == 1
    assert html.count("<strong>") == 2
