"""A campaign's settings, in the groups that its page shows."""

from typing import TYPE_CHECKING, Any

from django import forms

from oversight.campaigns.forms.groups import GROUPS, LABELS
from oversight.campaigns.forms.harm import HarmField
from oversight.campaigns.forms.lines import LinesField
from oversight.campaigns.services.campaigns import check_slug
from oversight.models import AskRule, Campaign
from oversight.models.campaign_choices import usual_ask_rules

TEXT = forms.Textarea(attrs={"rows": 5})


if TYPE_CHECKING:
    _CampaignModelForm = forms.ModelForm[Campaign]
else:  # the class takes its parameter in the stubs alone
    _CampaignModelForm = forms.ModelForm


class CampaignForm(_CampaignModelForm):
    """Everything but the slug: addresses that people have written down stay good."""

    taxonomy = LinesField(
        required=False, label="Kinds of query", help_text="One per line. The attacker aims at them."
    )

    harm_by_category = HarmField(
        required=False,
        label="Kinds that are hard to bear",
        help_text="One per line, like “severe: self-harm” (mild, moderate or severe). People can "
        "leave them out; they are blurred until clicked.",
    )

    always_ask = forms.MultipleChoiceField(
        choices=AskRule.choices,
        initial=usual_ask_rules,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Always ask a person",
        help_text="Whatever the critic's confidence, as far as the budget goes.",
    )

    class Meta:
        model = Campaign
        fields = [name for _, _, names in GROUPS for name in names if name != "slug"]
        widgets = {
            "guidelines": forms.Textarea(attrs={"rows": 8}),
            "learner_instructions": TEXT,
            "attacker_instructions": TEXT,
            "content_warning": forms.Textarea(attrs={"rows": 3}),
            "schedule_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }
        labels = LABELS
        help_texts = {
            "qualification_items": "Judged before all else, with feedback. They are made on the page "
            "Items. 0: none.",
            "qualification_share": "From 0 to 1. Who has fewer right begins again with others.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        shares = [data.get(name) or 0.0 for name in ("hidden_share", "blind_first_share")]
        if max(shares) <= 1 < sum(shares):
            self.add_error("blind_first_share", "Together with “critique hidden” at most 1.")
        return data

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Return (title, what it is about, fields) for each part of the page."""
        return [
            (title, about, [self[name] for name in names if name in self.fields])
            for title, about, names in GROUPS
        ]


class NewCampaignForm(CampaignForm):
    class Meta(CampaignForm.Meta):
        fields = ["name", "slug", *CampaignForm.Meta.fields[1:]]
        help_texts = CampaignForm.Meta.help_texts | {
            "slug": "The campaign's address: letters, figures, - and _. It cannot be changed later."
        }
        error_messages = {
            "slug": {"unique": "Another campaign has this address: choose another one."}
        }

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        check_slug(slug)
        return slug
