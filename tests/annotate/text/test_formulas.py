"""Dollars that are money stay text; dollars around TeX are formulas."""

import re

import pytest

from annotate.text.markdown import formatted_html
from tests.pace import paces

pytestmark = pytest.mark.fault("money")


def formulas(text):
    html = formatted_html(f"{text}\n\n**so**")
    return re.findall(r'<span data-math="\w+">(.*?)</span>', html, re.DOTALL)


@pytest.mark.parametrize(
    "text",
    [
        "**Price**: it is $20 in US$ and more.",
        "**Total:** It costs $5, or 5$ in some places.",
        "It costs $5 and then $6.",
        "$1,000 and $2,000",
        "$5-$10, or $5–$10",
        "US$5 and US$6, A$7 or C$8",
        "about $20K in US$, $3.50/lb vs. CA$",
        "the price is $20 (US$) a head",
        "$20 (about €18) or US$",
        "“$5” or “6$”",
        "I have 5$ and you have 10$.",
        "$ 5 and $ 6",
        "a \\$5 note and a $10 note\\$",
        "set $HOME/bin:$PATH and $HOME",
        "${a} and ${b}, ${a}-${b}",
        "$foo$bar $x->$y $a.$b $(ls)",
        "$$ to $$$",
        "价格是$5，或者5$。",
        "`$x` and `$y`",
        "```\n$x$\n```",
        "- costs $5\n- costs 6$",
        "1. $5\n2. 6$",
        "| $5 | 5$ |\n|---|---|\n| $6 | 6$ |",
        "It is \\[not\\] a \\(\\) formula",
        "costs $5.\n\nThat is 6$.",
    ],
)
def test_it_is_text(text):
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("$x^2 + y^2$ is **one**", ["x^2 + y^2"]),
        ("\\(a_1\\) and $$\\frac{1}{2}$$", ["a_1", "\\frac{1}{2}"]),
        ("$5$ and $20$ and $3.5$", ["5", "20", "3.5"]),
        ("$2 \\times 3 = 6$, $3x$, $10%$", ["2 \\times 3 = 6", "3x", "10%"]),
        ("$2 \\text{ apples and pears}$", ["2 \\text{ apples and pears}"]),
        ("$5 \\text{ km} + x_{max at}$", ["5 \\text{ km} + x_{max at}"]),
        ("the $n$th, $k$-th and $x$s", ["n", "k", "x"]),
        ("it costs $5, where $x$ is 5", ["x"]),
        ("costs $5 for ($x$)", ["x"]),
        ("设$x$为5", ["x"]),
        ("$2 \\sin x$ and $3 mod 4$", ["2 \\sin x", "3 mod 4"]),
        ("**$a*b$** and *$c_d$*", ["a*b", "c_d"]),
        ("$a*b$ and $c*d$", ["a*b", "c*d"]),
        ("$a +\nb$", ["a +\nb"]),
        ("$$\na\n- b\n= c\n$$", ["\na\n- b\n= c\n"]),
        ("\\[\na < b \\\\[2pt]\n\\]", ["\na &lt; b \\\\[2pt]\n"]),
        ("> \\[\n> x\n> \\]", ["\nx\n"]),
        ("1. Use\n   $$\n   x\n   $$", ["\n   x\n   "]),
        ("| $x$ | \\(y\\) |\n|---|---|\n| $z$ | 5$ |", ["x", "y", "z"]),
        ("- $x$\n- $y$", ["x", "y"]),
        ("$\\text{costs \\$5}$", ["\\text{costs \\$5}"]),
        ("# $x$ ahead\n\ny", ["x"]),
        ("$2π r$ and $3 ≤ x$, $90°$", ["2π r", "3 ≤ x", "90°"]),
    ],
)
def test_it_is_a_formula(text, tex):
    assert formulas(text) == tex


def test_what_stands_after_a_displayed_formula_stays():
    assert "(1)" in formatted_html("\\[ x \\] (1)")


@pytest.mark.fault("slow-text")
@pytest.mark.parametrize(
    "text",
    [
        "$a" * 10_000,
        "$" + " a" * 9_990 + "$",
        "\\(" * 10_000,
        "\\( " * 6_000 + "\\)",
        "$$ a\n" * 4_000,
        ">" * 9_000 + "$$" + "a$$" * 3_000,
        "$1" + "," * 19_900 + "a$",
        "$" + "{" * 19_900 + "$",
    ],
)
def test_looking_for_formulas_has_a_bound(text):
    assert paces(lambda: formatted_html(text)) < 8
