import math
from typing import get_args

import pytest
import torch

from models_srv.dpo import LOSSES, LossSettings, PairBatch, dpop_loss, mixed_loss
from models_srv.training.config import LossName


def t(*values):
    return torch.tensor(values, dtype=torch.float64)


def batch(**changes):
    """One pair: chosen log-ratio −0.5, rejected log-ratio −1.5."""
    values = {
        "chosen_logps": -10.0,
        "ref_chosen_logps": -9.5,
        "rejected_logps": -12.0,
        "ref_rejected_logps": -10.5,
        "chosen_tokens": 5.0,
        "rejected_tokens": 3.0,
        "p_w": 1.0,
        "p_l": 0.0,
        "weight": 1.0,
    }
    return PairBatch(**{name: t(value) for name, value in (values | changes).items()})


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_a_certain_label_is_plain_dpo():
    z = torch.linspace(-30, 30, 61, dtype=torch.float64)
    ones = torch.ones_like(z)
    loss = mixed_loss(z, ones, 0 * ones, ones)
    assert torch.allclose(loss, -torch.nn.functional.logsigmoid(z))


@pytest.mark.parametrize(
    ("z", "p_w", "p_l", "weight"),
    [(0.0, 1.0, 0.0, 1.0), (0.7, 0.9, 0.2, 1.0), (-2.0, 0.8, 0.3, 2.5), (3.0, 0.6, 0.6, 0.5)],
)
def test_mixed_loss_by_hand(z, p_w, p_l, weight):
    expected = -weight * math.log(p_w * sigmoid(z) + p_l * sigmoid(-z))
    assert mixed_loss(t(z), t(p_w), t(p_l), t(weight)).item() == pytest.approx(expected)


def test_a_flipped_label_is_dpo_the_other_way_round():
    assert mixed_loss(t(1.3), t(0.0), t(1.0), t(1.0)).item() == pytest.approx(
        -math.log(sigmoid(-1.3))
    )


@pytest.mark.parametrize("z", [-200.0, -1.0, 0.0, 1.0, 200.0])
@pytest.mark.parametrize(("p_w", "p_l"), [(1.0, 0.0), (0.0, 1.0), (0.9, 0.1)])
def test_gradients_are_finite(z, p_w, p_l):
    value = torch.tensor([z], requires_grad=True)
    mixed_loss(value, *(torch.tensor([p]) for p in (p_w, p_l, 1.0))).sum().backward()
    assert torch.isfinite(value.grad).all()


def test_a_label_that_says_nothing_teaches_nothing():
    z = torch.tensor([0.8], requires_grad=True)
    mixed_loss(z, torch.tensor([0.5]), torch.tensor([0.5]), torch.tensor([1.0])).sum().backward()
    assert z.grad.item() == pytest.approx(0, abs=1e-7)


def test_a_noisy_label_bounds_the_pull_of_a_pair_that_contradicts_the_model():
    """DPO pulls with force 1 however sure the model is; the mixed loss lets go."""
    z = torch.tensor([-12.0], requires_grad=True)
    mixed_loss(z, torch.tensor([0.9]), torch.tensor([0.1]), torch.tensor([1.0])).sum().backward()
    assert abs(z.grad.item()) < 0.01


@pytest.mark.parametrize(
    ("chosen", "rejected", "expected_margin"),
    [
        pytest.param(0.4, -0.6, 1.0, id="no-penalty"),
        pytest.param(-0.5, -1.5, 1.0 - 5 * 0.5, id="penalised"),
    ],
)
def test_dpop_by_hand(chosen, rejected, expected_margin):
    certain = {"p_w": t(1.0), "p_l": t(0.0), "weight": t(1.0)}
    loss = dpop_loss(t(chosen), t(rejected), beta=0.3, dpop_lambda=5.0, **certain)
    assert loss.item() == pytest.approx(-math.log(sigmoid(0.3 * expected_margin)))


