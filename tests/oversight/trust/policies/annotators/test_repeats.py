"""Records of people from repeats and adjudication, and what a majority is worth."""

import pytest

from oversight.feedback.policies.joint_reliability import joint_reliability
from oversight.trust.policies.annotators.people_reliability import PersonRecord, measure_people
from oversight.trust.policies.annotators.repeats import Answer, person_records, repeated_pairs


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
    ("agreeing", "differing", "expected"),
    [
        pytest.param([0.9], [], 0.9, id="one"),
        pytest.param([0.9] * 2, [], 81 / 82, id="two"),
        pytest.param([0.9] * 4, [0.9], 729 / 730, id="only-the-lead-counts"),
        pytest.param([0.6, 0.6], [0.9], 0.2, id="one-good-judge-against-two-poor-ones"),
        pytest.param([], [], 0.5, id="nobody"),
    ],
)
def test_what_several_say_is_as_sure_as_they_are_reliable(agreeing, differing, expected) -> None:
    assert joint_reliability(agreeing, differing) == pytest.approx(expected)
