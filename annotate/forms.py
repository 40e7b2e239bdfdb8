"""What the workbench sends: an answer by position, translated to the record's order."""

import re
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from oversight.models import Choice, Verdict

# Value in the form -> (position on the page, strength). 4 is the tie.
SCALE = {"1": (0, 3), "2": (0, 2), "3": (0, 1), "5": (1, 1), "6": (1, 2), "7": (1, 3)}
PREFERENCES = [
    ("1", "A, clearly"),
    ("2", "A"),
    ("3", "A, slightly"),
    ("4", "Tie"),
    ("5", "B, slightly"),
    ("6", "B"),
    ("7", "B, clearly"),
    ("both_bad", "Both bad"),
]
VERDICT_FIELD = re.compile(r"verdict-(\d{1,18})")
LONGEST_RATIONALE = 10_000


def chosen(preference: str, order_shown: str) -> tuple[Choice, int | None]:
    """Translate an answer by position into the record's order: choice and strength."""
    if preference == "both_bad":
        return Choice.BOTH_BAD, None
    if preference == "4":
        return Choice.TIE, None
    position, strength = SCALE[preference]
    return Choice(order_shown[position]), strength


class AnnotationForm(forms.Form):
    """`answer()` gives the arguments of `submit_annotation`."""

    submission = forms.UUIDField()
    preference = forms.ChoiceField(
        choices=PREFERENCES,
        error_messages={"required": "Choose which response is better, a tie, or both bad."},
    )
    rationale = forms.CharField(required=False, max_length=LONGEST_RATIONALE)
    seconds = forms.FloatField(required=False, min_value=0, max_value=86_400)

    def __init__(self, data: "MultiValueDict[str, str]", *, order_shown: str) -> None:
        super().__init__(data)
        self.sent = data
        self.order_shown = order_shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["verdicts"] = self._verdicts()
        cleaned["critiques_shown"] = self._critiques_shown()
        return cleaned

    def _verdicts(self) -> dict[int, str]:
        verdicts = {}
        for name, value in self.sent.items():
            if match := VERDICT_FIELD.fullmatch(name):
                if value not in Verdict.values:
                    raise forms.ValidationError(f"There is no verdict {value!r}.")
                verdicts[int(match[1])] = str(value)
        return verdicts

    def _critiques_shown(self) -> list[int]:
        values = self.sent.getlist("critique")
        if not all(re.fullmatch(r"\d{1,18}", value) for value in values):
            raise forms.ValidationError("A critique is named by its number.")
        return [int(value) for value in values]

    def answer(self) -> dict[str, Any]:
        fields = ("submission", "verdicts", "critiques_shown", "rationale", "seconds")
        choice, strength = chosen(self.cleaned_data["preference"], self.order_shown)
        return {
            **{name: self.cleaned_data[name] for name in fields},
            "choice": choice,
            "strength": strength,
        }
