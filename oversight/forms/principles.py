from django import forms

from .base import PlainLabels


class PrincipleForm(PlainLabels):
    text = forms.CharField(
        label="Rule",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One rule that a response keeps or breaks. Comments cite it by its number.",
    )
