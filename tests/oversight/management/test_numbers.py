"""Numbers on the command line have two ends."""

from argparse import ArgumentTypeError

import pytest

from oversight.management.numbers import number, whole

pytestmark = pytest.mark.fault("bounds")


def test_what_is_within_is_read():
    assert whole(1, 500)("8") == 8
    assert number(0, 1)("0.9") == 0.9


@pytest.mark.parametrize("text", ["0", "501", "1.5", "nan", "inf", "1e308", "9" * 400, "", "x"])
def test_what_is_no_whole_number_within_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        whole(1, 500)(text)


@pytest.mark.parametrize("text", ["-0.1", "1.1", "nan", "-inf", "", "x"])
def test_what_is_no_number_within_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        number(0, 1)(text)
