from django import forms

from oversight.models import MemberRole


class MemberForm(forms.Form):
    username = forms.CharField(max_length=150, help_text="The name that they sign in with.")
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)
