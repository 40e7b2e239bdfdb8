"""How texts and critiques are shown: formatting, quotes, long and hostile texts, differences."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.annotate.browser.handling import focused, open_card, press
from tests.annotate.records import make_comment, make_reviewed_pair, wait_until_colours
from tests.annotate.showcase_texts import DERIVATION, HOSTILE, LONG, PROBLEM, WRONG_DERIVATION
from tests.factories import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_item(signed_in, live_server, transactional_db):
    return partial(open_card, signed_in, live_server)


def is_lit(locator):
    return "on" in locator.get_attribute("class").split()


def test_formulas_tables_and_code_are_drawn_and_raw_text_is_one_key_away(open_item):
    wait_until_colours()
    pair = make_reviewed_pair(text_a=WRONG_DERIVATION, text_b=DERIVATION, query_text=PROBLEM)
    page = open_item(pair)
    formatted = page.locator(".formatted[data-source=A]")
    formatted.locator(".katex").first.wait_for()
    expect(formatted.locator("table td")).to_have_count(6)
    assert formatted.locator(".tok-keyword").first.inner_text() == "def"
    assert formatted.locator("[data-math]").first.get_attribute("aria-label").startswith("x^2 = 9")
    expect(page.locator("[data-part=response-A]")).not_to_be_visible()
    press(page, "t")
    assert r"\boxed{3}" in page.locator("[data-part=response-A]").inner_text()
    expect(formatted).not_to_be_visible()
    page.reload()  # as it was last wanted
    expect(page.locator("[data-part=response-A]")).to_be_visible()


def test_katex_is_fetched_only_where_there_are_formulas(open_item):
    page = open_item(make_reviewed_pair())
    assert page.evaluate("typeof katex") == "undefined"
    pair = make_reviewed_pair(
        text_a=r"A hostile one: $\href{javascript:alert(1)}{x} \htmlStyle{color:red}{y}$ and $\frac{$"
    )
    page = open_item(pair)
    page.wait_for_function("() => typeof katex === 'object'")
    page.locator("[data-drawn]").first.wait_for()
    expect(page.locator(".katex a")).to_have_count(0)


def test_comments_and_quotes_find_each_other_by_hover_focus_and_click(open_item):
    pair = make_reviewed_pair()
    # Overlaps the first quote and goes beyond it.
    make_comment(pair.comments[0].critique, "12 = 71\n71 - 9", severity="major")
    page = open_item(pair)
    page.set_viewport_size({"width": 1440, "height": 500})
    comments = page.locator(".comment")
    marks = page.locator("mark[data-numbers='1 4']")
    comments.nth(3).hover()
    assert is_lit(marks)
    assert is_lit(page.locator("mark[data-numbers='2 4']"))
    assert not is_lit(page.locator("mark[data-numbers='1']"))
    marks.hover()
    assert is_lit(comments.nth(0))
    assert is_lit(comments.nth(3))
    # A click on words that two comments are about leads to the one, then to the other.
    marks.click(position={"x": 5, "y": 5})
    assert focused(page) == comments.nth(0).get_attribute("id")
    marks.click(position={"x": 5, "y": 5})
    assert focused(page) == comments.nth(3).get_attribute("id")
    page.mouse.move(2, 2)  # the page has moved: no other comment is to be under it
    assert is_lit(marks)
    page.evaluate("scrollTo(0, 1000)")
    comments.nth(0).locator(".quote").click()
    page.wait_for_function("() => scrollY < 300")
    page.get_by_role("link", name="to comment 2").focus()
    assert is_lit(comments.nth(1))
    press(page, "Enter")
    assert focused(page) == comments.nth(1).get_attribute("id")


def test_severity_is_a_word_and_a_lost_quote_is_labelled_and_closed(open_item):
    page = open_item(make_reviewed_pair())
    words = page.locator(".comment .pill:first-child").all_inner_texts()
    assert [text.split("· ")[-1] for text in words if "·" in text] == [
        "Critical",
        "Minor",
        "Nitpick",
    ]
    lost = page.locator(".comment").nth(2)
    expect(lost.get_by_text("Quote not found")).to_be_visible()
    expect(lost.get_by_text("12 chairs are beads")).not_to_be_visible()
    lost.focus()
    page.keyboard.press("v")  # nobody judges by a key what nobody has read
    expect(lost.get_by_text("12 chairs are beads")).to_be_visible()
    assert not lost.locator("[data-verdict-key=v]").is_checked()
    page.keyboard.press("v")
    assert lost.locator("[data-verdict-key=v]").is_checked()
    lost.get_by_text("Show it anyway").click()
    expect(lost.get_by_text("12 chairs are beads")).not_to_be_visible()


def test_a_long_text_has_a_box_of_its_own_that_opens(open_item):
    page = open_item(make_reviewed_pair(text_a=LONG))
    text = page.locator(".text.long >> visible=true")
    inner, outer = text.evaluate("(text) => [text.scrollHeight, text.clientHeight]")
    assert outer < inner
    assert page.evaluate("find('158 * 7 = 1106')")  # find in page looks inside
    page.get_by_label("Show all of it").check()
    inner, outer = text.evaluate("(text) => [text.scrollHeight, text.clientHeight]")
    assert outer == inner
    # Its header stays in sight as it is read.
    page.evaluate("scrollTo(0, 2000)")
    top = page.locator(".response > header").first.bounding_box()["y"]
    assert 0 <= top < 100


def test_the_difference_of_two_responses_comes_on_demand(open_item):
    page = open_item(make_reviewed_pair())
    url = page.url
    press(page, "1", "d")
    page.locator("#diff ins").first.wait_for()
    assert "12 = 71" in page.locator("#diff del").nth(1).inner_text()
    assert page.url == url
    assert page.locator("[name=preference]:checked").get_attribute("value") == "1"


def test_hostile_text_stays_text_everywhere(open_item):
    text_a, text_b = HOSTILE
    markdown = (
        "**x** [a](javascript:alert(1)) ![i](http://e.example/x.png) <style>*{display:none}</style>"
    )
    pair = make_reviewed_pair(text_a=text_a + text_b, text_b=markdown, query_text=text_b)
    make_comment(
        pair.comments[0].critique,
        text_b,
        category="<b>x</b>",
        explanation=text_b,
        suggested_fix="<img src=x onerror=alert(1)>",
    )
    page = open_item(pair)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    press(page, "d")
    page.locator("#diff section").wait_for()
    expect(
        page.locator("#answer img, #answer script, #answer style, #answer iframe")
    ).to_have_count(0)
    expect(page.locator("h1")).to_have_count(1)
    assert not [url for url in asked if "e.example" in url]
    assert "<script>alert(1)</script>" in page.locator("[data-part=query]").inner_text()
    assert page.locator(".ctl").first.inner_text() == "U+202E"


def test_what_gives_the_answer_away_is_not_on_the_page(open_item):
    pair = make_reviewed_pair()
    other = make_member(pair.campaign)
    pair.item.query.node = "irrelevant-quantity-attack"
    pair.item.query.save()
    html = open_item(pair).content()
    for secret in (other.username, pair.item.query.node, str(pair.item.response_a.version), "gold"):
        assert secret not in html
