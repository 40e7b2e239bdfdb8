"""A campaign is deleted by who has typed its name."""

from typing import Any

from django import forms

from oversight.models import Campaign


class DeleteForm(forms.Form):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data)
        self.campaign = campaign
        self.fields["name"].label = f"Type its name: {campaign.name}"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name.strip() != self.campaign.name.strip():
            raise forms.ValidationError("This is not the campaign's name.")
        return name
