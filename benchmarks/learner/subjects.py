"""Who learns what in the benches: the starter word problems, or a small model instructions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.domains.domain import Domain
from models_srv.domains.instructions.domain import INSTRUCTIONS
from models_srv.types import ModelSpec


@dataclass(frozen=True)
class Subject:
    """A learner and its domain; how it is sampled, and what of its training is not searched.

    `queries_a_pair`: so many are asked for each pair that is wanted, since not all have both a right
    and a wrong answer. `critic` None: no model at hand judges such answers.
    """

    domain: Domain
    learner: ModelSpec
    critic: ModelSpec | None
    temperature: float
    max_tokens: int
    queries_a_pair: int
    training: Mapping[str, Any]


STARTER = Subject(
    domain=ARITHMETIC,
    learner=starter_spec("learner"),
    critic=starter_spec("critic"),
    temperature=1.0,
    max_tokens=160,
    queries_a_pair=4,
    training={"method": "full", "epochs": 3, "batch_size": 16},
)


SMALL_TEMPERATURE = 0.7  # at 1 a model of this size loses its thread
SMALL_TRAINING: Mapping[str, Any] = {
    "method": "lora",
    "lora_r": 16,
    "epochs": 2,
    "batch_size": 8,
}


def small_model(folder: Path) -> Subject:
    """Return SmolLM2, in the folder that `make smollm2` writes."""
    return Subject(
        domain=INSTRUCTIONS,
        learner=ModelSpec("transformers", str(folder)),
        critic=None,
        temperature=SMALL_TEMPERATURE,
        max_tokens=96,
        queries_a_pair=3,
        training=SMALL_TRAINING,
    )
