"""A share that people enter in percent."""

from typing import Any

from django import forms


def in_percent(share: float) -> str:
    """Return a share as it is entered: 0.29 is 29, without what binary fractions add to it."""
    return f"{100 * share:.12g}"


class PercentField(forms.FloatField):
    """0 to 1, entered as 0 to 100."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"min": 0, "max": 100, "step": "any"})
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return in_percent(value) if isinstance(value, float | int) else value

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # as FloatField's is
        entered = super().to_python(value)
        return None if entered is None else entered / 100

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 <= value <= 1:
            raise forms.ValidationError("From 0 to 100.")
