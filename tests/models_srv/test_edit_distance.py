import pytest

from models_srv.dpo.edit_distance import edit_distance_warning, edit_distances


@pytest.mark.parametrize(
    ("chosen", "rejected", "expected"),
    [
        pytest.param("3 + 4 = 7", "3 + 4 = 7", 0.0, id="same"),
        pytest.param("3 + 4 = 7", "3 - 4 = 7", 0.2, id="one-word-of-five"),
        pytest.param("a b", "c d e f", 1.0, id="all-different"),
        pytest.param("a b c d", "a b", 0.5, id="left-out"),
        pytest.param("", "", 0.0, id="empty"),
    ],
)
def test_a_pairs_distance_is_in_words(chosen, rejected, expected):
    distances = edit_distances([(chosen, rejected)])
    assert (distances.pairs, distances.median) == (1, expected)
    assert distances.close == (expected < 0.5)


def test_it_sums_up_a_snapshot():
    near, far = ("3 + 4 = 7", "3 - 4 = 7"), ("a b", "c d e f")
    distances = edit_distances([near, near, far])
    assert (distances.pairs, distances.median, distances.close) == (3, 0.2, 0.6667)


def test_no_pairs_have_no_distance():
    distances = edit_distances([])
    assert (distances.pairs, distances.median, distances.close) == (0, None, 0.0)
    assert edit_distance_warning(distances, "dpo") == ""


@pytest.mark.parametrize(
    ("loss", "pair", "is_warned"),
    [
        ("dpo", ("3 + 4 = 7", "3 - 4 = 7"), True),
        ("ipo", ("3 + 4 = 7", "3 - 4 = 7"), True),
        ("dpop", ("3 + 4 = 7", "3 - 4 = 7"), False),
        ("sft", ("3 + 4 = 7", "3 - 4 = 7"), False),
        ("dpo", ("a b", "c d e f"), False),
    ],
)
def test_only_losses_that_let_go_of_the_chosen_answer_are_warned_of(loss, pair, is_warned):
    warning = edit_distance_warning(edit_distances([pair]), loss)
    assert bool(warning) == is_warned
    assert not is_warned or (loss in warning and "20%" in warning)
    assert edit_distance_warning(edit_distances([pair]), loss, nll_weight=0.5) == ""
