"""What the page of a person's own settings sends."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms

from annotate.care.policies.keys import (
    ARROWS,
    DEFAULT_KEYS,
    GROUPS,
    key_of,
    place_of,
    problems_of,
    shown_key,
)
from annotate.models import BlurFrom
from oversight.models import Campaign

NOT_SAID = "Rather not say"


class AboutForm(forms.Form):
    """A field for each thing that the campaign asks; `said` are the answers so far."""

    def __init__(self, data: Any = None, *, campaign: Campaign, said: Mapping[str, str]) -> None:
        super().__init__(data)
        # Numbered: what a question says may be anything.
        self.questions = {f"q{n}": each for n, each in enumerate(campaign.judging.attributes)}
        for field, question in self.questions.items():
            answers = campaign.judging.attributes[question]
            self.fields[field] = forms.ChoiceField(
                label=question,
                choices=[("", NOT_SAID), *((each, each) for each in answers)],
                initial=said.get(question, ""),
                required=False,
            )

    def said(self) -> dict[str, str]:
        """Return the answers by question."""
        return {question: self.cleaned_data[each] for each, question in self.questions.items()}


class AnnotatorSettingsForm(forms.Form):
    """A field per action, and what is blurred. Keys that clash are named at their fields.

    Beside each key a hidden field says what was pressed for it, with its place on the keyboard.
    """

    blur_from = forms.ChoiceField(
        label="Blur until clicked",
        choices=BlurFrom.choices,
        help_text="Items of categories that a campaign has tagged as hard to bear.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for action, (key, words) in DEFAULT_KEYS.items():
            widget = forms.TextInput(attrs={"size": 3, "autocomplete": "off", "class": "mono"})
            self.fields[f"key-{action}"] = forms.CharField(
                label=words, required=False, max_length=3, widget=widget, initial=shown_key(key)
            )
            self.fields[f"pressed-{action}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, max_length=40
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for action, problem in problems_of(self.keys()).items():
            self.add_error(f"key-{action}", problem)
        return cleaned

    def keys(self) -> dict[str, str]:
        """Return the keys by action: with their place where the script has seen them pressed."""
        return {action: self._key(action) for action in DEFAULT_KEYS}

    def _key(self, action: str) -> str:
        key = unicodedata.normalize("NFC", self.cleaned_data.get(f"key-{action}", ""))
        pressed = self.cleaned_data.get(f"pressed-{action}", "")
        is_of_this_key = key_of(pressed) == key and place_of(pressed)
        return pressed if is_of_this_key else ARROWS.get(key, key)

    def groups(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Fields of keys by the cards on which they count: (title, (key, what was pressed))."""
        return [
            (
                group.title,
                [(self[f"key-{action}"], self[f"pressed-{action}"]) for action in group.actions],
            )
            for group in GROUPS
        ]
