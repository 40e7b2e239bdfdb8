"""Leaving out what a person said; days of work."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from oversight.web.forms import DAY_BOUNDS


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=DAY_BOUNDS,
        **options,
    )


class ExcludeForm(forms.Form):
    since = _day(label="From this day on (UTC)")
    reason = forms.CharField(
        label="Why", max_length=500, help_text="One sentence. It is kept, with your name."
    )


class DaysForm(forms.Form):
    """Days, both included; by default the last 31."""

    since = _day(label="From", required=False)
    until = _day(label="Until", required=False)

    def days(self) -> tuple[date, date]:
        """Return first and last day. Call it on a valid form."""
        until = self.cleaned_data["until"] or timezone.now().date()
        return self.cleaned_data["since"] or until - timedelta(days=30), until

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "This is before the first day.")
