"""Adding a person to a campaign; making a token; asking for a new password."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.utils import timezone

from oversight.models import Act, Channel, MemberRole, Scope, User
from oversight.people.policies.notifications import KINDS

DJANGOS = "django.contrib.auth.password_validation"
LONGEST_NAME = 254
LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "It does not")]


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)


class MemberForm(RoleForm):
    username = forms.CharField(max_length=150, help_text="The name that they sign in with.")
    field_order = ("username", "role")


class AuditFilterForm(forms.Form):
    """Which entries of the audit log; all that is empty leaves all in."""

    act = forms.ChoiceField(
        choices=[("", "Anything"), *Act.choices], required=False, label="What was done"
    )
    person = forms.CharField(max_length=150, required=False, label="By whom")
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"})
    )


class InvitationForm(forms.Form):
    names = forms.CharField(
        label="Whom",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=100_000,
        help_text="A name or an e-mail address on each line; commas do as well. Each gets a link.",
    )
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)
    days = forms.IntegerField(label="Days until it expires", min_value=1, max_value=365, initial=7)
    most_uses = forms.IntegerField(
        label="How often each link can be used",
        min_value=1,
        max_value=1000,
        initial=1,
        help_text="1: by one person. More: a link to give to a group.",
    )

    def clean_names(self) -> list[str]:
        """Return the names in order, each once."""
        parts = re.split(r"[,;\n]", self.cleaned_data["names"])
        names = list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in parts))))
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(f"A name has at most {LONGEST_NAME} characters.")
        if not names:
            raise forms.ValidationError("Name somebody.")
        return names

    def cleaned(self) -> dict[str, Any]:
        """Return what invitations are made of."""
        return {name: self.cleaned_data[name] for name in self.fields}


class JoinForm(UserCreationForm):  # type: ignore[type-arg]
    """An account of one's own, by Django's rules for names and passwords."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Ours says what a changed password ends: nothing of a new account.
        rules = [
            each for each in get_default_password_validators() if type(each).__module__ == DJANGOS
        ]
        self.fields["password1"].help_text = password_validators_help_text_html(rules)


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class ChannelsForm(forms.Form):
    """How one is told, by kind: one field for each."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, kind in KINDS.items():
            self.fields[name] = forms.ChoiceField(choices=Channel.choices, label=kind.title)


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
