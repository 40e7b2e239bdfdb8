"""A share that people enter in percent."""

from typing import Any

from django import forms


def in_percent(share: float) -> str:
    """Return a share as it is entered: 0.29 is 29, without what binary fractions add to it."""
    return f"{100 * share:.12g}"


class PercentField(forms.FloatField):
    """0 to `most`, entered as 0 to 100 times that."""

    def __init__(self, *, most: float = 1.0, **options: Any) -> None:
        self.most = most
        widget = forms.NumberInput(attrs={"min": 0, "max": in_percent(most), "step": "any"})
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return in_percent(value) if isinstance(value, float | int) else value

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # as FloatField's is
        entered = super().to_python(value)
        return None if entered is None else entered / 100

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 <= value <= self.most:
            raise forms.ValidationError(f"From 0 to {in_percent(self.most)}.")
