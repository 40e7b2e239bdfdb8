"""A new campaign: what it is called, and what it is for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils.text import slugify

from oversight.campaigns.policies.templates import TEMPLATES, USUAL, Template
from oversight.campaigns.services.campaigns import check_slug
from oversight.models import Campaign, User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_where

MOST_CHARS = 50


class NewCampaignForm(forms.Form):
    """Without an address one is made from the name. `like` goes before the kind of campaign.

    `notes` say by a kind's key what is to be done before it can begin.
    """

    name = forms.CharField(max_length=200)
    slug = forms.CharField(
        label="Address",
        required=False,
        help_text="Letters, figures, - and _. Left empty, it is made from the name. It cannot be "
        "changed later.",
    )
    template = forms.ChoiceField(
        label="What is it for?",
        required=False,
        choices=[(each.key, each.title) for each in TEMPLATES.values()],
        initial=USUAL,
        widget=forms.RadioSelect,
        help_text="It sets what fits; what it sets can be changed later.",
    )
    like = forms.ModelChoiceField(
        Campaign.objects.none(),
        to_field_name="slug",
        required=False,
        label="Or like another campaign",
        empty_label="No",
        help_text="Its settings and principles are taken, and none of its data or people.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        initial: Any = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.notes = notes or {}
        self.fields["like"].queryset = campaigns_where(user, Permission.CHANGE_SETTINGS)  # type: ignore[attr-defined]

    def templates(self) -> list[tuple[BoundWidget, Template, str]]:
        """Return the choices of `template`, each with what it is, and what is to be done before."""
        known = [(choice, TEMPLATES[choice.data["value"]]) for choice in self["template"]]
        return [(choice, each, self.notes.get(each.key, "")) for choice, each in known]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug:
            check_slug(slug)
            if Campaign.objects.filter(slug=slug).exists():
                raise ValidationError("Another campaign has this address: choose another one.")
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("slug") and "slug" not in self.errors and "name" in data:
            data["slug"] = free_slug(data["name"])
        return data


def free_slug(name: str) -> str:
    """Return an address made from the name that no campaign has."""
    made = slugify(name)[: MOST_CHARS - 5].strip("-") or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=made).values_list("slug", flat=True))
    taken.add("new")
    numbered = (f"{made}-{number}" for number in range(2, len(taken) + 3))
    return made if made not in taken else next(slug for slug in numbered if slug not in taken)
