"""May the critic stand in for one of the people? The alternative annotator test. Pure.

Calderon, Reichart and Dror (2025), "The Alternative Annotator Test for LLM-as-a-Judge". Each person is
left out in turn: who agrees better with the others on the items this person judged, the critic or the
person? People's time costs, so that the critic may be worse by ε. It may replace them if it wins
against half of them or more. Give people's answers alone: simulated ones say nothing of people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from statistics import fmean

import numpy as np
from scipy import stats

EPSILON = 0.15  # the paper's for skilled annotators …
EPSILONS = {"experts": 0.2, "skilled people": EPSILON, "crowd workers": 0.1}  # … and all of them
FEWEST_PEOPLE = 3
FEWEST_ITEMS = 30  # a person: below it the t-test's normality is not to be relied on
FALSE_DISCOVERIES = 0.05
ENOUGH_WINS = 0.5

Answers = Mapping[int, str]  # what was chosen, by item
Advantages = Sequence[tuple[bool, bool]]  # by item: the critic is as good or better, the person is


@dataclass(frozen=True)
class LeftOut:
    """The critic against one person on `items`: `critic` and `person_share` are the shares of items
    where each agrees with the others at least as well as the other does; both count a draw.

    `p_value` is of "the critic is worse by ε or more"; `is_won` after Benjamini–Yekutieli.
    """

    person: str
    items: int
    critic: float
    person_share: float
    p_value: float
    is_won: bool


@dataclass(frozen=True)
class Alternative:
    """`people` judged enough items, `short` too few: how many of each, those with any.

    `winning_rate` (ω) is the share of people the critic wins against, `advantage` (ρ) the mean of
    its shares; both None where too few people judged enough, which is no verdict either way.
    """

    people: tuple[LeftOut, ...]
    short: Mapping[str, int]
    winning_rate: float | None
    advantage: float | None

    @property
    def may_replace(self) -> bool | None:
        return None if self.winning_rate is None else self.winning_rate >= ENOUGH_WINS

    @property
    def wins(self) -> int:
        return sum(each.is_won for each in self.people)

    @property
    def missing_people(self) -> int:
        """How many more people have to judge FEWEST_ITEMS items that others judge too."""
        return max(0, FEWEST_PEOPLE - len(self.people))

    @property
    def missing_items(self) -> int:
        """How many more answers that takes, by those who have given most of them already."""
        most = sorted(self.short.values(), reverse=True)[: self.missing_people]
        return FEWEST_ITEMS * self.missing_people - sum(most)


def alternative_annotator_test(
    people: Mapping[str, Answers], critic: Answers, epsilon: float = EPSILON
) -> Alternative:
    """Return whether the critic may replace people, by their answers and its own.

    Raises ValueError unless 0 <= epsilon < 1.
    """
    return compare_with_each({name: _advantages(name, people, critic) for name in people}, epsilon)


def compare_with_each(
    advantages: Mapping[str, Advantages], epsilon: float = EPSILON
) -> Alternative:
    """Return the same from who was as good or better than the other, item by item of each person.

    Raises ValueError unless 0 <= epsilon < 1.
    """
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon is to be at least 0 and below 1")
    enough = {name: rows for name, rows in sorted(advantages.items()) if len(rows) >= FEWEST_ITEMS}
    short = {name: len(rows) for name, rows in advantages.items() if 0 < len(rows) < FEWEST_ITEMS}
    if len(enough) < FEWEST_PEOPLE:
        return Alternative(_left_out(enough, epsilon), short, None, None)
    found = _left_out(enough, epsilon)
    return Alternative(
        found, short, fmean(each.is_won for each in found), fmean(each.critic for each in found)
    )


def _advantages(name: str, people: Mapping[str, Answers], critic: Answers) -> Advantages:
    """Return them of the items that somebody else judged too, and the critic."""
    rows = []
    for item, answer in people[name].items():
        others = [given[item] for who, given in people.items() if who != name and item in given]
        if others and item in critic:
            by_critic, by_person = others.count(critic[item]), others.count(answer)
            rows.append((by_critic >= by_person, by_person >= by_critic))
    return rows


def _left_out(advantages: Mapping[str, Advantages], epsilon: float) -> tuple[LeftOut, ...]:
    if not advantages:
        return ()
    p_values = [_p_value(rows, epsilon) for rows in advantages.values()]
    adjusted = stats.false_discovery_control(p_values, method="by")
    return tuple(
        LeftOut(
            person=name,
            items=len(rows),
            critic=fmean(critic for critic, _ in rows),
            person_share=fmean(person for _, person in rows),
            p_value=p,
            is_won=bool(q <= FALSE_DISCOVERIES),
        )
        for (name, rows), p, q in zip(advantages.items(), p_values, adjusted, strict=True)
    )


def _p_value(rows: Advantages, epsilon: float) -> float:
    leads = np.array([int(person) - int(critic) for critic, person in rows], dtype=float)
    if isclose(leads.std(), 0):  # all the same: there is no t, and no doubt in the sample
        return 0.0 if leads[0] < epsilon else 1.0
    return float(stats.ttest_1samp(leads, epsilon, alternative="less").pvalue)
