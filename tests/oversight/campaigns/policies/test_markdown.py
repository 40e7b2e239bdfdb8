"""Guidelines in Markdown: formatted, with pictures of their own, and nothing that could run."""

import pytest

from oversight.campaigns.policies.markdown import LONGEST, guidelines_html


def html(text):
    return guidelines_html(text, "/campaigns/maths/guidelines/pictures/")


def test_it_is_formatted_beneath_the_pages_own_headings():
    found = html("# What counts\n\n- **right** first\n- ~~style~~\n\n|a|b|\n|-|-|\n|1|2|\n")
    for each in ("<h3>What counts</h3>", "<strong>right</strong>", "<s>style</s>", "<td>2</td>"):
        assert each in found


def test_breaks_that_an_editor_made_are_none():
    """Some guidelines come from files whose lines end at some 100 characters; others mean each line."""
    wrapped = f"{'word ' * 19}end\n{'more ' * 19}end\nand the last."
    assert "<br" not in html(wrapped)
    assert html("Right first.\nThen style.").count("<br") == 1
    assert html(f"{'word ' * 19}end\nShort.\nThe last.").count("<br") == 2


def test_a_picture_is_the_campaigns_own():
    found = html("![A <good> comment](picture:3)")
    assert 'src="/campaigns/maths/guidelines/pictures/3/"' in found
    assert 'alt="A &lt;good&gt; comment"' in found


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/a.png",
        "picture:../../x",
        "picture:",
        "data:image/png;base64,AA",
        "picture:" + "9" * 5000,
    ],
)
def test_another_is_named_and_never_fetched(address):
    found = html(f"![words]({address})")
    assert "<img" not in found
    assert "words" in found


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](data:text/html,<script>)",
        '![x" onerror="alert(1)](picture:1)',
        "<javascript:alert(1)>",
        "<style>*{display:none}</style>",
        "[x](https://a.example/ 'a\" onclick=\"b')",
        "```html\n<script>\n```",
    ],
)
def test_what_could_run_is_text(text):
    found = html(text).lower()
    for bad in ("<script", "<style", "<svg", 'href="javascript', 'href="data', '" on'):
        assert bad not in found


def test_a_link_tells_nobody_where_it_was():
    assert 'rel="noopener noreferrer nofollow"' in html("[x](https://a.example/)")


def test_what_nobody_reads_is_shown_as_it_was_written():
    assert html("*a*" * LONGEST).startswith("<pre>*a*")


@pytest.mark.parametrize("text", ["[" * 20_000, "> " * 10_000 + "a", "*a_" * 10_000, "`" * 20_000])
def test_what_is_made_to_be_slow_is_answered(text):
    assert html(text)
