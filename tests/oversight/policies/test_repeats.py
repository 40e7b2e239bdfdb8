"""Records of people from repeats and adjudication, and what a majority is worth."""

import pytest

from oversight.policies.people_reliability import PersonRecord, measure_people
from oversight.policies.repeats import (
    Answer,
    majority_reliability,
    person_records,
    repeated_pairs,
)


def test_neighbours_are_each_others_repeats_half_for_either() -> None:
    pairs = [
        [Answer("ada", True), Answer("bob", True)],
        [Answer("ada", True), Answer("bob", False)],
    ]
    record = PersonRecord(same=0.5, different=0.5)
    assert person_records(pairs) == {"ada": record, "bob": record}
    assert repeated_pairs(pairs) == 2


def test_a_final_answer_settles_who_was_right() -> None:
    final = Answer("eve", True, is_final=True)
    pairs = [[Answer("ada", True), Answer("bob", False), final]]
    assert person_records(pairs) == {"ada": PersonRecord(right=1), "bob": PersonRecord(wrong=1)}


def test_who_answered_alone_has_no_record() -> None:
    assert person_records([[Answer("ada", True)]]) == {}
    assert repeated_pairs([[Answer("ada", True)]]) == 0


def test_two_who_often_differ_are_believed_less_than_two_who_agree() -> None:
    def measured(differ: int) -> float:
        pairs = [[Answer("ada", True), Answer("bob", number >= differ)] for number in range(100)]
        return measure_people(person_records(pairs))[0].p_w

    assert measured(40) < measured(20) < measured(2)


@pytest.mark.parametrize(
    ("error", "lead", "expected"),
    [(0.1, 1, 0.9), (0.1, 2, 81 / 82), (0.1, 3, 729 / 730), (0.49, 1, 0.51), (0.0, 1, 1.0)],
)
def test_a_majority_is_right_more_often_than_one(error, lead, expected) -> None:
    assert majority_reliability(error, lead) == pytest.approx(expected)
