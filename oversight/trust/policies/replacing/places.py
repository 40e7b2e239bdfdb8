"""Where the critic agrees with people, and where it may stand in for one of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.evaluation import Proportion, proportion
from oversight.trust.policies.replacing.alternative import (
    EPSILON,
    EPSILONS,
    Alternative,
    alternative_annotator_test,
)
from oversight.trust.policies.replacing.asked_pairs import (
    AskedPair,
    critic_by_item,
    people_by_item,
)
from oversight.trust.policies.source.judged_pairs import majority_of
from oversight.trust.policies.source.report import groups_of

BLIND = "the critique was not in view"


@dataclass(frozen=True)
class Place:
    """Some of the pairs that were drawn by lot: how many, in what share of those that people decided
    they agree with the critic (95 %, Wilson), and the alternative annotator test."""

    name: str
    pairs: int
    agreement: Proportion
    test: Alternative


def places_of(pairs: Sequence[AskedPair]) -> list[Place]:
    """Return all pairs first, then some of them by what they are; those without a pair left out.

    The last is of all again, by answers given without the critique in view: reading it draws people
    towards it, and makes it look more like them than it is.
    """
    places = []
    for name, belongs in groups_of([each.pair for each in pairs]):
        members = [each for each in pairs if belongs(each.pair)]
        if members:
            places.append(_place(name, members))
    blind = [each for each in pairs if each.blind]
    return [*places, _blind(blind)] if blind else places


def by_epsilon(pairs: Sequence[AskedPair]) -> dict[str, Alternative]:
    """Return the test of all pairs by who people are: the dearer their time, the more it may err."""
    people, critic = people_by_item(pairs), critic_by_item(pairs)
    return {
        who: alternative_annotator_test(people, critic, epsilon)
        for who, epsilon in EPSILONS.items()
    }


def _place(name: str, pairs: Sequence[AskedPair]) -> Place:
    decided = [each.pair for each in pairs if each.pair.human in ("a", "b")]
    agreement = proportion(sum(pair.agrees for pair in decided), len(decided))
    test = alternative_annotator_test(people_by_item(pairs), critic_by_item(pairs), EPSILON)
    return Place(name, len(pairs), agreement, test)


def _blind(pairs: Sequence[AskedPair]) -> Place:
    said = [(majority_of(each.blind.values()), each.critic) for each in pairs]
    agrees = [human == critic for human, critic in said if human != "tie"]
    people = people_by_item(pairs, blind=True)
    test = alternative_annotator_test(people, critic_by_item(pairs), EPSILON)
    return Place(BLIND, len(pairs), proportion(sum(agrees), len(agrees)), test)
