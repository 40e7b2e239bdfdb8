"""Where the shipped starter models are."""

from collections.abc import Mapping
from pathlib import Path

from models_srv.types import ModelSpec, RoleName

ROLES: tuple[RoleName, ...] = ("learner", "critic", "attacker")
# By name, with the role that each plays: beside the usual learner one that can write an answer anew.
STARTERS: Mapping[str, RoleName] = {**{role: role for role in ROLES}, "reviser": "learner"}
WEIGHTS = Path(__file__).parent / "weights"


def starter_spec(name: str) -> ModelSpec:
    """Return the spec of a starter model, served by transformers in process."""
    return ModelSpec(backend="transformers", location=str(WEIGHTS / name), name=f"starter-{name}")
