"""Where the shipped starter models are."""

from pathlib import Path

from models_srv.types import ModelSpec, RoleName

ROLES: tuple[RoleName, ...] = ("learner", "critic", "attacker")
WEIGHTS = Path(__file__).parent / "weights"


def starter_spec(role: RoleName) -> ModelSpec:
    """Return the spec of the starter model of a role, served by transformers in process."""
    return ModelSpec(backend="transformers", location=str(WEIGHTS / role), name=f"starter-{role}")
