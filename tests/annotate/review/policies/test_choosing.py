import pytest

from annotate.review.policies.choosing import Answered, Rules, draw, reasons_for

ALL = Rules(disagreement=True, flagged=True, gold_missed=True, share=0.2, first=3)


@pytest.mark.parametrize(
    ("item", "reasons"),
    [
        pytest.param(Answered(["a", "a"], [9, 9]), [], id="nothing-to-see"),
        pytest.param(Answered(["a", "b"], [9, 9]), ["disagreement"], id="disagreement"),
        pytest.param(Answered(["", ""], [9, 9]), [], id="nothing-was-compared"),
        pytest.param(Answered(["a"], [9], is_flagged=True), ["flagged"], id="flagged"),
        pytest.param(Answered(["a"], [9], expected="a"), [], id="gold-hit"),
        pytest.param(Answered(["b"], [9], expected="a"), ["gold_missed"], id="gold-missed"),
        pytest.param(Answered(["a"], [3]), ["first_answers"], id="the-third"),
        pytest.param(Answered(["a"], [4]), [], id="the-fourth"),
        pytest.param(Answered(["a"], [9], drawn=0.19), ["random"], id="drawn"),
        pytest.param(Answered(["a"], [9], drawn=0.2), [], id="not-drawn"),
        pytest.param(Answered([], [], is_flagged=True, drawn=0.0), [], id="nobody-answered"),
        pytest.param(
            Answered(["a", "b"], [1, 9], "a", True, 0.0),
            ["gold_missed", "disagreement", "flagged", "first_answers", "random"],
            id="all-of-them",
        ),
    ],
)
def test_the_rules_that_choose_an_item(item, reasons):
    assert reasons_for(item, ALL) == reasons


def test_no_rule_chooses_nothing():
    assert reasons_for(Answered(["a", "b"], [1, 1], "c", True, 0.0), Rules()) == []


def test_an_item_is_drawn_once_and_otherwise_in_each_campaign():
    assert draw("secret", 7) == draw("secret", 7)
    assert draw("secret", 7) != draw("another", 7)


def test_the_draw_is_even():
    drawn = [draw("secret", n) for n in range(2000)]
    assert all(0 <= each < 1 for each in drawn)
    assert 360 < sum(each < 0.2 for each in drawn) < 440
