"""Adding a person to a campaign; making a token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from oversight.models import MemberRole, Scope

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "It does not")]


class MemberForm(forms.Form):
    username = forms.CharField(max_length=150, help_text="The name that they sign in with.")
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=100, help_text="Which program uses it, and where: “nightly export”."
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.label} ({scope.value})") for scope in Scope],
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        label="It may",
        help_text="Never more than you may yourself.",
    )
    days = forms.ChoiceField(choices=LIFETIMES, initial="90", required=False, label="Expires after")

    def cleaned(self) -> dict[str, Any]:
        """Return what a token is made of."""
        days = self.cleaned_data["days"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": timezone.now() + timedelta(days=int(days)) if days else None,
        }
