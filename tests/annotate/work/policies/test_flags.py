"""What settling a flag means for the item, in words."""

import pytest

from annotate.work.policies.flags import if_it_stays


@pytest.mark.parametrize(
    ("others", "words"),
    [
        pytest.param([], "nobody else is left to ask", id="nobody"),
        pytest.param(["bea"], "It goes to bea.", id="one"),
        pytest.param(["bea", "carl"], "the first to come of bea and carl.", id="two"),
        pytest.param(list("abcd"), "the first to come of a, b, c and 1 other.", id="one-more"),
        pytest.param(list("abcde"), "the first to come of a, b, c and 2 others.", id="more"),
    ],
)
def test_it_says_who_is_asked_next(others, words):
    said = if_it_stays(flagger="ann", others=others, is_open=True, seats_free=1)
    assert said.startswith("ann is not asked about it again")
    assert words in said


@pytest.mark.parametrize(
    ("is_open", "seats", "words"), [(False, 1, "closed already"), (True, 0, "Nobody else is asked")]
)
def test_it_says_when_nobody_is_to_be_asked(is_open, seats, words):
    assert words in if_it_stays(flagger="ann", others=["b"], is_open=is_open, seats_free=seats)
