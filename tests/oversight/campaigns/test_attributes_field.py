import pytest
from django.forms import ValidationError

from oversight.campaigns.forms.attributes import AttributesField


def test_it_reads_a_line_each():
    field = AttributesField(required=False)
    assert field.clean("Region: Europe, Asia ,, elsewhere\n\nSpeaks: yes, no: never") == {
        "Region": ["Europe", "Asia", "elsewhere"],
        "Speaks": ["yes", "no: never"],
    }
    assert field.clean("") == {}


def test_it_shows_what_it_reads():
    field = AttributesField(required=False)
    value = {"Region": ["Europe", "Asia"], "Age": ["young", "old"]}
    assert field.clean(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))
    assert field.has_changed(value, "Region: Europe, Asia")


@pytest.mark.parametrize(
    "text", ["Region", "Region: Europe", ": a, b", "A: x, y\nA: x, y", "A: a\0, b"]
)
def test_it_says_what_is_wrong(text):
    with pytest.raises(ValidationError):
        AttributesField().clean(text)
