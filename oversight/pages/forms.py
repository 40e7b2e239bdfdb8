"""Making items whose right answer is known, by a file, by lot, or by hand."""

from typing import ClassVar

from django import forms

from oversight.data.forms.uploads import FileForm
from oversight.models import SeverityLevel

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


class PutInForm(forms.Form):
    """An answer with an error put in; the fields are `PutIn`'s."""

    text = forms.CharField(
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono"}),
        label="Answer",
        help_text="Change it so that something is wrong, and leave the rest as it is.",
    )
    problem = forms.CharField(
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What is wrong with it now",
        help_text="As a critic should say it. People who are told how they did read it.",
    )
    category = forms.CharField(
        max_length=60, label="Kind of error", help_text="In a word or two: “slip”, “made-up fact”."
    )
    severity = forms.ChoiceField(
        choices=SeverityLevel.choices, initial=SeverityLevel.MAJOR, label="How severe"
    )
