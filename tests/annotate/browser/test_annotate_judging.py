"""What people say of a response beyond the preference, in Chromium."""

from functools import partial

import pytest
from playwright.sync_api import expect

from oversight.models import (
    Arm,
    BlindAnswer,
    Comment,
    CommentVerdict,
    CritiqueRating,
    ItemKind,
    Judgement,
    Preference,
    ResponseRating,
    ReviewItem,
    StepLabel,
)
from tests.annotate.browser.handling import focused, open_card, press, select, submit
from tests.annotate.records import WRONG, make_comment, make_critique, make_reviewed_pair
from tests.factories import make_item, make_query, make_response

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IN_FRONT = 9


@pytest.fixture
def pair(transactional_db):
    return make_reviewed_pair()


@pytest.fixture
def open_item(signed_in, live_server):
    return partial(open_card, signed_in, live_server)


def test_a_selection_becomes_a_comment(open_item, pair):
    page = open_item(pair)
    start = WRONG.index("59 + 12")
    # Across the borders of a quote that is marked, whose number is no part of the text; the line's
    # end is left out.
    select(page, "response-A", start - 5, start + 20)
    page.get_by_role("button", name="Comment on this").click()
    assert focused(page) == "added-A-0-explanation"
    page.keyboard.type("Chairs.")
    press(page, "Tab", "ArrowDown")
    select(page, "response-A", 0, 10)
    page.evaluate("document.activeElement.blur()")
    press(page, "c")
    page.locator("[name=added-A-1-severity]").select_option("minor")
    page.locator("[name=added-A-1-explanation]").fill("Say of what.")
    page.get_by_role("button", name="Another comment").first.click()
    page.locator("[name=added-A-2-quote]").fill("removed again")
    page.get_by_role("button", name="Remove").nth(2).click()
    press(page, "1")
    submit(page)
    first, second = Comment.objects.filter(critique__author=pair.user).order_by("number")
    assert (first.start, first.end, first.quote_match) == (start - 5, start + 19, "exact")
    assert (first.severity, first.explanation) == ("critical", "Chairs.")
    assert (second.quote, second.severity) == ("4 * 7 = 28", "minor")


