"""What all forms here share."""

from typing import Any

from django import forms


class PlainLabels(forms.Form):
    """Labels stand above their fields, so they need no colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
