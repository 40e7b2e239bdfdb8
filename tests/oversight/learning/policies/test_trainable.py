"""Whether a learner can be trained here is known before anything starts."""

from dataclasses import dataclass

import pytest

from oversight.learning.policies.trainable import why_not_trained


@dataclass(frozen=True)
class Learner:
    backend: str
    base: str

    def __str__(self):
        return "big@3"


@pytest.mark.parametrize(
    ("learner", "method", "words"),
    [
        pytest.param(Learner("transformers", "org/x"), "full", "", id="in-process"),
        pytest.param(Learner("transformers", "org/x"), "lora", "", id="in-process-adapter"),
        pytest.param(Learner("openai", "org/x"), "lora", "", id="served-with-weights"),
        pytest.param(
            Learner("openai", ""), "lora", "big@3 are on its server alone", id="elsewhere"
        ),
        pytest.param(Learner("ours", "x"), "lora", "big@3 is asked by ours", id="own-backend"),
        pytest.param(Learner("openai", "org/x"), "full", "choose LoRA adapter", id="all-weights"),
    ],
)
def test_why_it_is_not_trained(learner, method, words):
    found = why_not_trained(learner, method)
    assert words in found
    assert bool(words) == bool(found)
