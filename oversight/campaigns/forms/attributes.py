"""What people are asked about themselves, as lines of text."""

from typing import Any

from django import forms


class AttributesField(forms.CharField):
    """{what: [answers]}, a line each: `Region: Europe, Asia, elsewhere`."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}: {', '.join(answers)}" for name, answers in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        lines = str(super().to_python(value) or "").splitlines()
        pairs = [_pair(line) for line in lines if line.strip()]
        names = [name for name, _ in pairs]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise forms.ValidationError(f"“{twice}” is asked twice.")
        return dict(pairs)

    def run_validators(self, value: Any) -> None:
        """The record checks it, whichever way it comes; here only the characters."""
        for name, answers in value.items():
            super().run_validators("".join([name, *answers]))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or {}) != (data or ""))


def _pair(line: str) -> tuple[str, list[str]]:
    name, _, rest = (part.strip() for part in line.partition(":"))
    answers = [answer.strip() for answer in rest.split(",") if answer.strip()]
    if not name or len(answers) < 2:
        raise forms.ValidationError(
            f"“{line.strip()[:60]}” should read like “Region: Europe, Asia, elsewhere”."
        )
    return name, list(dict.fromkeys(answers))
