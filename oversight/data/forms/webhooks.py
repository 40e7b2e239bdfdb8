"""An address that is told what happens."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from oversight.data.selectors.webhooks import state_of
from oversight.models import EventKind, WebhookEndpoint


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


class ChangeForm(WebhookForm):
    """`read`: what it was when the form was shown, which somebody else may have changed since."""

    read = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, endpoint: WebhookEndpoint) -> None:
        first = {"url": endpoint.url, "events": endpoint.events, "read": state_of(endpoint)}
        super().__init__(data, initial=first)

    def take_over(self, endpoint: WebhookEndpoint) -> None:
        """Let what was sent be made from what it is now: whoever sends it again has been told."""
        sent = cast(QueryDict, self.data).copy()
        sent["read"] = state_of(endpoint)
        self.data = sent
