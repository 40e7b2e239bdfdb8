"""Which kinds of query are hard to bear, as lines of text."""

from typing import Any

from django import forms

from oversight.models import Harm

MAX_CATEGORY_CHARS = 200


class HarmField(forms.CharField):
    """{kind of query: mild, moderate or severe}, a line each: `severe: self-harm`."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{harm}: {category}" for category, harm in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        return dict(self._pair(line) for line in _lines(super().to_python(value)))

    def _pair(self, line: str) -> tuple[str, str]:
        harm, _, category = (part.strip() for part in line.partition(":"))
        if harm not in Harm.values or not category:
            raise forms.ValidationError(
                f"“{line[:60]}” should read like “severe: self-harm”, with mild, moderate or severe."
            )
        if len(category) > MAX_CATEGORY_CHARS:
            raise forms.ValidationError(f"A kind has at most {MAX_CATEGORY_CHARS} characters.")
        return category, harm

    def run_validators(self, value: Any) -> None:
        """The character checks of CharField are for text, not for a table."""
        for category in value:
            super().run_validators(category)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or {}) != (data or ""))


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]
