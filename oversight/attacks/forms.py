"""What a person says of an attack."""

from typing import Any

from django import forms

FAILS = "fails"
HOLDS = "holds"
FAIR = "fair"
UNFAIR = "unfair"
SAID = [
    (FAILS, "The question is fair, and the answers to it fail"),
    (HOLDS, "The question is fair, and the answers to it are good enough"),
    (FAIR, "The question is fair; others have judged the answers"),
    (UNFAIR, "The question is not fair: nothing could answer it rightly"),
]


class FindingForm(forms.Form):
    """`found()` gives what `record_finding` takes."""

    said = forms.ChoiceField(
        choices=SAID, widget=forms.RadioSelect, label="What you find", required=True
    )
    reason = forms.CharField(
        max_length=500, required=False, label="Why", help_text="Kept with your name."
    )

    def found(self) -> dict[str, Any]:
        said = self.cleaned_data["said"]
        fails = {FAILS: True, HOLDS: False}.get(said)
        return {"is_fair": said != UNFAIR, "fails": fails, "reason": self.cleaned_data["reason"]}
