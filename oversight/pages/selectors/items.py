"""What people are asked, by kind and state, and how they do where the right answer is known."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q

from oversight.campaigns.selectors.tallies import tallies
from oversight.models import KNOWN_KINDS, Campaign, ItemKind, ItemState, Source
from oversight.statistics.intervals import clopper_pearson
from oversight.trust.policies.critique_effect import Figure
from oversight.trust.selectors.critique_effect import first_known_answers


@dataclass(frozen=True)
class KindOfItem:
    """Items of one kind. `answered` of them have a person's answer, `by_simulated` a simulated one.

    `people` and `simulated` are the share of their answers that is right, with its exact 95 %
    interval; None where there are no answers, or no right one is known.
    """

    label: str
    open: int
    closed: int
    withdrawn: int
    preparing: int = 0
    practice: int = 0
    is_known: bool = False
    answered: int = 0
    by_simulated: int = 0
    people: Figure | None = None
    simulated: Figure | None = None


def items_by_kind(campaign: Campaign, *, with_answers: bool = True) -> list[KindOfItem]:
    """Return the kinds that the campaign has items of, in two queries; the second, of how people do
    where the answer is known, takes the longer the more they answered.
    """
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for name, n in tallies(campaign, "item").items():
        kind, state = name.split("/")
        states[kind][state] = n
    answers = _answers(campaign) if with_answers else {}
    return [_kind(kind, states[kind], answers) for kind in ItemKind if kind in states]


Answers = Mapping[tuple[str, str], tuple[int, Figure]]


def _kind(kind: ItemKind, states: Mapping[str, int], answers: Answers) -> KindOfItem:
    answered, people = answers.get((kind, Source.PERSON), (0, None))
    by_simulated, simulated = answers.get((kind, Source.SIMULATED), (0, None))
    return KindOfItem(
        label=kind.label,
        **{state.value: states.get(state, 0) for state in ItemState},
        is_known=kind in KNOWN_KINDS,
        answered=answered,
        by_simulated=by_simulated,
        people=people,
        simulated=simulated,
    )


def _answers(campaign: Campaign) -> Answers:
    """Count first answers by kind and source: items answered, and how many answers are right.

    A correction may follow on being told.
    """
    rows = (
        first_known_answers(campaign)
        .order_by()
        .values_list("item__kind", "source")
        .annotate(
            items=Count("item", distinct=True),
            right=Count("pk", filter=Q(choice=F("item__expected"))),
            n=Count("pk"),
        )
    )
    return {(kind, source): (items, _share(right, n)) for kind, source, items, right, n in rows}


def _share(right: int, n: int) -> Figure:
    return Figure(right / n, *clopper_pearson(right, n), n)
