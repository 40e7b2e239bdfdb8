"""Which preferences a snapshot is to take."""

from typing import Any

from django import forms

from oversight.campaigns.forms.lines import LinesField
from oversight.data.selectors.frozen import Freeze
from oversight.models import PreferenceKind, Source


class FreezeForm(forms.Form):
    name = forms.CharField(max_length=200, required=False, help_text="What people will call it.")
    note = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    licence = forms.CharField(
        max_length=200, required=False, help_text="Such as CC-BY-4.0. Empty: not stated."
    )
    sources = forms.MultipleChoiceField(
        label="Labels of",
        choices=[(value, label) for value, label in Source.choices if value != Source.SIMULATED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of them.",
    )
    simulated = forms.BooleanField(
        label="Labels of simulated annotators too",
        required=False,
        help_text="They are marked, and are no people's.",
    )
    kinds = forms.MultipleChoiceField(
        label="Pairs",
        choices=PreferenceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: both.",
    )
    nodes = LinesField(
        label="Kinds of query", required=False, help_text="One a line. Empty: all of them."
    )
    least_belief = forms.FloatField(
        label="How sure a label must be",
        min_value=0,
        max_value=1,
        required=False,
        help_text="Labels that are right less often than this stay out, by what was measured of who "
        "said so: 0.9 is nine of ten. Empty: all are taken.",
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    first_round = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, label="From round"
    )
    last_round = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, label="To round"
    )
    since = forms.DateField(
        label="From day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for first, last in (("first_round", "last_round"), ("since", "until")):
            low, high = cleaned.get(first), cleaned.get(last)
            if low is not None and high is not None and low > high:
                self.add_error(last, "This is before where it begins.")
        return cleaned

    def asked(self) -> Freeze:
        values = {k: v for k, v in self.cleaned_data.items() if k not in self.about()}
        sources = values["sources"]
        if sources and values["simulated"]:
            values["sources"] = [*sources, Source.SIMULATED]
        return Freeze(**values | {"least_belief": values["least_belief"] or 0.0})

    def about(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "note", "licence")}
