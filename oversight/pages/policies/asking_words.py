"""Why an item was asked, in sentences."""

from typing import Protocol


class Decision(Protocol):
    reasons: list[str]
    propensity: float
    is_audit: bool


def routing_words(decision: Decision | None, propensity: float | None) -> list[str]:
    """Return sentences: the reasons, and with what probability a person was asked."""
    if decision is None:
        if propensity is None:
            return []
        return [f"It was drawn with a probability of {propensity:.0%}."]
    reasons = [f"{reason[:1].upper()}{reason[1:]}." for reason in decision.reasons]
    if decision.is_audit:
        return [
            *reasons,
            f"It was drawn at random: each pair that no rule asks about had a chance of "
            f"{decision.propensity:.0%}, so its answer stands for about {1 / decision.propensity:.0f} "
            "pairs. (The audit share is of all pairs, and all of it is drawn from these.)",
        ]
    if decision.propensity == 1:
        return [*reasons, "By the rules it was certain that a person would be asked."]
    return [*reasons, f"A person was asked with a probability of {decision.propensity:.0%}."]
