"""Which answers an attacker goes on from."""

from oversight.attacks.policies.following import Answered, draw_answers


def answers(*rows):
    return [Answered(at, 100 + at, kind, is_sure) for at, (kind, is_sure) in enumerate(rows)]


def test_each_is_of_its_kind_and_drawn_once():
    pool = answers(("a", True), ("b", True), ("a", True))
    drawn = draw_answers(["a", "a", "b", "a", "c"], pool, seed=1)
    assert [each.kind if each else None for each in drawn] == ["a", "a", "b", None, None]
    assert len({each.response_id for each in drawn if each}) == 3


def test_what_was_found_right_comes_first():
    pool = answers(*[("a", False)] * 20, *[("a", True)] * 3)
    for seed in range(20):
        drawn = draw_answers(["a"] * 4, pool, seed)
        assert [each.is_sure for each in drawn] == [True, True, True, False]


def test_the_seed_decides_among_equals():
    pool = answers(*[("a", True)] * 20)
    first = [draw_answers(["a"], pool, seed)[0].response_id for seed in range(40)]
    assert len(set(first)) > 5
    assert draw_answers(["a"] * 5, pool, 3) == draw_answers(["a"] * 5, pool, 3)
