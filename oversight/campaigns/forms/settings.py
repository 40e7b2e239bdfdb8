"""One group of a campaign's settings, as its page takes them."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.http import QueryDict

from oversight.campaigns.forms.attributes import AttributesField
from oversight.campaigns.forms.checker import checker_choices
from oversight.campaigns.forms.groups import FIELDS, LABELS, PAGES, PERCENT, GroupPage
from oversight.campaigns.forms.harm import HarmField
from oversight.campaigns.forms.lines import LinesField
from oversight.campaigns.forms.percent import PercentField
from oversight.models import AskRule, Campaign
from oversight.models.campaign_choices import usual_ask_rules
from oversight.models.groups import GROUPS, SETTINGS, SettingsGroup

if TYPE_CHECKING:
    _GroupModelForm = forms.ModelForm[SettingsGroup]
else:  # the class takes its parameter in the stubs alone
    _GroupModelForm = forms.ModelForm

TEXT = forms.Textarea(attrs={"rows": 5})
WIDGETS = {
    "guidelines": forms.Textarea(attrs={"rows": 8}),
    "learner_instructions": TEXT,
    "attacker_instructions": TEXT,
    "content_warning": forms.Textarea(attrs={"rows": 3}),
    "schedule_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
}
HELP = {
    "pool_share": "The attacker writes the rest, and what is missing where too few are left. 0: it "
    "writes all. 100: it writes none; rounds go on as long as unused queries are left.",
    "spread_over": "One of the questions above, like “Region”: those who judge the same item have "
    "different answers to it. An item waits until somebody comes who has another one.",
    "guidelines": "What annotators and the critic go by. In Markdown: **bold**, lists, tables, code, and "
    "pictures of yours.",
    "qualification_items": "Judged before all else, with feedback. They are made on the page Items. "
    "0: none.",
    "qualification_share": "Who has fewer right begins again with others.",
    "queries_per_round": "More teach more, and take more time of models and people.",
    "samples_per_query": "How many answers the learner gives to each query. Pairs are made of those that "
    "differ: with more of them fewer queries come to nothing.",
    "loss": "How an update learns. DPO learns from both answers of a pair; IPO and ORPO are other ways "
    "to do that, and DPO-Positive and the anchored ones hold the chosen answer up. Conservative and "
    "robust DPO reckon with labels that are wrong, KTO takes each answer by itself. Fine-tuning "
    "imitates the chosen answers alone.",
    "beta": "How closely the learner is held to what it was. Small: it may move far from it. In ORPO it "
    "is how much the preference counts. Fine-tuning does not read it.",
    "learning_rate": "How large each step is. Too large, and the learner forgets what it could do.",
    "epochs": "How often an update goes through its pairs.",
    "batch_size": "So many pairs make a batch. A smaller one needs less memory.",
}


def _percent(name: str) -> PercentField:
    help_text = HELP.get(name) or FIELDS[name].help_text
    return PercentField(label=LABELS[name], help_text=help_text)


OWN_FIELDS: dict[str, forms.Field] = {
    **{name: _percent(name) for name in PERCENT},
    "name": forms.CharField(max_length=200),
    "taxonomy": LinesField(
        required=False, label="Kinds of query", help_text="One per line. The attacker aims at them."
    ),
    "harm_by_category": HarmField(
        required=False,
        label="Kinds that are hard to bear",
        help_text="One per line, like “severe: self-harm” (mild, moderate or severe). People can "
        "leave them out; they are blurred until clicked.",
    ),
    "attributes": AttributesField(
        required=False,
        label="What people are asked about themselves",
        help_text="One per line, like “Region: Europe, Asia, elsewhere”. Nobody has to answer. It is "
        "never shown with what they said of an item.",
    ),
    "checker": forms.ChoiceField(
        choices=checker_choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=FIELDS["checker"].help_text,
    ),
    "always_ask": forms.MultipleChoiceField(
        choices=AskRule.choices,
        initial=usual_ask_rules,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Always ask a person",
        help_text="Whatever the critic's confidence, as far as the budget goes.",
    ),
}


class GroupForm(_GroupModelForm):
    """The settings of `page`, as they are in the campaign, and the version that they were made from."""

    page: ClassVar[GroupPage]
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        group = GROUPS[self.page.key]._default_manager.get(pk=campaign.pk)
        initial = {"name": campaign.name, "read": group.number}
        super().__init__(data, instance=group, initial=initial)
        if "checker" in self.fields:
            choices = checker_choices(campaign.basics.checker)
            cast(forms.ChoiceField, self.fields["checker"]).choices = choices
        self.order_fields([*self.page.basic, *self.page.names])

    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.page.names}

    def take_over(self, number: int) -> None:
        """Let what was sent be made from version `number`: whoever sends it again has been told."""
        sent = cast(QueryDict, self.data).copy()
        sent["read"] = str(number)
        self.data = sent

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        arms = ("hidden_share", "blind_first_share", "evidence_share")
        shares = [data.get(name) or 0.0 for name in arms]
        if max(shares) <= 1 < sum(shares):
            words = "Critique hidden, blind first and places only are together at most 100 %."
            self.add_error("blind_first_share", words)
        return data

    def basic(self) -> list[forms.BoundField]:
        return [self[name] for name in self.page.basic]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {*self.page.basic, "read"}]

    def has_error_in_more(self) -> bool:
        return any(field.errors for field in self.more())


def _form_of(page: GroupPage) -> type[GroupForm]:
    meta = {
        "model": GROUPS[page.key],
        "fields": [name for name in SETTINGS[page.key] if name != "name"],
        "widgets": WIDGETS,
        "labels": LABELS,
        "help_texts": HELP,
    }
    own = {name: field for name, field in OWN_FIELDS.items() if name in page.names}
    return type(
        f"{page.key.title()}Form",
        (GroupForm,),
        {"page": page, "Meta": type("Meta", (), meta), **own},
    )


GROUP_FORMS = {key: _form_of(page) for key, page in PAGES.items()}
