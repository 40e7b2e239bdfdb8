"""By which rule a round takes the critic's word, fitted on the random audits so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from oversight.asking.policies.routing import POLICY_VERSION
from oversight.models import Acceptance, AcceptanceMode, AskRule, Round, Source, SourceReliability
from oversight.statistics.intervals import clopper_pearson_upper
from oversight.trust.policies.acceptance.rule import calibrate_acceptance
from oversight.trust.policies.source.calibration import Calibrator
from oversight.trust.policies.source.judged_pairs import JudgedPair, acceptance_columns
from oversight.trust.policies.source.report import fit_calibrator
from oversight.trust.selectors.judged_pairs import judged_pairs


@dataclass(frozen=True)
class FittedRule:
    """The rule as it will be stored, and how the critic's probabilities are corrected.

    `judged_anew`: how many pairs people have judged, of those that this critic prefers a side of, in
    which one answer was written anew. They are fewer, and the critic may know them less well.
    """

    row: Acceptance
    calibrator: Calibrator
    judged_anew: int = 0

    @property
    def is_corrected(self) -> bool:
        return self.row.calibrator != "none"


def fit_rule(round_: Round) -> FittedRule:
    """Fit the rule for the round's critic on the campaign's rounds with the same version so far.

    The loop has one critic and so one stage: it has all of δ. The threshold is one of the critic's
    own confidence, not of the corrected one: that was fitted to the same audits.
    """
    earlier = judged_pairs(round_.campaign, round_.critic) if round_.critic else []
    name, calibrator = fit_calibrator(earlier)
    row = Acceptance(
        round=round_,
        version=round_.critic,
        mode=round_.plan.get("acceptance", AcceptanceMode.FIXED),
        policy_version=POLICY_VERSION,
        alpha=round_.plan.get("acceptance_alpha", 0.1),
        delta=round_.plan.get("acceptance_delta", 0.1),
        calibrator=name,
        alarm=_drift_alarm(round_),
    )
    measure = _calibrate if row.mode == AcceptanceMode.CALIBRATED else _measure_fixed
    measure(row, earlier, round_.plan["confidence_threshold"])
    judged_anew = sum(bool(pair.anew and pair.human) for pair in earlier)
    return FittedRule(row, calibrator, judged_anew)


def _calibrate(row: Acceptance, pairs: Sequence[JudgedPair], fixed: float) -> None:
    assert row.alpha is not None
    assert row.delta is not None
    confidence, is_wrong = acceptance_columns(pairs)
    found = calibrate_acceptance(confidence, is_wrong, alpha=row.alpha, delta=row.delta)
    row.threshold, row.pairs = found.threshold, len(confidence)
    row.accepted, row.errors = found.accepted, found.errors
    row.error_upper_bound = found.error_upper_bound
    row.coverage = found.coverage if len(confidence) else None


def _measure_fixed(row: Acceptance, pairs: Sequence[JudgedPair], fixed: float) -> None:
    """Keep the threshold that was set, and say what the audits make of it."""
    assert row.delta is not None
    confidence, is_wrong = acceptance_columns(pairs)
    is_in = confidence >= fixed
    row.threshold, row.pairs = fixed, len(confidence)
    row.accepted, row.errors = int(is_in.sum()), int((is_in & is_wrong).sum())
    if row.accepted:
        row.error_upper_bound = clopper_pearson_upper(row.errors, row.accepted, 1 - row.delta)
        row.coverage = row.accepted / row.pairs


def _drift_alarm(round_: Round) -> str:
    """Return what the last measurement of this critic's drift says, where the campaign heeds it."""
    if AskRule.DRIFT not in round_.plan.get("always_ask", []):
        return ""
    last = SourceReliability.objects.filter(
        campaign=round_.campaign, source=Source.CRITIC, version=round_.critic
    ).order_by("-round__number")
    newest = last.first()
    return str(newest.drift.get("alarm", "")) if newest else ""
