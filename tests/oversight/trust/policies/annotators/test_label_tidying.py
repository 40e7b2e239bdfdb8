import pytest

from oversight.trust.policies.annotators.label_tidying import (
    Vote,
    look_alikes,
    one_vote_each,
    tidy_name,
    tidy_value,
)

pytestmark = pytest.mark.fault("agreement")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1", "1.0", id="gap-in-the-column"),
        pytest.param("-3", "-3.00", id="negative"),
        pytest.param("0", "-0.0", id="minus-zero"),
        pytest.param("20", "20.", id="bare-point"),
        pytest.param("caf\u00e9", "cafe\u0301", id="nfd"),
        pytest.param("x", "\u00a0x\t", id="white-space"),
        pytest.param("x", "\ufeffx\u200b ", id="invisible"),
        pytest.param("a\nb", "a\r\nb", id="line-ends"),
        pytest.param("a\nb", "a\rb", id="lone-cr"),
    ],
)
def test_ways_to_write_one_name(one: str, other: str) -> None:
    assert tidy_name(one) == tidy_name(other)
    assert tidy_value(one) == tidy_value(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1", "01", id="code"),
        pytest.param("1000", "1e3", id="exponent"),
        pytest.param("yes", "Yes", id="case"),
        pytest.param("2\u2075", "25", id="superscript"),
        pytest.param("1", "+1", id="sign"),
        pytest.param("a b", "a  b", id="inner-space"),
        pytest.param("1.2.0", "1.2", id="version"),
    ],
)
def test_what_may_mean_something_is_kept_apart(one: str, other: str) -> None:
    assert tidy_name(one) != tidy_name(other)
    assert tidy_value(one) != tidy_value(other)


def test_decimals_are_numbers_as_labels_and_names_as_items() -> None:
    assert tidy_value("1.50") == tidy_value("1.5")
    assert tidy_value(".5") == tidy_value("0.5")
    assert tidy_name("1.10") != tidy_name("1.1")


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        tidy_name("a\0")


def test_one_vote_each_and_the_last_counts() -> None:
    rows = [("1", "a", "x"), ("1", "b", "y"), ("1", "a", "x"), ("1", "b", "x"), ("2", "a", "y")]
    votes, said = one_vote_each(Vote(line, *row) for line, row in enumerate(rows, start=2))
    assert [vote[1:] for vote in votes] == [("1", "a", "x"), ("1", "b", "x"), ("2", "a", "y")]
    assert "1 rows repeat" in said[0]
    assert "lines 3 and 5" in said[1]


def test_look_alikes_are_said() -> None:
    assert list(look_alikes("labels", ["Yes", "yes", "no", "7", "07", "0"])) == [
        "labels that look alike are counted apart: '07' and '7'; 'Yes' and 'yes'"
    ]
    assert not list(look_alikes("labels", ["0", "00x", "1", "2"]))
