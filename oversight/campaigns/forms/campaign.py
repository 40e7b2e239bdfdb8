"""A campaign's settings, in the groups that its page shows."""

from typing import TYPE_CHECKING, Any

from django import forms

from oversight.campaigns.forms.harm import HarmField
from oversight.campaigns.services.campaigns import check_slug
from oversight.models import AskRule, Campaign
from oversight.models.campaign_choices import usual_ask_rules

MAX_NODES = 200
MAX_NODE_CHARS = 200
TEXT = forms.Textarea(attrs={"rows": 5})


if TYPE_CHECKING:
    _CampaignModelForm = forms.ModelForm[Campaign]
else:  # the class takes its parameter in the stubs alone
    _CampaignModelForm = forms.ModelForm


class LinesField(forms.CharField):
    """A list of strings, one a line; repeats are dropped."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MAX_NODES:
            raise forms.ValidationError(f"At most {MAX_NODES} kinds, not {len(value)}.")
        if long := next((line for line in value if len(line) > MAX_NODE_CHARS), None):
            raise forms.ValidationError(
                f"“{long[:40]}…” is longer than {MAX_NODE_CHARS} characters."
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)

    def run_validators(self, value: Any) -> None:
        """The character checks of CharField are for text, not for lists."""
        for line in value:
            super().run_validators(line)


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
        fields = [
            "name",
            "guidelines",
            "learner_instructions",
            "attacker_instructions",
            "taxonomy",
            "checker",
            "queries_per_round",
            "pool_share",
            "samples_per_query",
            "temperature",
            "max_tokens",
            "audit_share",
            "acceptance",
            "confidence_threshold",
            "acceptance_alpha",
            "acceptance_delta",
            "critic_samples",
            "always_ask",
            "human_budget",
            "human_minutes",
            "annotators_per_item",
            "lease_minutes",
            "hidden_share",
            "blind_first_share",
            "is_rationale_required",
            "is_result_shown",
            "is_adjudicated",
            "gold_items",
            "tampered_items",
            "rating_items",
            "undo_minutes",
            "qualification_items",
            "qualification_share",
            "is_red_teaming_open",
            "content_warning",
            "harm_by_category",
            "exposure_budget",
            "break_minutes",
            "loss",
            "method",
            "beta",
            "learning_rate",
            "epochs",
            "batch_size",
            "min_preferences",
            "reference",
            "patience",
            "uses_reward_model",
            "gate_items",
            "schedule",
            "schedule_preferences",
            "schedule_at",
            "schedule_hours",
        ]
        widgets = {
            "guidelines": forms.Textarea(attrs={"rows": 8}),
            "learner_instructions": TEXT,
            "attacker_instructions": TEXT,
            "content_warning": forms.Textarea(attrs={"rows": 3}),
            "schedule_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }
        labels = {
            "pool_share": "Imported queries beside the attacker's",
            "max_tokens": "Longest answer (tokens)",
            "acceptance": "Take the critic's word",
            "acceptance_alpha": "Calibrated: largest error (α)",
            "acceptance_delta": "Calibrated: risk of more (δ)",
            "critic_samples": "Critiques of each response",
            "human_budget": "Items for people per round",
            "human_minutes": "Minutes of people per round",
            "confidence_threshold": "Confidence set here",
            "audit_share": "Audit share",
            "lease_minutes": "Minutes per lease",
            "hidden_share": "Critique hidden",
            "blind_first_share": "Blind first",
            "is_rationale_required": "A reason is required",
            "is_result_shown": "People see how they did",
            "is_adjudicated": "Adjudication",
            "gold_items": "Gold items",
            "tampered_items": "Tampered items",
            "rating_items": "Critique ratings",
            "undo_minutes": "Minutes to take back a submission",
            "qualification_items": "Gold items to practise on first",
            "qualification_share": "Share of them to be right about",
            "is_red_teaming_open": "Live red teaming",
            "exposure_budget": "Most hard items a day",
            "break_minutes": "Minutes of work before a break",
            "beta": "β",
            "min_preferences": "Fewest preferences for an update",
            "reference": "Reference model",
            "patience": "Early stop: patience",
            "uses_reward_model": "Reward model of people's labels",
            "gate_items": "Pairs for people before the gate",
            "schedule": "Update the learner",
            "schedule_preferences": "New preferences",
            "schedule_at": "Time of day",
            "schedule_hours": "Hours",
        }
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

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        check_slug(slug)
        return slug


GROUPS = [
    (
        "What it is",
        "People and models go by these words.",
        [
            "name",
            "slug",
            "guidelines",
            "learner_instructions",
            "attacker_instructions",
            "taxonomy",
            "checker",
        ],
    ),
    (
        "Each round",
        "How many queries, and how the learner answers them.",
        ["queries_per_round", "pool_share", "samples_per_query", "temperature", "max_tokens"],
    ),
    (
        "Routing",
        "Which pairs reach a person. A calibrated confidence is found again in each round, from the "
        "random audits of this critic; where none is good enough, people take all.",
        [
            "audit_share",
            "acceptance",
            "confidence_threshold",
            "acceptance_alpha",
            "acceptance_delta",
            "critic_samples",
            "human_budget",
            "human_minutes",
            "annotators_per_item",
            "lease_minutes",
            "always_ask",
        ],
    ),
    (
        "Not led astray",
        "Whether critiques help, and how people do, is measured on items that look like any other.",
        [
            "hidden_share",
            "blind_first_share",
            "gold_items",
            "tampered_items",
            "rating_items",
            "is_result_shown",
            "is_rationale_required",
            "is_adjudicated",
        ],
    ),
    (
        "People at work",
        "How they get in, and what they may take back.",
        ["undo_minutes", "qualification_items", "qualification_share", "is_red_teaming_open"],
    ),
    (
        "Care",
        "What people are spared. The queue keeps to it.",
        ["content_warning", "harm_by_category", "exposure_budget", "break_minutes"],
    ),
    (
        "Training",
        "How the learner is updated from preferences.",
        [
            "loss",
            "method",
            "reference",
            "beta",
            "learning_rate",
            "epochs",
            "batch_size",
            "patience",
            "min_preferences",
            "uses_reward_model",
            "gate_items",
        ],
    ),
    (
        "Updates without a round",
        "When the learner is updated from the preferences that are there, besides at the end of each "
        "round. An update with nothing new is skipped, and says so.",
        ["schedule", "schedule_preferences", "schedule_at", "schedule_hours"],
    ),
]
