from django import forms


class PrincipleForm(forms.Form):
    text = forms.CharField(
        label="Rule",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One rule that a response keeps or breaks. Comments cite it by its number.",
    )
