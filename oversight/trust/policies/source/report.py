"""How far one source's labels can be believed, pair by pair, and what that was measured on."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from oversight.statistics.estimators import Estimate, difference_mean, hajek_share
from oversight.statistics.intervals import clopper_pearson
from oversight.statistics.labels import Floats
from oversight.trust.policies.source.calibration import (
    Calibrator,
    fit_isotonic,
    fit_platt,
    measure_calibration,
)
from oversight.trust.policies.source.judged_pairs import (
    REWARD,
    JudgedPair,
    acceptance_columns,
    accepting_pairs,
    calibration_columns,
    population_columns,
    source_pairs,
)
from oversight.trust.policies.source.model import (
    fit_source_model,
    predict_preference,
    predict_reliability,
)
from oversight.trust.policies.source.reliability import Agreement, estimate_reliability
from oversight.trust.policies.source.structures import named_coefficients

LEAST_AUDITS = 20  # fewer: one posterior for the whole source
LEAST_ISOTONIC = 200
SURE = 0.9
LABEL_DIGITS = 8  # far finer than any audit can tell

Group = tuple[str, Callable[[JudgedPair], bool]]


@dataclass(frozen=True)
class Stratum:
    """Some of the pairs: how many, how many audited, mean reliability, and the share of audited ones
    in which people agree, with its 95 % Clopper–Pearson interval (None without audits).

    `ties` were drawn at random and judged as well, and people prefer neither: they say nothing of
    whether the source is right, and are not among the audited."""

    name: str
    pairs: int
    audited: int
    p_w: float
    p_l: float
    agreement: float | None
    low: float | None
    high: float | None
    ties: int = 0


@dataclass(frozen=True)
class SourceReport:
    """`p_w` and `p_l` have shape (pairs,); see `predict_reliability`. `method`: beta, model, or
    reward where the model has reward margins.

    `preference` is what these margins alone say of the source's word (pairs,), .5 without them; see
    `predict_preference`.
    """

    method: str
    audited: int
    p_w: Floats
    p_l: Floats
    preference: Floats
    strata: tuple[Stratum, ...]
    coefficients: dict[str, float] = field(default_factory=dict)

    def labels(self) -> tuple[Floats, Floats]:
        """Return p_w and p_l as a label has them.

        With a reward model they are the posterior, by Bayes' rule: P(people prefer what the source
        said | its word, the texts) and the rest. Their odds are those of the confusion times those
        of the preference, which is what a loss reads. Rounded, since a snapshot's hash covers them:
        it is not to turn on the last digit of a sum.
        """
        p_w, p_l = self.p_w, self.p_l
        if self.method == "reward":
            right, wrong = p_w * self.preference, p_l * (1 - self.preference)
            p_w, p_l = right / (right + wrong), wrong / (right + wrong)
        return p_w.round(LABEL_DIGITS), p_l.round(LABEL_DIGITS)


def report_source(pairs: Sequence[JudgedPair], *, seed: int = 0) -> SourceReport:
    """Measure a source on the pairs that it judged, those that nobody audited included.

    From LEAST_AUDITS audits on, strata are found by the source model; with fewer, all pairs have the
    posterior mean of one Beta distribution.
    """
    audited = [pair for pair in pairs if pair.is_audited]
    report = _by_posterior if len(audited) < LEAST_AUDITS else _by_model
    return report(pairs, audited, seed)


def _by_posterior(
    pairs: Sequence[JudgedPair], audited: Sequence[JudgedPair], seed: int
) -> SourceReport:
    found = estimate_reliability([Agreement(p.human == "a", p.prefers_a) for p in audited])
    p_w, p_l = np.full(len(pairs), found.p_w), np.full(len(pairs), found.p_l)
    strata = tuple(_strata(pairs, p_w, p_l))
    return SourceReport("beta", len(audited), p_w, p_l, np.full(len(pairs), 0.5), strata)


def _by_model(
    pairs: Sequence[JudgedPair], audited: Sequence[JudgedPair], seed: int
) -> SourceReport:
    named = source_pairs(pairs)
    model = fit_source_model(named.columns, seed=seed)
    p_w, p_l = predict_reliability(model, named.columns)
    coefficients = named_coefficients(model, named.traits, named.sides, named.features)
    strata, is_scored = tuple(_strata(pairs, p_w, p_l)), named.features == [REWARD]
    if is_scored:
        coefficients[f"people: {REWARD}"] = round(float(model.taste[0]), 4)
        preference = predict_preference(model, named.columns)
    else:
        preference = np.full(len(pairs), 0.5)
    method = "reward" if is_scored else "model"
    return SourceReport(method, len(audited), p_w, p_l, preference, strata, coefficients)


def fit_calibrator(pairs: Sequence[JudgedPair]) -> tuple[str, Calibrator]:
    """Return (name, function) of what audits make of the source's probabilities.

    Mirrored pairs are added: which response is called a is an accident. Below LEAST_AUDITS the
    probabilities stay as they are.
    """
    said, is_a = calibration_columns(pairs)
    if len(said) < LEAST_AUDITS:
        return "none", lambda p: p
    said, is_a = np.concatenate([said, 1 - said]), np.concatenate([is_a, 1 - is_a])
    if len(said) < 2 * LEAST_ISOTONIC:
        return "platt", fit_platt(said, is_a)
    return "isotonic", fit_isotonic(said, is_a)


def report_calibration(pairs: Sequence[JudgedPair]) -> dict[str, object]:
    """Return ECE and Brier score of the probabilities as said, and as corrected when they were
    routed: no corrected pair had a part in its own correction. Empty without audits."""
    report: dict[str, object] = {}
    said, is_a = calibration_columns(pairs)
    if len(said):
        report["said"] = asdict(measure_calibration(said, is_a))
    corrected = [p for p in pairs if p.is_audited and p.p_calibrated is not None]
    if corrected:
        p = np.array([pair.p_calibrated for pair in corrected], dtype=np.float64)
        truth = np.array([pair.human == "a" for pair in corrected], dtype=np.float64)
        report["corrected"] = asdict(measure_calibration(p, truth))
    return report


def report_population(pairs: Sequence[JudgedPair]) -> dict[str, object]:
    """Return how often people agree with the source over all pairs, each answer weighted by one over
    its propensity: plainly, and assisted by the source's confidence. Empty without answers."""
    agrees, foretold, propensity, foretold_for_all = population_columns(pairs)
    if not len(agrees):
        return {}
    plain = hajek_share(agrees, propensity, len(pairs))
    assisted = difference_mean(agrees, foretold, propensity, foretold_for_all)
    return {"weighted": asdict(plain), "assisted": asdict(_within_0_and_1(assisted))}


