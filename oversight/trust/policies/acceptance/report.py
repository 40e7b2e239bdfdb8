"""A rule of acceptance from audited pairs, and how it does on fresh ones, ready for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.acceptance.rule import (
    Acceptance,
    calibrate_acceptance,
    calibrate_cascade,
    cascade_choices,
    confidence_of,
)

Report = dict[str, object]


@dataclass(frozen=True)
class AuditedPair:
    """P(a is better) by judge, None where it gave no score, and what a person said."""

    p: Mapping[str, float | None]
    human: Literal["a", "b", "tie"]
    id: str = ""


def report_acceptance(
    pairs: Sequence[AuditedPair],
    fresh: Sequence[AuditedPair] | None = None,
    *,
    alpha: float,
    delta: float,
    cascade: Sequence[str] = (),
) -> Report:
    """Return the figures of `manage.py calibrate_acceptance`.

    Without a cascade the judges' mean probability is the confidence. With one, `threshold` is that
    of the first stage that accepts anything, `start` that of the first stage, and `stages` has them
    all. Raises ValueError where a
    pair lacks a judge that others have.
    """
    judges = [[name] for name in cascade] or [sorted(pairs[0].p)]
    confidences, are_wrong = _columns(pairs, judges)
    if len(judges) == 1:
        rules = [calibrate_acceptance(confidences[0], are_wrong[0], alpha=alpha, delta=delta)]
    else:
        rules = calibrate_cascade(confidences, are_wrong, alpha=alpha, delta=delta)
    passing = [rule for rule in rules if rule.threshold is not None]
    coverage, _ = _outcome(rules, confidences, are_wrong)
    report: Report = {
        "threshold": passing[0].threshold if passing else None,
        "start": rules[0].start,
        "coverage": coverage,
        "error_upper_bound": max((rule.error_upper_bound or 0 for rule in passing), default=None),
        "pairs": len(pairs),
        "judges": [name for stage in judges for name in stage],
    }
    if cascade:
        named = zip(cascade, rules, strict=True)
        report["stages"] = [{"judge": name, **asdict(rule)} for name, rule in named]
    if fresh is not None:
        test_coverage, test_error = _outcome(rules, *_columns(fresh, judges))
        report |= {"test_coverage": test_coverage, "test_error": test_error}
    return report


def _columns(
    pairs: Sequence[AuditedPair], judges: Sequence[Sequence[str]]
) -> tuple[list[Floats], list[Bools]]:
    """Return each stage's confidences and whether its choice is wrong, each of shape (pairs,)."""
    human = np.array([pair.human for pair in pairs])
    confidences, are_wrong = [], []
    for stage in judges:
        for number, pair in enumerate(pairs, start=1):
            if lacking := [name for name in stage if name not in pair.p]:
                raise ValueError(f"pair {number} has no probability of {lacking[0]!r}")
        scores = np.array([[pair.p[name] for name in stage] for pair in pairs], dtype=np.float64)
        p = scores.mean(axis=1)  # NaN where a judge gave no score: never accepted
        confidences.append(confidence_of(p))
        are_wrong.append(np.where(p > 0.5, "a", "b") != human)
    return confidences, are_wrong


def _outcome(
    rules: Sequence[Acceptance], confidences: Sequence[Floats], are_wrong: Sequence[Bools]
) -> tuple[float, float | None]:
    """Return the share of pairs that the stages accept, and the error among these."""
    stage = cascade_choices(confidences, rules)
    accepted = np.flatnonzero(stage >= 0)
    if not len(accepted):
        return 0.0, None
    wrong = np.stack(are_wrong)[stage[accepted], accepted]
    return len(accepted) / len(stage), float(wrong.mean())
