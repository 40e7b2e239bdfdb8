from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Days that a calendar counts on from: the last one there is has no day after it.
DAY_BOUNDS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class ReasonForm(forms.Form):
    """Why something is ended: whoever reads its page later has nothing else to go by."""

    reason = forms.CharField(max_length=500, help_text="One sentence. It is kept, with your name.")
