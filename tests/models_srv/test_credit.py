"""Which tokens of a pair count how much, and what that does to a loss."""

import math

import pytest

from models_srv.dpo import CREDITED, LOSSES, LossSettings, PairBatch, preference_loss
from models_srv.dpo.credit import Credit, shared_tokens, token_credit
from tests.models_srv.test_dpo import batch, sigmoid, t

NOWHERE = ([False] * 4, [False] * 5)


def test_tokens_that_both_answers_have_are_shared():
    chosen, rejected = [1, 2, 3, 9], [1, 7, 8, 3, 9]
    assert shared_tokens(chosen, rejected) == (
        [True, False, True, True],
        [True, False, False, True, True],
    )
    assert shared_tokens([], [1]) == ([], [False])


@pytest.mark.parametrize(
    ("credit", "up", "down"),
    [
        pytest.param(Credit(), [1, 1, 1, 1], [1, 1, 1, 1, 1], id="even"),
        pytest.param(Credit(0.0), [0, 1, 0, 0], [0, 1, 1, 0, 0], id="differences-alone"),
        pytest.param(Credit(0.5, 4.0), [0.5, 1, 0.5, 0.5], [0.5, 1, 1, 0.5, 0.5], id="no-quotes"),
    ],
)
def test_credit_by_where_the_answers_differ(credit, up, down):
    assert token_credit([1, 2, 3, 9], [1, 7, 8, 3, 9], NOWHERE, credit) == (up, down)


def test_a_quoted_token_counts_more_in_the_rejected_answer_and_less_in_the_chosen_one():
    quoted = ([False, True, True, False], [False, False, True, True, False])
    up, down = token_credit([1, 2, 3, 9], [1, 7, 8, 3, 9], quoted, Credit(0.5, 4.0))
    assert (up, down) == ([0.5, 0.25, 0.125, 0.5], [0.5, 1, 4.0, 2.0, 0.5])


@pytest.mark.parametrize(
    ("quoted", "down"),
    [
        pytest.param([False] * 5, [1, 1, 0.25, 0.25, 0.25], id="behind-the-first-that-differs"),
        pytest.param([True] * 3 + [False] * 2, [1, 1, 0.25, 0.25, 0.25], id="in-the-quote"),
        pytest.param([False] * 2 + [True] * 3, [1, 1, 1, 0.25, 0.25], id="a-later-one-is-quoted"),
        pytest.param([False] * 4 + [True], [1, 1, 0.25, 0.25, 0.25], id="none-differs-in-it"),
    ],
)
def test_what_follows_the_first_fault_counts_less_in_the_rejected_answer(quoted, down):
    sides = ([False] * 4, quoted)
    found = token_credit([1, 2, 3, 9], [1, 7, 8, 3, 9], sides, Credit(later_weight=0.25))
    assert found == ([1, 1, 1, 1], down)


def test_answers_that_differ_nowhere_have_no_fault():
    assert token_credit([1, 2], [1, 2], ([False] * 2,) * 2, Credit(later_weight=0)) == (
        [1, 1],
        [1, 1],
    )
    assert token_credit([1], [], ([False], []), Credit(later_weight=0)) == ([1], [])


def test_without_credit_it_is_even():
    assert Credit().is_even
    assert not Credit(shared_weight=0.5).is_even
    assert not Credit(quote_weight=2).is_even
    assert not Credit(later_weight=0).is_even


@pytest.mark.parametrize("loss", sorted(CREDITED - {"dpo_sft"}))
def test_losses_compare_what_is_credited(loss):
    """Credited log-ratios of −0.1 and −0.4 give what log-ratios of −0.1 and −0.4 would."""
    credited = batch(credited_chosen=-0.1, credited_rejected=-0.4, p_w=0.9, p_l=0.2)
    plain = batch(**{"ref_chosen_logps": -9.9, "ref_rejected_logps": -11.6, "p_w": 0.9, "p_l": 0.2})
    settings = LossSettings(beta=0.3)
    assert LOSSES[loss](credited, settings).item() == pytest.approx(
        LOSSES[loss](plain, settings).item()
    )


def test_the_likelihood_of_the_chosen_answer_is_of_all_its_tokens():
    credited = batch(credited_chosen=0.0, credited_rejected=0.0)
    value = preference_loss("dpo", credited, LossSettings(nll_weight=0.5)).item()
    assert value == pytest.approx(math.log(2) + 0.5 * 10 / 5)


def test_irpo_by_hand():
    """−log σ(β Δ) − α log π(y_w) / |y_w| for each pair by its own length (Pang et al., eq. 1)."""
    two = {name: t(value, value) for name, value in scalars(batch(weight=2.0)).items()}
    two |= {"chosen_tokens": t(5.0, 20.0)}
    settings = LossSettings(beta=0.2, nll_weight=0.7)
    first, second = preference_loss("dpo", PairBatch(**two), settings).tolist()
    assert first == pytest.approx(2 * (-math.log(sigmoid(0.2)) + 0.7 * 10 / 5))
    assert second == pytest.approx(2 * (-math.log(sigmoid(0.2)) + 0.7 * 10 / 20))


def test_an_answer_no_likelier_to_be_the_better_one_is_not_made_likelier():
    unsure, settings = batch(p_w=0.3, p_l=0.3), LossSettings(nll_weight=1.0)
    assert preference_loss("dpo", unsure, settings).item() == pytest.approx(
        preference_loss("dpo", unsure, LossSettings()).item()
    )


@pytest.mark.parametrize(
    ("loss", "right", "wrong"),
    [
        pytest.param(
            "apo_zero",
            1 - sigmoid(0.2 * -0.5) + sigmoid(0.2 * -1.5),
            1 - sigmoid(0.2 * -1.5) + sigmoid(0.2 * -0.5),
            id="zero",
        ),
        pytest.param(
            "apo_down",
            sigmoid(0.2 * -0.5) + 1 - sigmoid(0.2 * 1.0),
            sigmoid(0.2 * -1.5) + 1 - sigmoid(0.2 * -1.0),
            id="down",
        ),
    ],
)
def test_apo_by_hand(loss, right, wrong):
    settings = LossSettings(beta=0.2)
    assert LOSSES[loss](batch(), settings).item() == pytest.approx(right)
    unsure = batch(p_w=0.6, p_l=0.2, weight=2.0)
    assert LOSSES[loss](unsure, settings).item() == pytest.approx(2 * (0.75 * right + 0.25 * wrong))


def scalars(pair):
    return {name: value.item() for name, value in vars(pair).items() if value is not None}
