import pytest

from oversight.feedback.policies.item_meaning import Meaning, meaning_of, most_chosen, next_step

pytestmark = pytest.mark.fault("corrections")
TIE, BAD = "tie", "both_bad"


@pytest.mark.parametrize(
    ("answers", "decisive", "seats", "meaning"),
    [
        pytest.param(["a"], [], 1, Meaning("a"), id="one"),
        pytest.param([], [], 2, Meaning(), id="nobody"),
        pytest.param(["a", "b", "b"], [], 3, Meaning("b"), id="most"),
        pytest.param([TIE, TIE, "b"], [], 3, Meaning("b"), id="ties-outvote-nobody"),
        pytest.param([TIE, BAD], [], 2, Meaning(), id="nothing-preferred-is-not-level"),
        pytest.param(["a", "b"], [], 2, Meaning(is_level=True), id="level"),
        pytest.param(["a", "a", "b", "b", "c"], [], 5, Meaning(is_level=True), id="two-of-several"),
        pytest.param(["a", "b"], [], 3, Meaning(), id="closed-early-is-level-to-nobody"),
        pytest.param(["a", "a"], [], 3, Meaning("a"), id="closed-early"),
        pytest.param(["a", "b"], ["b"], 2, Meaning("b", is_level=True), id="decided"),
        pytest.param(["a", "b"], [TIE], 2, Meaning("", is_level=True), id="decided-for-none"),
        pytest.param(["a", "a"], ["b"], 2, Meaning("b"), id="the-last-word-stays-the-last"),
        pytest.param([""], [], 1, Meaning(), id="nothing-was-compared"),
    ],
)
def test_what_answers_mean(answers, decisive, seats, meaning):
    assert meaning_of(answers, decisive, seats=seats) == meaning


def test_the_order_of_the_answers_means_nothing():
    assert most_chosen(["c", "a", "a", "c", TIE]) == most_chosen([TIE, "a", "c", "c", "a"])


@pytest.mark.parametrize(
    ("is_level", "is_wanted", "state", "because", "step"),
    [
        (True, True, "", "", "open"),
        (True, False, "", "", None),
        (False, False, "", "", None),
        (True, True, "open", "", None),
        (True, False, "open", "", None),
        (False, True, "open", "", "withdraw"),
        (True, True, "withdrawn", "not_needed", "reopen"),
        (True, True, "withdrawn", "review_closed", None),
        (True, True, "withdrawn", "fault", None),
        (False, True, "withdrawn", "not_needed", None),
        (True, True, "closed", "", None),
        (False, True, "closed", "", None),
    ],
)
def test_what_becomes_of_an_adjudication(is_level, is_wanted, state, because, step):
    meaning = Meaning(is_level=is_level)
    found = next_step(meaning, is_wanted=is_wanted, state=state, withdrawn_because=because)
    assert found == step
