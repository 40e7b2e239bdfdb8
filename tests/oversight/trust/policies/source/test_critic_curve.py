from oversight.trust.policies.source.critic_curve import SearchedAnswer, search_curve


def test_each_weight_has_what_was_found_and_made_up() -> None:
    read = [
        SearchedAnswer(True, {"-2": [0, 0], "0.5": [1, 0], "10": [1, 2]}),
        SearchedAnswer(True, {"-2": [0, 0], "0.5": [0, 1], "10": [2, 0]}),
        SearchedAnswer(False, {"-2": [0, 0], "0.5": [0, 0], "10": [0, 1], "20": [0, 2]}),
    ]
    points = search_curve(read)
    assert [point.weight for point in points] == [-2, 0.5, 10], "20 is not of all answers"
    assert [point.bugs_caught.successes for point in points] == [0, 1, 2]
    assert {point.bugs_caught.count for point in points} == {2}
    assert [(point.hallucinated.successes, point.hallucinated.count) for point in points] == [
        (0, 0),
        (1, 2),
        (3, 6),
    ]
    assert points[2].comments == 2


def test_without_a_search_there_is_no_curve() -> None:
    assert search_curve([]) == []
