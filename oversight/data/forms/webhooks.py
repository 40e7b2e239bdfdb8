"""An address that is told what happens."""

from django import forms

from oversight.models import EventKind


class WebhookForm(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="An https:// address that takes JSON by POST.",
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hooks/oversight"}),
    )
    events = forms.MultipleChoiceField(
        label="What it is told",
        choices=[choice for choice in EventKind.choices if choice[0] != EventKind.TEST],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