def test_dpop_with_lambda_0_is_dpo():
    settings = LossSettings(beta=0.3, dpop_lambda=0.0)
    uncertain = batch(p_w=0.8, p_l=0.1, weight=2.0)
    assert LOSSES["dpop"](uncertain, settings).item() == pytest.approx(
        LOSSES["dpo"](uncertain, settings).item()
    )


def test_dpo_of_a_batch_by_hand():
    loss = LOSSES["dpo"](batch(), LossSettings(beta=0.2)).item()
    assert loss == pytest.approx(-math.log(sigmoid(0.2 * 1.0)))


def test_sft_is_per_token_and_pulls_as_the_mixed_loss_does_at_the_reference():
    assert LOSSES["sft"](batch(), LossSettings()).item() == pytest.approx(10 / 5)
    unsure = batch(p_w=0.6, p_l=0.2, weight=2.0)
    assert LOSSES["sft"](unsure, LossSettings()).item() == pytest.approx(2 * 0.5 * 10 / 5)
    z = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    mixed_loss(z, t(0.6), t(0.2), t(1.0)).sum().backward()
    assert unsure.pull.item() == pytest.approx(z.grad.item() / -0.5)  # DPO's slope at 0


@pytest.mark.parametrize(("p_w", "p_l"), [(0.4, 0.4), (0.2, 0.7)])
def test_sft_does_not_imitate_an_answer_that_is_no_likelier_to_be_the_better_one(p_w, p_l):
    assert LOSSES["sft"](batch(p_w=p_w, p_l=p_l), LossSettings()).item() == 0


def test_dpo_sft_adds_its_share():
    settings = LossSettings(beta=0.2, sft_weight=0.25)
    expected = -math.log(sigmoid(0.2)) + 0.25 * 2
    assert LOSSES["dpo_sft"](batch(), settings).item() == pytest.approx(expected)


def test_ipo_by_hand():
    delta, target = -0.5 / 5 + 1.5 / 3, 1 / (2 * 0.2)
    loss = LOSSES["ipo"](batch(), LossSettings(beta=0.2)).item()
    assert loss == pytest.approx((delta - target) ** 2)
    flipped = LOSSES["ipo"](batch(p_w=0.0, p_l=1.0), LossSettings(beta=0.2)).item()
    assert flipped == pytest.approx((delta + target) ** 2)


def test_the_registry_holds_every_loss_that_a_config_may_name():
    assert set(LOSSES) == set(get_args(LossName))


CLEAN = ["dpo", "dpop", "cdpo", "robust"]


@pytest.mark.parametrize("loss", CLEAN)
def test_before_the_first_step_clean_pairs_cost_ln_2_times_their_weight(loss):
    same = {"ref_chosen_logps": -10.0, "ref_rejected_logps": -12.0}
    for weight in (1.0, 0.25):
        value = LOSSES[loss](batch(weight=weight, **same), LossSettings()).item()
        assert value == pytest.approx(weight * math.log(2))


def test_cdpo_is_cross_entropy_against_the_belief():
    settings, z = LossSettings(beta=0.2), 0.2
    unsure = batch(p_w=0.6, p_l=0.2, weight=2.0)
    expected = -2 * (0.75 * math.log(sigmoid(z)) + 0.25 * math.log(sigmoid(-z)))
    assert LOSSES["cdpo"](unsure, settings).item() == pytest.approx(expected)
    smoothed = LossSettings(beta=0.2, label_smoothing=0.1)
    expected = -(0.9 * math.log(sigmoid(z)) + 0.1 * math.log(sigmoid(-z)))
    assert LOSSES["cdpo"](batch(), smoothed).item() == pytest.approx(expected)


