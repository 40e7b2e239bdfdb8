"""What is said in a conversation with the learner."""

from django import forms


class MessageForm(forms.Form):
    text = forms.CharField(
        label="What you say to the learner",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write something first."},
    )


class TurnForm(MessageForm):
    """What is said in a conversation, with the number of the turn that the page was to begin."""

    number = forms.IntegerField(
        required=False, min_value=1, max_value=32_767, widget=forms.HiddenInput
    )