def _within_0_and_1(share: Estimate) -> Estimate:
    """A corrected prediction may lie beyond what a share can be, by chance."""
    value, low, high = (min(max(each, 0.0), 1.0) for each in (share.value, share.low, share.high))
    return replace(share, value=value, low=low, high=high)


def report_taken(pairs: Sequence[JudgedPair], threshold: float | None) -> dict[str, object]:
    """Return how often the source is wrong where its word is taken: `errors` of `accepted` pairs that
    were drawn at random and judged, though it was as sure as `threshold` asks, with the exact 95 %
    interval. People's ties count as wrong: `ties` of the errors are. Empty where no word is taken or
    none was judged.
    """
    if threshold is None:
        return {}
    confidence, is_wrong = acceptance_columns(pairs)
    is_in = confidence >= threshold
    accepted, errors = int(is_in.sum()), int((is_in & is_wrong).sum())
    if not accepted:
        return {}
    low, high = clopper_pearson(errors, accepted)
    is_tie = np.array([pair.is_tie for pair in accepting_pairs(pairs)], dtype=bool)
    found = {"accepted": accepted, "errors": errors, "ties": int((is_in & is_tie).sum())}
    return {"taken": {**found, "low": low, "high": high}}


def _strata(pairs: Sequence[JudgedPair], p_w: Floats, p_l: Floats) -> list[Stratum]:
    strata = []
    for name, belongs in groups_of(pairs):
        at = np.array([belongs(pair) for pair in pairs], dtype=bool)
        if not at.any():
            continue
        within = [p for p, is_in in zip(pairs, at, strict=True) if is_in]
        audited = [p for p in within if p.is_audited]
        right = sum(pair.agrees for pair in audited)
        low, high = clopper_pearson(right, len(audited)) if audited else (None, None)
        strata.append(
            Stratum(
                name,
                int(at.sum()),
                len(audited),
                round(float(p_w[at].mean()), 4),
                round(float(p_l[at].mean()), 4),
                right / len(audited) if audited else None,
                low,
                high,
                sum(p.is_random and p.is_tie for p in within),
            )
        )
    return strata


def groups_of(pairs: Sequence[JudgedPair]) -> list[Group]:
    """Return the strata that a person reads of; the model's own are its coefficients."""
    categories = sorted({pair.category for pair in pairs} - {""})
    by_origin: list[Group] = [
        ("an answer written anew against the one before (self-refine)", lambda p: bool(p.anew)),
        ("the best of several answers against the worst (best of k)", lambda p: not p.anew),
    ]
    return [
        ("all pairs", lambda pair: True),
        ("it prefers the longer one", _prefers_longer),
        ("it prefers the shorter one", lambda p: p.a.chars != p.b.chars and not _prefers_longer(p)),
        ("its confidence is .9 or more", _is_sure),
        ("its confidence is below .9", lambda pair: not _is_sure(pair)),
        *(by_origin if any(pair.anew for pair in pairs) else []),
        *((f"category: {name}", _of_category(name)) for name in categories),
    ]


def _prefers_longer(pair: JudgedPair) -> bool:
    return pair.a.chars != pair.b.chars and (pair.a.chars > pair.b.chars) == pair.prefers_a


def _is_sure(pair: JudgedPair) -> bool:
    return max(pair.p_a_better, 1 - pair.p_a_better) >= SURE


def _of_category(name: str) -> Callable[[JudgedPair], bool]:
    return lambda pair: pair.category == name
