"""A list of strings, one a line."""

from typing import Any

from django import forms

MAX_LINES = 200
MAX_LINE_CHARS = 200


class LinesField(forms.CharField):
    """A list of strings, one a line; repeats are dropped."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MAX_LINES:
            raise forms.ValidationError(f"At most {MAX_LINES} kinds, not {len(value)}.")
        if long := next((line for line in value if len(line) > MAX_LINE_CHARS), None):
            raise forms.ValidationError(
                f"“{long[:40]}…” is longer than {MAX_LINE_CHARS} characters."
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)

    def run_validators(self, value: Any) -> None:
        """The character checks of CharField are for text, not for lists."""
        for line in value:
            super().run_validators(line)
