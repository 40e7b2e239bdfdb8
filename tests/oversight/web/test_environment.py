"""A wrong value of the environment is named, in a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from oversight.web.environment import port_number, positive_int


def test_a_port_is_a_number_that_a_port_can_be(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    assert port_number("PORT", 8000) == 8000
    monkeypatch.setenv("PORT", "65535")
    assert port_number("PORT", 8000) == 65_535
    monkeypatch.setenv("PORT", "65536")
    with pytest.raises(ImproperlyConfigured, match="PORT must be at most 65535, not 65536"):
        port_number("PORT", 8000)


@pytest.mark.parametrize("text", ["0", "-1", "abc", "1.5", "²"])
def test_what_is_no_positive_number_is_named(monkeypatch, text):
    monkeypatch.setenv("MANY", text)
    with pytest.raises(ImproperlyConfigured, match="MANY must be a positive whole number"):
        positive_int("MANY", 1)
