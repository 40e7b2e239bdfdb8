"""What the board is narrowed by, and what a reviewer decides."""

from typing import Any

from django import forms

from annotate.card.forms import LONGEST_RATIONALE
from annotate.models import ReviewReason, ReviewState

LONGEST_NOTE = 2_000
DECISIONS = [("accept", "Accept"), ("correct", "Correct"), ("send_back", "Send back")]


class BoardForm(forms.Form):
    """As it stands in the board's address."""

    state = forms.ChoiceField(choices=ReviewState.choices, required=False)
    reason = forms.ChoiceField(
        label="Why", choices=[("", "Any reason"), *ReviewReason.choices], required=False
    )
    mine = forms.BooleanField(label="Only mine", required=False)
    after = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput
    )


class DecisionForm(forms.Form):
    """`looked_at` names the answers that were on the page; `answer` the one to send back."""

    decision = forms.ChoiceField(
        choices=DECISIONS,
        error_messages={"required": "Choose whether to accept it, correct it or send it back."},
    )
    looked_at = forms.CharField(max_length=10_000, required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    preference = forms.CharField(max_length=10, required=False)
    rationale = forms.CharField(max_length=LONGEST_RATIONALE, required=False)
    answer = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        decision = data.get("decision")
        if decision == "correct" and not data.get("preference"):
            self.add_error("preference", "Choose what the answer is.")
        if decision == "send_back" and not data.get("answer"):
            self.add_error("answer", "Choose whose answer it is.")
        if decision == "send_back" and not data.get("note", "").strip():
            self.add_error("note", "Say what is to be looked at again: they read it.")
        return data
