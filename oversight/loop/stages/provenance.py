"""How a model's output came to be, as it is kept with it."""

from dataclasses import asdict
from typing import Any

from models_srv.types import NO_SEED, Generation, Sampling
from oversight.campaigns.services.queries import storable


def sampling_of(sampling: Sampling, generation: Generation) -> dict[str, Any]:
    """Return how the output was sampled: what was truly sent, and why there is none where there is
    none (`error`). A seed that the server does not take is null. `answered_by` is the model that a
    server says answered: which weights wrote it is taken from there, not from what was asked."""
    kept: dict[str, Any] = asdict(sampling)
    if NO_SEED in generation.adjustments:
        kept["seed"] = None
    if generation.model_said:
        kept["answered_by"] = storable(generation.model_said)
    if generation.adjustments:
        kept["adjustments"] = list(generation.adjustments)
    if generation.error:
        kept["error"] = storable(generation.error)
    return kept
