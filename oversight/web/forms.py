from django import forms


class ReasonForm(forms.Form):
    """Why something is ended: whoever reads its page later has nothing else to go by."""

    reason = forms.CharField(max_length=500, help_text="One sentence. It is kept, with your name.")
