"""A sentence and a table round the same figure alike."""

import pytest
from django.template.defaultfilters import floatformat

from oversight.policies.figures import three


@pytest.mark.parametrize("value", [0.6275, 0.0005, 0.5, 1, 0.6264999, 2 / 3, -0.0405])
def test_three_places_are_those_of_the_table(value):
    assert three(value) == floatformat(value, 3)


def test_a_half_goes_up_though_a_float_that_is_formatted_goes_down():
    assert (three(0.6275), f"{0.6275:.3f}") == ("0.628", "0.627")
