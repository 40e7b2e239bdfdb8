"""From which confidence the critic's word is taken without a person, as things stand. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from oversight.statistics.intervals import clopper_pearson_upper
from oversight.trust.policies.acceptance.rule import calibrate_acceptance
from oversight.trust.policies.source.judged_pairs import JudgedPair, acceptance_columns


@dataclass(frozen=True)
class Taking:
    """`threshold` None: no confidence is enough, or too little is known to say (`missing` > 0: that
    many more audits of which it is sure, without an error). `errors` of `accepted` of the `pairs`
    audited were wrong; the error is at most `bound` but for the risk `delta`, None without any.
    """

    is_calibrated: bool
    threshold: float | None
    alpha: float
    delta: float
    pairs: int
    accepted: int
    errors: int
    bound: float | None
    missing: int

    @property
    def is_held(self) -> bool | None:
        """Whether what is taken errs in α at most; None where too little is known."""
        if self.missing:
            return None
        return self.threshold is not None and self.bound is not None and self.bound <= self.alpha


def taking_of(
    pairs: Sequence[JudgedPair], fixed: float | None, *, alpha: float, delta: float
) -> Taking:
    """Return what the audits of `pairs` by people say of the threshold: `fixed`, or found by them."""
    confidence, is_wrong = acceptance_columns(pairs)
    if fixed is None:
        found = calibrate_acceptance(confidence, is_wrong, alpha=alpha, delta=delta)
        threshold, accepted, errors = found.threshold, found.accepted, found.errors
        missing = 0 if found.start is not None else max(1, _fewest(alpha, delta) - len(confidence))
    else:
        is_in = confidence >= fixed
        threshold, accepted, errors = fixed, int(is_in.sum()), int((is_in & is_wrong).sum())
        missing = max(0, _fewest(alpha, delta) - accepted)
    bound = clopper_pearson_upper(errors, accepted, 1 - delta) if accepted else None
    is_calibrated, counts = fixed is None, (len(confidence), accepted, errors)
    return Taking(is_calibrated, threshold, alpha, delta, *counts, bound, missing)


def _fewest(alpha: float, delta: float) -> int:
    """Return how many without an error show that it is α at most: (1 − α)ⁿ ≤ δ."""
    return math.ceil(math.log(delta) / math.log(1 - alpha))
