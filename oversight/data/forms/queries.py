"""Adding queries by hand or from a file."""

from django import forms

from models_srv.texts import with_lf
from oversight.campaigns.forms.percent import PercentField
from oversight.campaigns.services.queries import MAX_QUERY_CHARS, NewQuery

MAX_PASTED = 1000


def share_field() -> PercentField:
    return PercentField(
        label="Held-out share (%)",
        most=0.9,
        initial=0.1,
        help_text="Kept aside for evaluation, never trained on. Like queries stay "
        "together: of a few, or of many that are like each other, none may be among them.",
    )


class PasteForm(forms.Form):
    queries = forms.CharField(
        # White space at the ends is a part of a query.
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One query per line.",
    )
    node = forms.CharField(label="Kind", required=False, max_length=200)
    held_out_share = share_field()

    def clean_queries(self) -> list[str]:
        lines = enumerate(with_lf(self.cleaned_data["queries"]).split("\n"), start=1)
        filled = {number: line for number, line in lines if line.strip()}
        texts = list(filled.values())
        if not texts:
            raise forms.ValidationError("Write at least one query.")
        if len(texts) > MAX_PASTED:
            raise forms.ValidationError(
                f"At most {MAX_PASTED} at a time, not {len(texts)}. Upload a file instead."
            )
        if any(len(text) > MAX_QUERY_CHARS for text in texts):
            raise forms.ValidationError(f"A query has at most {MAX_QUERY_CHARS} characters.")
        self.cleaned_data["numbers"] = list(filled)
        return texts

    def new_queries(self) -> list[NewQuery]:
        return [NewQuery(text, self.cleaned_data["node"]) for text in self.cleaned_data["queries"]]
