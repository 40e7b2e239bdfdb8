"""A new campaign: what it is called."""

from typing import TYPE_CHECKING

from django import forms

from oversight.campaigns.services.campaigns import check_slug
from oversight.models import Campaign

if TYPE_CHECKING:
    _CampaignModelForm = forms.ModelForm[Campaign]
else:  # the class takes its parameter in the stubs alone
    _CampaignModelForm = forms.ModelForm


class NewCampaignForm(_CampaignModelForm):
    class Meta:
        model = Campaign
        fields = ["name", "slug"]
        help_texts = {
            "slug": "The campaign's address: letters, figures, - and _. It cannot be changed later."
        }
        error_messages = {
            "slug": {"unique": "Another campaign has this address: choose another one."}
        }

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        check_slug(slug)
        return slug
