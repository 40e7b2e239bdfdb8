"""Times in words."""

import pytest

from oversight.policies.durations import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (119, "2 minutes"),
        (3599, "1 hour"),
        (3660, "1 hour and 1 minute"),
        (7200, "2 hours"),
        (35_999, "10 hours"),
        (36_600, "10 hours"),
        (90_000_000, "25,000 hours"),
    ],
)
def test_in_words(seconds, words):
    assert in_words(seconds) == words
