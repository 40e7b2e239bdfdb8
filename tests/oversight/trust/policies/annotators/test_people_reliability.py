import numpy as np
import pytest

from oversight.trust.policies.annotators.people_reliability import PersonRecord, measure_people


def test_repeats_alone_tell_how_right_somebody_is() -> None:
    """Right in 80 %: two give the same answer in .8² + .2² = 68 %."""
    people = {f"p{at}": PersonRecord(same=680, different=320) for at in range(3)}
    _, found = measure_people(people)
    assert found["p0"].p_w == pytest.approx(0.8, abs=0.02)
    assert found["p0"].p_l == pytest.approx(1 - found["p0"].p_w)


def crowd(accuracy: np.ndarray, seed: int) -> dict[str, PersonRecord]:
    """Records of people who each judged the same 100 items, compared with each of the others."""
    is_right = np.random.default_rng(seed).random((len(accuracy), 100)) < accuracy[:, None]
    same = (is_right[:, None] == is_right[None]).sum(axis=(1, 2)) - 100
    total = 100 * (len(accuracy) - 1)
    return {str(at): PersonRecord(same=n, different=total - n) for at, n in enumerate(same)}


def test_somebody_poor_among_good_people_is_told_from_them() -> None:
    accuracy = np.array([0.9] * 6 + [0.6])
    found = [measure_people(crowd(accuracy, seed))[1] for seed in range(20)]
    assert np.mean([each["6"].p_w for each in found]) == pytest.approx(0.6, abs=0.05)
    assert np.mean([each["0"].p_w for each in found]) == pytest.approx(0.9, abs=0.04)


def test_adjudication_alone_does_too() -> None:
    _, found = measure_people({"p": PersonRecord(right=900, wrong=100)})
    assert found["p"].p_w == pytest.approx(0.9, abs=0.01)
    assert found["p"].low < 0.9 < found["p"].high


def test_both_together_are_surer_than_either() -> None:
    repeats, truth = PersonRecord(same=41, different=9), PersonRecord(right=45, wrong=5)
    both = PersonRecord(same=41, different=9, right=45, wrong=5)
    widths = []
    for record in (repeats, truth, both):
        _, found = measure_people({"p": record})
        widths.append(found["p"].high - found["p"].low)
    assert widths[2] < min(widths[:2])


def test_somebody_new_is_taken_for_one_of_the_others() -> None:
    good = {f"p{at}": PersonRecord(right=95, wrong=5) for at in range(20)}
    everyone, found = measure_people(good | {"new": PersonRecord()})
    assert everyone.p_w == pytest.approx(0.95, abs=0.02)
    assert found["new"].p_w == pytest.approx(everyone.p_w)
    assert found["new"].answers == 0
    assert everyone.answers == 2000


def test_a_few_answers_are_shrunk_to_the_others() -> None:
    records = {f"p{at}": PersonRecord(right=90, wrong=10) for at in range(20)}
    _, found = measure_people(records | {"unlucky": PersonRecord(right=1, wrong=3)})
    assert 0.75 < found["unlucky"].p_w < 0.9
    _, alone = measure_people({"unlucky": PersonRecord(right=1, wrong=3)})
    assert alone["unlucky"].p_w < found["unlucky"].p_w


def test_people_who_differ_are_not_made_alike() -> None:
    records = {
        **{f"good{at}": PersonRecord(right=97, wrong=3) for at in range(5)},
        **{f"poor{at}": PersonRecord(right=65, wrong=35) for at in range(5)},
    }
    _, found = measure_people(records)
    assert found["good0"].p_w > 0.93
    assert found["poor0"].p_w < 0.72


def test_nobody_gives_the_usual_belief() -> None:
    everyone, found = measure_people({})
    assert found == {}
    assert everyone.p_w == pytest.approx(0.85, abs=0.01)
    assert everyone.low < 0.75


def test_the_interval_covers() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.6, 0.98, 200)
    others = truth.mean()
    same = rng.binomial(20, truth * others + (1 - truth) * (1 - others))
    right = rng.binomial(20, truth)
    records = {
        str(at): PersonRecord(same[at], 20 - same[at], right[at], 20 - right[at])
        for at in range(200)
    }
    _, found = measure_people(records)
    inside = [found[str(at)].low <= a <= found[str(at)].high for at, a in enumerate(truth)]
    assert 0.9 <= np.mean(inside) <= 0.99
