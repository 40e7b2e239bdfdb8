import pytest
from django.forms import ValidationError

from oversight.campaigns.forms.harm import HarmField


def test_it_reads_a_line_each():
    field = HarmField(required=False)
    assert field.clean("severe: self-harm\n\n mild : insults: crude ") == {
        "self-harm": "severe",
        "insults: crude": "mild",
    }
    assert field.clean("") == {}


def test_it_shows_what_it_reads():
    field = HarmField(required=False)
    value = {"self-harm": "severe", "insults": "mild"}
    assert field.clean(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))
    assert field.has_changed(value, "mild: insults")


@pytest.mark.parametrize("text", ["self-harm", "grave: self-harm", "severe:", "mild: " + "x" * 201])
def test_it_says_what_is_wrong(text):
    with pytest.raises(ValidationError):
        HarmField().clean(text)