def test_words_are_chosen_by_keyboard_alone(open_item, pair):
    page = open_item(pair)
    press(page, "c", "ArrowDown", "ArrowDown", "Shift+End", "Shift+ArrowLeft")
    assert page.evaluate("getSelection().toString()") == "59 + 12 ="
    press(page, "Shift+ArrowRight", "Enter")
    assert focused(page) == "added-A-0-explanation"
    page.keyboard.type("Chairs.")
    press(page, "Tab", "c")  # `Critical`, by its first letter
    page.evaluate("document.activeElement.blur()")
    # Tab leads to the other response while words are chosen.
    press(page, "c", "Tab")
    anchor = "getSelection().anchorNode.parentElement.closest('.text').dataset.source"
    assert page.evaluate(anchor) == "B"
    press(page, "Escape", "7", "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    comment = Comment.objects.get(critique__author=pair.user)
    assert (comment.quote, comment.severity) == ("59 + 12 = 71", "critical")
    assert comment.explanation == "Chairs."


def test_words_that_were_being_chosen_are_let_go_with_the_picker(open_item, pair):
    page = open_item(pair)
    press(page, "c", "Tab", "ArrowRight", "Tab")  # there is no response after B
    expect(page.locator(".picking")).to_have_count(0)
    assert page.evaluate("getSelection().toString()") == ""
    press(page, "c")
    expect(page.locator(".picking")).to_have_count(1)
    expect(page.locator(".add[open]")).to_have_count(0)


def test_words_selected_across_formatting_keep_their_markup(open_item):
    text = "First **bold** and $x^2$ then `code`.\n\n- one\n- two"
    pair = make_reviewed_pair(text_a=text + " 59 + 12 = 71")
    page = open_item(pair)
    page.evaluate(
        """() => {
          const text = document.querySelector(".formatted[data-source=A]");
          const range = document.createRange();
          range.setStart(text.querySelector("strong"), 0);
          range.setEnd(text.querySelector("code").firstChild.firstChild, 2);
          getSelection().addRange(range);
        }"""
    )
    press(page, "c")
    page.locator("[name=added-A-0-severity]").select_option("major")
    page.locator("[name=added-A-0-explanation]").fill("No.")
    page.locator("label.opt-1").click()
    submit(page)
    comment = Comment.objects.get(critique__author=pair.user)
    assert comment.quote == "bold** and $x^2$ then `co"
    assert text[comment.start : comment.end] == comment.quote


def test_a_comment_is_edited_deleted_and_judged_by_keys(open_item, pair):
    page = open_item(pair)
    press(page, "j", "e")
    assert focused(page) == f"edit-{pair.comments[0].pk}-explanation"
    page.locator(f"[name=edit-{pair.comments[0].pk}-explanation]").fill("Chairs are no beads.")
    press(page, "Escape")
    first, second = page.locator(".comment").nth(0), page.locator(".comment").nth(1)
    assert first.locator(".state").inner_text() == "Edited"
    press(page, "v", "x")  # valid; the next one is deleted
    assert second.locator(".state").inner_text() == "Deleted"
    press(page, "j", "x", "x", "u", "u", "1", "Enter")  # what it quotes is not there: shown first
    page.get_by_text("Saved.", exact=True).first.wait_for()
    said = CommentVerdict.objects.order_by("comment__number").values_list("action", "verdict")
    assert list(said) == [("edited", "valid"), ("deleted", ""), ("kept", "unsure")]
    assert Comment.objects.get(revises=pair.comments[0]).explanation == "Chairs are no beads."


def test_a_comment_that_is_not_whole_is_led_to(open_item, pair):
    page = open_item(pair)
    page.get_by_text("Add a comment").first.click()
    page.locator("[name=added-A-0-category]").fill("style")
    press(page, "Escape", "1", "Enter")
    assert focused(page) == "added-A-0-explanation"
    page.locator("[name=added-A-0-explanation]").fill("Chairs.")
    press(page, "Escape", "1", "Enter")
    assert focused(page) == "added-A-0-severity"
    assert not Judgement.objects.exists()
    page.get_by_role("button", name="Remove").first.click()
    press(page, "2", "Enter")  # on its summary, where removing has left the focus
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert Judgement.objects.count() == 1
    assert not Comment.objects.filter(critique__author=pair.user).exists()


def test_of_the_verdicts_only_the_chosen_one_looks_chosen(open_item, pair):
    page = open_item(pair)
    strip = page.locator("[data-number='1'] fieldset.choice").first
    colour = "(one) => getComputedStyle(one).backgroundColor"
    around = strip.evaluate(colour)
    strip.locator("label", has_text="Nitpick").click()
    page.mouse.move(0, 0)
    assert strip.evaluate(colour) == around
    colours = [one.evaluate(colour) for one in strip.locator("label").all()]
    assert [one != colours[0] for one in colours] == [False, True, False, False]


def test_scores_and_a_better_response(open_item, pair):
    page = open_item(pair)
    page.locator("[name=score-A-flaw][value=critical]").check()
    page.locator("[name=score-A-overall][value='2']").check()
    page.locator("[name=score-B-overall][value='7']").check()
    page.locator(".rewrite summary").first.click()
    better = WRONG.replace("59 + 12 = 71\n", "").replace(
        "71 - 9 = 62\n#### 62", "59 - 9 = 50\n#### 50"
    )
    page.locator("#rewrite-A").fill(better)
    page.locator("#rewrite-diff-A ins").first.wait_for()
    assert "12 = 71" in page.locator("#rewrite-diff-A del").first.inner_text()
    page.locator("label.opt-6").click()
    submit(page)
    ratings = ResponseRating.objects.order_by("response").values_list("worst_flaw", "overall")
    assert list(ratings) == [("critical", 2), ("", 7)]
    preference = Preference.objects.get(kind="rewritten")
    assert (preference.chosen.text, preference.rejected) == (better, pair.item.response_a)


def test_steps_take_one_key_each_and_end_at_the_first_error(open_item, pair):
    query = make_query(pair.campaign, "Step by step?")
    response = make_response(query, "one\ntwo\nthree\nfour")
    ReviewItem.objects.create(
        campaign=pair.campaign,
        query=query,
        response_a=response,
        kind=ItemKind.STEPS,
        priority=IN_FRONT,
    )
    page = open_item(pair)
    press(page, "1", "1", "k", "k", "2", "j", "3")
    assert focused(page) == "submit"
    expect(page.locator(".step").nth(3).locator("fieldset")).not_to_be_visible()
    press(page, "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    labels = StepLabel.objects.values_list("position", "label")
    assert list(labels) == [(0, 0), (1, 1), (2, -1)]


def test_critiques_are_rated_side_by_side_by_digits(open_item, pair):
    response = make_response(pair.item.query, "A text that two critiques are of.")
    item = ReviewItem.objects.create(
        campaign=pair.campaign,
        query=pair.item.query,
        response_a=response,
        kind=ItemKind.CRITIQUE_RATING,
        problem="It says nothing.",
        priority=IN_FRONT,
    )
    item.critiques.set(
        [make_critique(response, summary=words, sample=n) for n, words in enumerate("xy")]
    )
    page = open_item(pair)
    left, right = (page.locator(".rated .response").nth(n).bounding_box() for n in (0, 1))
    assert left["y"] == right["y"]
    press(page, *"123456", *"765432")
    assert focused(page) == "submit"
    press(page, "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    rows = CritiqueRating.objects.order_by("critique__summary")
    assert sorted((row.points_out_problem, row.overall) for row in rows) == [(1, 6), (7, 2)]


def test_the_best_of_four_is_chosen_by_its_place(open_item, pair):
    query = make_query(pair.campaign, "Which of four?")
    rows = [make_response(query, f"Answer {n}.") for n in range(4)]
    names = [f"response_{letter}" for letter in "abcd"]
    make_item(pair.campaign, query=query, priority=IN_FRONT, **dict(zip(names, rows, strict=True)))
    page = open_item(pair)
    press(page, "0")
    assert page.locator("[name=preference]:checked").get_attribute("value") == "4"
    press(page, "3", "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert Judgement.objects.get().choice == "c"


def test_blind_first_shows_the_critique_only_after_an_answer(open_item, pair):
    page = open_item(pair, arm=Arm.BLIND_FIRST)
    assert "beads arrive" in page.content()
    for secret in ("irrelevant fact", "Every step follows", "Add a comment"):
        assert secret not in page.content()
    press(page, "1", "Enter")
    page.get_by_text("Now with the critique: keep").wait_for()
    assert page.locator("[name=preference]:checked").get_attribute("value") == "1"
    expect(page.locator(".comment")).to_have_count(3)
    assert "Your first answer was A, clearly" in page.locator("#card").inner_text()
    press(page, "7", "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    blind, final = BlindAnswer.objects.get(), Judgement.objects.get()
    assert (blind.choice, final.choice) == ("a", "b")
    assert blind.seconds is not None
    assert final.seconds is not None


def test_the_hidden_arm_sends_no_critique(open_item, pair):
    page = open_item(pair, arm=Arm.HIDDEN)
    expect(page.get_by_text("you judge without a critique").first).to_be_visible()
    assert "irrelevant fact" not in page.content()
    # One's own comment can be added all the same.
    select(page, "response-A", 0, 10)
    press(page, "c")
    assert focused(page) == "added-A-0-explanation"


def test_places_alone_are_walked_by_keyboard(open_item, pair):
    page = open_item(pair, arm=Arm.EVIDENCE)
    assert "irrelevant fact" not in page.content()
    press(page, "j")
    assert page.locator(".comment:focus").inner_text().startswith("Place 1")
    assert page.locator("mark.place.on").first.inner_text().startswith("59 + 12 = 71")
    press(page, "j", "v")
    assert page.locator(".comment:focus").inner_text().startswith("Place 2")
    press(page, "7", "Enter")
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert Judgement.objects.get().arm == "evidence"


def test_several_critics_are_told_apart_but_not_named(open_item, pair):
    other = make_critique(pair.item.response_a, version=_second_critic(pair), summary="Mine.")
    make_comment(other, "59 + 12 = 71", severity="major")
    page = open_item(pair)
    names = page.locator(".critic").all_inner_texts()
    assert sorted(set(names)) == ["Critic 1", "Critic 2"]
    assert "sharp-eye" not in page.content()


def _second_critic(pair):
    from tests.factories import make_version

    return make_version(pair.campaign, "critic", active=False, name="sharp-eye")


def test_worst_flaws_are_said_by_keys_alone(open_item, pair):
    pair.item.asks_flaws = True
    pair.item.save()
    page = open_item(pair)
    press(page, "w")
    assert focused(page) == "score-A-flaw"
    press(page, " ")
    press(page, "w")
    assert focused(page) == "score-B-flaw"
    press(page, " ")
    press(page, "ArrowRight")
    press(page, "w")
    assert focused(page) == "score-A-flaw"
    press(page, "4")
    submit(page)
    said = dict(ResponseRating.objects.values_list("response__text", "worst_flaw"))
    assert sorted(said.values()) == ["nitpick", "none"]