@pytest.mark.parametrize(("p_w", "p_l"), [(0.9, 0.1), (0.8, 0.3), (0.2, 0.7), (1.0, 0.4)])
def test_robust_dpo_is_the_clean_loss_in_expectation(p_w, p_l):
    """Whoever truly wins, averaged over what the source says of it."""
    settings = LossSettings(beta=0.3)
    said_right = batch(p_w=p_w, p_l=p_l)
    turned = {
        "chosen_logps": -12.0, "ref_chosen_logps": -10.5,
        "rejected_logps": -10.0, "ref_rejected_logps": -9.5,
    }  # fmt: skip
    # Of the other answer the source says "better" with 1 − p_l where it is, 1 − p_w where not.
    said_wrong = batch(p_w=1 - p_l, p_l=1 - p_w, **turned)
    loss = LOSSES["robust"]
    expected = p_w * loss(said_right, settings) + (1 - p_w) * loss(said_wrong, settings)
    assert expected.item() == pytest.approx(LOSSES["dpo"](batch(), settings).item())


def test_robust_dpo_lets_labels_go_that_say_next_to_nothing():
    logps = torch.tensor([-10.0], dtype=torch.float64, requires_grad=True)
    values = vars(batch(p_w=0.51, p_l=0.5)) | {"chosen_logps": logps}
    LOSSES["robust"](PairBatch(**values), LossSettings()).sum().backward()
    assert logps.grad.item() == 0


def test_orpo_is_trls_own_with_a_certain_label():
    from types import SimpleNamespace

    from trl.experimental.orpo import ORPOTrainer

    trainer = SimpleNamespace(beta=0.2, accelerator=SimpleNamespace(device="cpu"))
    theirs, *_ = ORPOTrainer.odds_ratio_loss(trainer, t(-10 / 5), t(-12 / 3))
    expected = 10 / 5 - theirs.item()
    assert LOSSES["orpo"](batch(), LossSettings(beta=0.2)).item() == pytest.approx(expected)


def test_orpo_is_finite_where_the_answer_is_certain():
    logps = torch.tensor([0.0], requires_grad=True)
    certain = {k: v.float() for k, v in vars(batch()).items() if v is not None}
    LOSSES["orpo"](PairBatch(**certain | {"chosen_logps": logps}), LossSettings()).sum().backward()
    assert torch.isfinite(logps.grad).all()


@pytest.mark.parametrize("drift", [None, -3.0, 0.4])
def test_kto_by_hand(drift):
    z0 = max(0.0, drift or 0.0)
    settings = LossSettings(beta=0.5, desirable_weight=1.5)
    mismatched = {} if drift is None else {"mismatched_logratios": drift}
    up = 1.5 * (1 - sigmoid(0.5 * (-0.5 - z0)))
    down = 1 - sigmoid(0.5 * (z0 + 1.5))
    assert LOSSES["kto"](batch(**mismatched), settings).item() == pytest.approx(up + down)


@pytest.mark.parametrize(
    ("empty", "log_ratio", "sign"), [("rejected", -0.5, 1), ("chosen", -1.5, -1)]
)
def test_kto_reads_a_single_thumb(empty, log_ratio, sign):
    thumb = batch(**{f"{empty}_tokens": 0.0, f"{empty}_logps": 0.0, f"ref_{empty}_logps": 0.0})
    expected = 1 - sigmoid(sign * 0.1 * log_ratio)
    assert LOSSES["kto"](thumb, LossSettings(beta=0.1)).item() == pytest.approx(expected)


def test_kto_takes_an_uncertain_thumb_as_its_expectation():
    unsure, settings = batch(p_w=0.6, p_l=0.2, rejected_tokens=0.0), LossSettings(beta=0.5)
    good, bad = 1 - sigmoid(-0.25), 1 - sigmoid(0.25)
    expected = 0.75 * good + 0.25 * bad
    assert LOSSES["kto"](unsure, settings).item() == pytest.approx(expected)


@pytest.mark.parametrize("loss", ["cdpo", "kto", "dpo"])
def test_even_odds_teach_nothing(loss):
    """At the reference; further off cDPO and KTO pull back to it."""
    logps = torch.tensor([-9.5], dtype=torch.float64, requires_grad=True)
    values = vars(batch(p_w=0.4, p_l=0.4, rejected_logps=-10.5)) | {"chosen_logps": logps}
    LOSSES[loss](PairBatch(**values), LossSettings()).sum().backward()
    assert logps.grad.item() == pytest.approx(0, abs=1e-12)
