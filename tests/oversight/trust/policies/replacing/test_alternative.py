import pytest

from oversight.trust.policies.replacing.alternative import (
    alternative_annotator_test,
    compare_with_each,
)

ITEMS = range(40)
ALL_A = dict.fromkeys(ITEMS, "a")
ALL_B = dict.fromkeys(ITEMS, "b")


def test_a_critic_that_says_what_people_say_may_replace_them() -> None:
    found = alternative_annotator_test({"p": ALL_A, "q": ALL_A, "r": ALL_A}, ALL_A)
    assert (found.winning_rate, found.advantage, found.may_replace) == (1, 1, True)


def test_a_critic_that_says_the_opposite_may_not() -> None:
    found = alternative_annotator_test({"p": ALL_A, "q": ALL_A, "r": ALL_A}, ALL_B)
    assert (found.winning_rate, found.advantage, found.may_replace) == (0, 0, False)


def test_the_p_value_is_that_of_the_one_sided_t_test() -> None:
    # The critic loses 4 of 40: leads 0.1 on average, s = sqrt(40 * 0.09 / 39) = 0.30382,
    # t = (0.1 - 0.15) / (0.30382 / sqrt(40)) = -1.0408, of 39 degrees: p = 0.1522.
    critic = ALL_A | dict.fromkeys(range(4), "b")
    found = alternative_annotator_test({"p": ALL_A, "q": ALL_A, "r": ALL_A}, critic, 0.15)
    assert [row.critic for row in found.people] == [0.9] * 3
    assert [row.person_share for row in found.people] == [1] * 3
    assert found.people[0].p_value == pytest.approx(0.1522, abs=2e-4)
    assert found.may_replace is False


def test_false_discoveries_are_held_down_among_many() -> None:
    # One loss of 40 at epsilon 0.1: mean 0.025, s = 0.15811, t = -3, p = 0.0023; times 1 + 1/2 + 1/3
    # it is still below 0.05. Two losses: mean 0.05, s = 0.22072, t = -1.4327, p = 0.0799: lost.
    people = {"p": ALL_A, "q": ALL_A, "r": ALL_A}
    once = alternative_annotator_test(people, ALL_A | {0: "b"}, 0.1)
    twice = alternative_annotator_test(people, ALL_A | {0: "b", 1: "b"}, 0.1)
    assert (once.winning_rate, twice.winning_rate) == (1, 0)
    # Alone 0.0392 would do; times 11/6 it is 0.072, and does not (t = -1.8072, 39 degrees).
    held = alternative_annotator_test(people, ALL_A | {0: "b", 1: "b"}, 0.05 + 1.8072 * 0.034899)
    assert held.people[0].p_value == pytest.approx(0.0392, abs=2e-4)
    assert held.winning_rate == 0


def test_too_few_people_or_items_are_no_verdict() -> None:
    few = dict.fromkeys(range(29), "a")
    for people in ({"p": ALL_A, "q": ALL_A}, {"p": ALL_A, "q": ALL_A, "r": few}):
        found = alternative_annotator_test(people, ALL_A)
        assert (found.winning_rate, found.advantage, found.may_replace) == (None, None, None)


def test_it_says_how_much_is_missing() -> None:
    few = dict.fromkeys(range(29), "a")
    found = alternative_annotator_test({"p": ALL_A, "q": ALL_A, "r": few}, ALL_A)
    assert [row.person for row in found.people] == ["p", "q"]
    assert (found.missing_people, found.missing_items, found.short) == (1, 1, {"r": 29})
    nobody = alternative_annotator_test({}, ALL_A)
    assert (nobody.missing_people, nobody.missing_items) == (3, 90)


def test_items_nobody_else_judged_do_not_count() -> None:
    alone = dict.fromkeys(range(100, 140), "a")
    people = {"p": ALL_A, "q": ALL_A, "r": ALL_A, "alone": alone}
    found = alternative_annotator_test(people, ALL_A | alone)
    assert [row.person for row in found.people] == ["p", "q", "r"]


@pytest.mark.parametrize("epsilon", [-0.1, 1])
def test_an_epsilon_that_is_no_share_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match="epsilon"):
        alternative_annotator_test({}, {}, epsilon)


# What the paper's data come to (github.com/nitaytech/AltTest), person by person: items, those where
# the model is as good or better, those where the person is; then ω and ρ as they are published there.
PUBLISHED = [
    pytest.param(
        0.2, [(120, 83, 106), (840, 667, 748), (880, 699, 792), (720, 583, 654)], 0.75, 0.77,
        id="lgbteen: gpt-4o",
    ),
    pytest.param(
        0.2, [(120, 75, 108), (840, 620, 768), (880, 648, 789), (720, 547, 646)], 0.25, 0.71,
        id="lgbteen: gemini flash",
    ),
    pytest.param(
        0.2, [(120, 70, 106), (840, 578, 780), (880, 597, 792), (720, 513, 652)], 0.0, 0.67,
        id="lgbteen: gemini pro",
    ),
    pytest.param(0.2, [(74, 57, 60), (84, 68, 75), (88, 65, 80)], 0.0, 0.77, id="mtbench: gpt-4o"),
]  # fmt: skip


@pytest.mark.parametrize(("epsilon", "counts", "winning_rate", "advantage"), PUBLISHED)
def test_it_gives_what_was_published(
    epsilon: float, counts: list[tuple[int, int, int]], winning_rate: float, advantage: float
) -> None:
    rows = {f"person {n}": advantages_of(*each) for n, each in enumerate(counts)}
    found = compare_with_each(rows, epsilon)
    assert found.winning_rate == winning_rate
    assert found.advantage == pytest.approx(advantage, abs=0.005)


def advantages_of(items: int, model: int, person: int) -> list[tuple[bool, bool]]:
    by_model_alone, by_person_alone = items - person, items - model
    draws = items - by_model_alone - by_person_alone
    return (
        [(True, False)] * by_model_alone
        + [(False, True)] * by_person_alone
        + [(True, True)] * draws
    )
