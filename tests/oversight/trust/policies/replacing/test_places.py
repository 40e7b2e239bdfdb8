"""Where the critic is like people, its counts corrected, its threshold, and the words for them."""

import pytest

from oversight.trust.policies.replacing.asked_pairs import AskedPair
from oversight.trust.policies.replacing.places import BLIND, by_epsilon, places_of
from oversight.trust.policies.replacing.rates import longer_rate, rate_of
from oversight.trust.policies.replacing.taking import taking_of
from oversight.trust.policies.replacing.words import (
    counted,
    in_short,
    known_by,
    seat,
    taken,
    three_answers,
)
from oversight.trust.policies.source.judged_pairs import Answer, JudgedPair, majority_of


def asked(people: str, p: float = 0.95, *, blind: str = "", sizes=(30, 20), node="sums"):
    """A pair with one letter a person: a, b or t (tie)."""
    names = {"a": "a", "b": "b", "t": "tie"}
    said = {f"person {n}": names[each] for n, each in enumerate(people)}
    first = {f"person {n}": names[each] for n, each in enumerate(blind)}
    long, short = (Answer(size, None) for size in sizes)
    human = majority_of(said.values()) if said else None
    pair = JudgedPair(1, 1, node, p, long, short, human, is_random=True, is_eligible=True)
    return AskedPair(pair, said, first)


def test_each_kind_of_pair_has_its_own_answer() -> None:
    good = [asked("aaa", node="sums") for _ in range(40)]
    bad = [asked("bbb", p=0.7, node="times") for _ in range(40)]
    places = {place.name: place for place in places_of([*good, *bad])}
    assert places["all pairs"].pairs == 80
    assert places["all pairs"].agreement.value == 0.5
    assert places["category: sums"].test.may_replace is True
    assert places["category: times"].test.may_replace is False
    assert places["its confidence is below .9"].agreement.value == 0
    assert BLIND not in places


def test_answers_without_the_critique_are_looked_at_apart() -> None:
    places = places_of([asked("aaa", blind="bbb") for _ in range(30)])
    assert (places[0].agreement.value, places[0].test.may_replace) == (1, True)
    assert (places[-1].name, places[-1].agreement.value) == (BLIND, 0)
    assert places[-1].test.may_replace is False


def test_ties_of_people_say_nothing_of_agreement_and_count_as_answers() -> None:
    place = places_of([asked("ttt") for _ in range(30)])[0]
    assert place.agreement.count == 0
    assert place.test.may_replace is False


def test_the_dearer_people_are_the_more_it_may_err() -> None:
    # Behind in 4 of 40 pairs: 0.1 on average, p = 0.0234 against 0.2, 0.1522 against 0.15. Three alike
    # people's p are all multiplied by 11/6.
    pairs = [asked("aaa", p=0.05 if n < 4 else 0.95) for n in range(40)]
    found = by_epsilon(pairs)
    assert [found[who].winning_rate for who in ("experts", "skilled people", "crowd workers")] == [
        1,
        0,
        0,
    ]


def test_a_count_is_corrected_by_what_people_say() -> None:
    known = [(True, True)] * 18 + [(False, True)] * 2 + [(False, False)] * 14 + [(True, False)] * 6
    rate = rate_of("failing", [True] * 40 + [False] * 60, known)
    assert rate.corrected is not None
    assert rate.corrected.value == pytest.approx((0.4 + 0.7 - 1) / (0.7 + 0.9 - 1))
    assert counted(rate).startswith("Of 100 answers it calls flawed 40. Corrected")
    assert "calls flawed 18 of the 20 that fail by people's word, and not 14 of the 20" in known_by(
        rate
    )


def test_too_few_of_either_kind_are_counted_out() -> None:
    rate = rate_of("failing", [True], [(True, True)] * 12 + [(False, False)] * 3)
    assert (rate.corrected, rate.is_coin, rate.missing) == (None, False, (0, 7))
    assert known_by(rate) == "It takes 7 more that do not fail by people's word."


def test_a_coin_is_called_one() -> None:
    rate = rate_of(
        "failing", [True], [(True, True)] * 5 + [(False, True)] * 5 + [(True, False)] * 10
    )
    assert rate.is_coin
    assert "no better than a tossed coin" in counted(rate)


def test_a_bias_for_length_is_counted_of_pairs_of_unequal_length() -> None:
    pairs = [asked("b", p=0.9) for _ in range(10)] + [asked("a", p=0.9) for _ in range(10)]
    equal = [asked("a", sizes=(20, 20))] * 5
    rate = longer_rate([each.pair for each in [*pairs, *equal]], [*pairs, *equal])
    assert (rate.said, rate.found, rate.left_alone) == ((20, 20), (10, 10), (0, 10))
    assert rate.is_coin


def test_a_threshold_set_by_hand_is_held_to_what_the_campaign_allows() -> None:
    spotless = taking_of([asked("a").pair] * 40, 0.9, alpha=0.1, delta=0.1)
    assert (spotless.accepted, spotless.errors, spotless.is_held) == (40, 0, True)
    poor = taking_of([asked("a").pair] * 30 + [asked("b").pair] * 10, 0.9, alpha=0.1, delta=0.1)
    assert (poor.errors, poor.is_held) == (10, False)
    assert "more than the 10 that the campaign allows" in taken(poor)


def test_it_says_how_many_audits_a_threshold_lacks() -> None:
    # 0.9^21 = 0.109 and 0.9^22 = 0.098: without an error 22 are enough.
    few = taking_of([asked("a").pair] * 5, 0.9, alpha=0.1, delta=0.1)
    assert (few.missing, few.is_held) == (17, None)
    none = taking_of([], None, alpha=0.1, delta=0.1)
    assert (none.missing, none.threshold) == (22, None)
    assert "People take all." in taken(none)


def test_the_three_come_to_one() -> None:
    pairs = [asked("aaa") for _ in range(40)] + [asked("bbb", p=0.05) for _ in range(40)]
    known = [(True, True)] * 20 + [(False, False)] * 20
    rates = [rate_of("failing", [True, False], known)]
    taking = taking_of([each.pair for each in pairs], 0.9, alpha=0.1, delta=0.1)
    test = places_of(pairs)[0].test
    answers = three_answers(test, rates, taking)
    assert [each.verdict for each in answers] == ["yes", "yes", "yes"]
    assert in_short(answers).startswith("Yes")
    assert "as well as 3 of 3 people" in seat(test)
    nothing = three_answers(None, [rate_of("failing", [], [])], taking)
    assert [each.verdict for each in nothing] == ["open", "open", "yes"]
    assert in_short(nothing).startswith("Nobody knows yet")
    no = three_answers(None, rates, taking_of([asked("b").pair] * 40, 0.9, alpha=0.1, delta=0.1))
    assert in_short(no).startswith("No")
