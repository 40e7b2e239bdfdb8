"""What is sent when a person flags an item."""

from django import forms

from annotate.models import FlagKind

LONGEST_REASON = 2_000


class FlagForm(forms.Form):
    kind = forms.ChoiceField(choices=FlagKind.choices)
    reason = forms.CharField(
        max_length=LONGEST_REASON, error_messages={"required": "Say what is wrong with it."}
    )
