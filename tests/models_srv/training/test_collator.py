"""What the losses need of a batch stands where the model predicts it."""

import pytest
import torch

from models_srv.training.collator import pair_collator
from models_srv.training.trainer import _credited

ROWS = [
    {
        "prompt_ids": [5, 6],
        "chosen_ids": [7, 8],
        "rejected_ids": [9],
        "ref_chosen_logps": [-1.0, -2.0],
        "ref_rejected_logps": [-3.0],
        "chosen_credit": [0.5, 1.0],
        "rejected_credit": [4.0],
    },
    {
        "prompt_ids": [5],
        "chosen_ids": [7],
        "rejected_ids": [9, 4, 4],
        "ref_chosen_logps": [-1.0],
        "ref_rejected_logps": [-3.0, -4.0, -5.0],
        "chosen_credit": [0.0],
        "rejected_credit": [1.0, 2.0, 0.0],
    },
]


@pytest.fixture
def collated():
    numbers = {"p_w": 1.0, "p_l": 0.0, "weight": 1.0, "length": 4}
    return pair_collator(0).torch_call([row | numbers for row in ROWS])


def test_credit_stands_where_the_model_predicts_the_token(collated):
    assert collated["token_credit"].tolist() == [
        [0, 0.5, 1.0],
        [0, 0, 0],
        [0, 4.0, 0],
        [1.0, 2.0, 0],
    ]
    answers = collated["completion_mask"][:, 1:].bool()
    assert (collated["ref_token_logps"] != 0).equal(answers)


def test_credited_log_ratios_by_hand(collated):
    """Each token 0.1 nats likelier than under the reference: credit times 0.1, summed."""
    policy = collated["ref_token_logps"] + 0.1
    found = _credited(policy, collated)
    torch.testing.assert_close(found["credited_chosen"], torch.tensor([0.15, 0.0]))
    torch.testing.assert_close(found["credited_rejected"], torch.tensor([0.4, 0.3]))
    assert _credited(policy, {"ref_token_logps": policy}) == {}
