"""One rule of a campaign."""

from django import forms

from oversight.campaigns.services.campaigns import MOST_PRINCIPLE_CHARS


class PrincipleForm(forms.Form):
    text = forms.CharField(
        label="Rule",
        max_length=MOST_PRINCIPLE_CHARS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One rule that a response keeps or breaks. Comments cite it by its number.",
    )
