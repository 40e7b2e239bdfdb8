"""Making items whose right answer is known."""

from typing import ClassVar

from django import forms

from oversight.data.forms.uploads import FileForm

MOST_GOLD = 1000


class GoldForm(forms.Form):
    count = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_GOLD,
        initial=20,
        help_text="One of each query, where the imported data or the campaign's checker know "
        "a right and a wrong response.",
    )
    purpose = forms.ChoiceField(
        label="What for",
        choices=[
            ("queue", "Among the other items, to see how people do"),
            ("practice", "For practice, before people begin"),
        ],
        initial="queue",
        widget=forms.RadioSelect,
        help_text="What people practise on is never in the queue: they have seen the answer.",
    )


class KnownAnswersForm(FileForm):
    formats: ClassVar = {".jsonl": "known-answers"}
    file = forms.FileField(
        help_text="JSON lines with “query”, “a”, “b” and “expected” (a, b, tie or both_bad), and "
        "“kind” (gold or tampered), “problem” and “node” where you have them."
    )
