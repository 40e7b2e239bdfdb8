from django import forms

from oversight.models import MemberRole

from .base import PlainLabels


class MemberForm(PlainLabels):
    username = forms.CharField(max_length=150, help_text="The name that they sign in with.")
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)
