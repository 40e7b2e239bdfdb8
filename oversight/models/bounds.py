"""How small and how large a campaign's numbers may be, and why: forms, REST and the database agree.

A number without an upper end is a way to fill the memory, to overflow a date or to train for ever.
"""

from dataclasses import dataclass

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import BaseConstraint, CheckConstraint, Q


@dataclass(frozen=True)
class Bound:
    """From `least` to `most`, both included; `why` ends the sentence that refuses more."""

    least: float
    most: float
    why: str = ""

    def validators(self) -> list[BaseValidator]:
        reason = f": {self.why}" if self.why else ""
        return [
            MinValueValidator(self.least, f"At least {_said(self.least)}."),
            MaxValueValidator(self.most, f"At most {_said(self.most)}{reason}."),
        ]


SHARE = Bound(0, 1, "it is a share of all")
ITEMS = Bound(0, 10_000, "people have to judge each of them in one round")
WEEK = Bound(1, 10_080, "that is a week")
A_DAY = Bound(0, 1_440, "that is a day")
MANY = Bound(0, 10_000_000, "no campaign collects that many")

CAMPAIGN = {
    "queries_per_round": Bound(1, 100_000, "a round is planned in one piece"),
    "pool_share": SHARE,
    "follow_up_share": SHARE,
    "samples_per_query": Bound(2, 64, "all of a query's answers are written in one batch"),
    "temperature": Bound(0.01, 5, "above it answers are noise"),
    "max_tokens": Bound(1, 131_072, "no model answers longer"),
    "refine_share": SHARE,
    "cross_share": SHARE,
    "cost_budget": Bound(0, 1e9, "nobody spends more on one round"),
    "audit_share": SHARE,
    "confidence_threshold": Bound(0.5, 1, "it is a probability"),
    "acceptance_alpha": Bound(0.001, 0.5, "half of it wrong is no better than a coin"),
    "acceptance_delta": Bound(0.001, 0.5, "half of the time is no promise"),
    "critic_samples": Bound(1, 16, "each costs as much as the first"),
    "critic_search": Bound(-100, 100, "beyond it every line gets a comment"),
    "human_budget": Bound(0, 1_000_000, "people have to judge each of them in one round"),
    "human_minutes": Bound(0, 1_000_000, "that is ten people for a year"),
    "annotators_per_item": Bound(1, 20, "each of them is paid for the same question"),
    "answers_per_item": Bound(2, 4, "nobody keeps more of them in mind"),
    "lease_minutes": WEEK,
    "hidden_share": SHARE,
    "blind_first_share": SHARE,
    "evidence_share": SHARE,
    "gold_items": ITEMS,
    "tampered_items": ITEMS,
    "rating_items": ITEMS,
    "review_share": SHARE,
    "review_first": Bound(0, 1_000, "somebody has to review each of them"),
    "undo_minutes": Bound(0, 10_080, "that is a week"),
    "exposure_budget": Bound(0, 10_000, "nobody judges more in a day"),
    "break_minutes": A_DAY,
    "qualification_items": Bound(0, 1_000, "people have to judge all of them before they begin"),
    "qualification_share": SHARE,
    "beta": Bound(0.0001, 100, "above it the learner does not move"),
    "nll_weight": Bound(0, 100, "above it nothing else is learned"),
    "shared_weight": Bound(0, 1, "words that differ count 1"),
    "quote_weight": Bound(1, 100, "above it nothing else is learned"),
    "later_weight": Bound(0, 1, "the first fault counts 1"),
    "learning_rate": Bound(1e-9, 1, "above it training diverges"),
    "epochs": Bound(0.01, 100, "above it the learner knows the pairs by heart"),
    "batch_size": Bound(1, 4_096, "more do not fit into any memory"),
    "gradient_accumulation": Bound(1, 4_096, "a step would never come"),
    "pair_tokens": Bound(16, 1_048_576, "no model reads longer"),
    "lora_rank": Bound(1, 1_024, "above it all weights are cheaper"),
    "lora_alpha": Bound(1, 4_096, "above it training diverges"),
    "min_preferences": MANY,
    "patience": Bound(0, 1_000, "no training is measured more often"),
    "gate_items": Bound(0, 10_000, "people have to judge each of them before the gate"),
    "flawed_items": Bound(0, 10_000, "people have to judge each of them before the gate"),
    "schedule_preferences": Bound(1, 10_000_000, "no campaign collects that many"),
    "schedule_hours": Bound(1, 8_760, "that is a year"),
}


def bounded(name: str) -> list[BaseValidator]:
    """Return the validators of a campaign's number."""
    return CAMPAIGN[name].validators()


def bound_constraints(*names: str) -> list[BaseConstraint]:
    """Return a check for each number. NaN is above every number in PostgreSQL: it is refused too."""
    return [
        CheckConstraint(
            condition=Q(
                **{f"{name}__gte": CAMPAIGN[name].least, f"{name}__lte": CAMPAIGN[name].most}
            ),
            name=f"bound_{name}",
        )
        for name in names
    ]


def _said(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"
