"""Words that are chosen on the page are those of the source, in both views."""

from functools import partial

import pytest

from tests.annotate.browser.handling import open_card, press
from tests.annotate.records import make_reviewed_pair

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault("places"),
]


@pytest.fixture
def open_item(signed_in, live_server, transactional_db):
    return partial(open_card, signed_in, live_server)


CHOOSE = """([view, words, nth]) => {
  // By the page's own nodes, as a mouse does it.
  const text = document.querySelector(`${view}[data-source=A]`);
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = node.data.indexOf(words); at >= 0; at = node.data.indexOf(words, at + 1)) {
      if (node.parentElement.closest("sup") || seen++ < nth) continue;
      getSelection().setBaseAndExtent(node, at, node, at + words.length);
      return chosenWords();
    }
  }
  return null;
}"""


@pytest.mark.parametrize(
    ("text", "view", "words", "nth", "source"),
    [
        pytest.param(
            "Line one ok\r\nLine two ok\r\nLine three ok", ".plain", "ok", 2, (37, 39), id="crlf"
        ),
        pytest.param(
            "**S**\r\n\r\n- first\r\n- third\r\n", ".formatted", "third", 0, (20, 25), id="items"
        ),
        pytest.param(
            "**S**\r\n\r\n- first\r\n- third\r\n", ".plain", "third", 0, (20, 25), id="items-plain"
        ),
        pytest.param("Squares:\n\n1. 1\n2. 4\n", ".formatted", "1", 0, (13, 14), id="numbers"),
        pytest.param("| a |\n|---|\n| x\\|y |\n", ".formatted", "|y", 0, (16, 18), id="escaped"),
        pytest.param("**😀😀** now", ".formatted", "now", 0, (7, 10), id="astral"),
        pytest.param(
            "😀\r\n\u200b\u200b\u200b\u200b\u200bnow", ".plain", "now", 0, (8, 11), id="signs"
        ),
        pytest.param("**AT**&amp;T", ".formatted", "&", 0, (6, 11), id="an-entity"),
        pytest.param("**A**\rfoo\rfoo\rbar", ".formatted", "foo", 1, (10, 13), id="lone-cr"),
        pytest.param("**A** `x\ny` z", ".formatted", "y", 0, (9, 10), id="code"),
    ],
)
def test_chosen_words_are_the_sources(open_item, text, view, words, nth, source):
    page = open_item(make_reviewed_pair(text_a=text))
    if view == ".plain" and page.locator(".formatted[data-source=A]").count():
        press(page, "t")
    chosen = page.evaluate(CHOOSE, [view, words, nth])
    assert (chosen["start"], chosen["end"]) == source
    assert chosen["quote"] == text[slice(*source)]


def test_a_formula_is_chosen_as_a_whole(open_item):
    text = "so $x^2$ holds, **yes**"
    page = open_item(make_reviewed_pair(text_a=text))
    page.locator("[data-drawn]").first.wait_for()
    chosen = page.evaluate(
        """() => {
          const formula = document.querySelector(".formatted[data-source=A] [data-math]");
          getSelection().selectAllChildren(formula);
          return chosenWords();
        }"""
    )
    assert chosen["quote"] == "$x^2$"


def test_the_source_is_read_back_letter_for_letter(open_item):
    text = "a\r\n b\u200b\u200b\u200b\u200b\rc 😀\n\r\n<d> &amp;\x01"
    page = open_item(make_reviewed_pair(text_a=text))
    assert page.evaluate("sourceOf('A')") == text
