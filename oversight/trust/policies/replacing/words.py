"""May the critic replace people? The three answers, as sentences. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from oversight.trust.policies.replacing.alternative import (
    FEWEST_ITEMS,
    FEWEST_PEOPLE,
    Alternative,
)
from oversight.trust.policies.replacing.corrected_rate import CorrectedRate
from oversight.trust.policies.replacing.rates import Rate
from oversight.trust.policies.replacing.taking import Taking

Verdict = Literal["yes", "no", "open"]
# What is counted, when the critic says so, what is true of it, and what of the others.
COUNTED = {
    "failing": ("answers", "calls flawed", "fail", "do not fail"),
    "longer": (
        "pairs of unequal length",
        "prefers the longer answer in",
        "have the better answer in the longer one",
        "have it in the shorter one",
    ),
}


@dataclass(frozen=True)
class OneAnswer:
    """One question, its answer, and why."""

    question: str
    verdict: Verdict
    why: str


def three_answers(
    test: Alternative | None, rates: Sequence[Rate], taking: Taking
) -> list[OneAnswer]:
    """Return the three: of one person's seat, of its counts, of its single labels."""
    return [
        OneAnswer(
            "May it take one person's seat?",
            _verdict(test.may_replace if test else None),
            seat(test),
        ),
        OneAnswer(
            "Can its counts be used?",
            _counts(rates[0]),
            f"{counted(rates[0])} {known_by(rates[0])}",
        ),
        OneAnswer("Is its word taken without a person?", _verdict(taking.is_held), taken(taking)),
    ]


def in_short(answers: Sequence[OneAnswer]) -> str:
    """Return what the three come to."""
    verdicts = [each.verdict for each in answers]
    if "no" in verdicts:
        return "No: by at least one of the three it may not. Let people go on judging."
    if "open" in verdicts:
        return "Nobody knows yet: people have judged too little for all three answers."
    return "Yes, by all three. Go on auditing: this holds for this version and these queries alone."


def seat(test: Alternative | None) -> str:
    """Return what the alternative annotator test says, or what it lacks."""
    if test is None or test.winning_rate is None or test.advantage is None:
        return (
            f"{_lacking(test)} It takes {FEWEST_PEOPLE} people with {FEWEST_ITEMS} pairs each that "
            "somebody else judged too."
        )
    return (
        f"By how often it agrees with the others it does as well as {test.wins} of "
        f"{len(test.people)} people, given that their time costs more; half of them are enough. In "
        f"{_of_100(test.advantage)} of 100 pairs it is as near to the others as the person, or nearer."
    )


def counted(rate: Rate) -> str:
    """Return the count and what it comes to, corrected."""
    things, says, truth, _ = COUNTED[rate.name]
    said, total = rate.said
    if not total:
        return f"It has judged no {things} yet."
    told = f"Of 100 {things} it {says} {_of_100(said / total)}."
    if rate.corrected:
        return f"{told} Corrected by how often it errs, about {_between(rate.corrected)} {truth}."
    if rate.is_coin:
        return f"{told} That says nothing: it tells them apart no better than a tossed coin."
    return f"{told} That cannot be corrected yet."


def known_by(rate: Rate) -> str:
    """Return what people said that corrects it, or what is missing."""
    _, says, truth, other = COUNTED[rate.name]
    if any(rate.missing):
        wanted = [
            f"{n} more that {what}"
            for n, what in zip(rate.missing, (truth, other), strict=True)
            if n
        ]
        return f"It takes {' and '.join(wanted)} by people's word."
    (found, holds), (left, others) = rate.found, rate.left_alone
    return (
        f"It {says} {found} of the {holds} that {truth} by people's word, "
        f"and not {left} of the {others} that {other}."
    )


def taken(taking: Taking) -> str:
    """Return from which confidence its word is taken, and what the audits say of that."""
    if taking.missing:
        return f"{_threshold(taking)} {_errors(taking)} At least {taking.missing} more audits are needed."
    if taking.threshold is None:
        return (
            f"No confidence is enough: of the {taking.pairs} pairs audited, those it is surest of do not "
            f"show that at most {_of_100(taking.alpha)} of 100 are wrong."
        )
    bound = _of_100(taking.bound or 0.0)
    held = "which holds" if taking.is_held else "more than"
    return (
        f"{_threshold(taking)} {_errors(taking)} So at most {bound} of 100 are wrong, {held} "
        f"the {_of_100(taking.alpha)} that the campaign allows, but for a risk of {taking.delta:.0%}."
    )


def _threshold(taking: Taking) -> str:
    if taking.is_calibrated:
        if taking.threshold is None:
            return "People take all."
        return f"From a confidence of {taking.threshold:g}, found by audits."
    return f"From a confidence of {taking.threshold:g}, set by hand."


def _errors(taking: Taking) -> str:
    if not taking.pairs:
        return "No pair was both drawn by lot and judged by people."
    if taking.accepted:
        sure = f"Of {taking.accepted} audited pairs of which it was as sure"
        return f"{sure} it got {taking.errors} wrong."
    why = "it was that sure of none" if taking.threshold else "too few to find a confidence"
    return f"{taking.pairs} pairs were audited: {why}."


def _lacking(test: Alternative | None) -> str:
    if test is None:
        return "No pair was both drawn by lot and judged by people."
    people, items = test.missing_people, test.missing_items
    who = "person" if people == 1 else "people"
    return f"Still missing: {items} answers, by {people} more {who} at least."


def _counts(rate: Rate) -> Verdict:
    return "no" if rate.is_coin else "yes" if rate.corrected else "open"


def _verdict(is_so: bool | None) -> Verdict:
    return "open" if is_so is None else "yes" if is_so else "no"


def _between(rate: CorrectedRate) -> str:
    low, high = _of_100(rate.low), _of_100(rate.high)
    return f"{_of_100(rate.value)} (between {low} and {high})"


def _of_100(share: float) -> int:
    return round(100 * share)
