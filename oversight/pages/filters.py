"""What a list of items can be narrowed by, sorted by and shown with, as it stands in an address.

Each filter is one mark, or one column with an index: PostgreSQL joins them in one index or walks the
order of the list, whichever reads less.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from oversight.models import (
    Arm,
    Campaign,
    ItemFacts,
    ItemKind,
    ItemState,
    ItemTag,
    QueryWords,
    Source,
    Split,
    User,
)
from oversight.pages.selectors.browsing import tags_of
from oversight.web.forms import DAY_BOUNDS

MOST_CHOICES = 200
FLAGS = [("open", "Open"), ("settled", "Settled"), ("any", "Open or settled")]
SOURCES = [
    (Source.PERSON, "People"),
    (Source.SIMULATED, "Simulated annotators"),
    ("none", "Nobody yet"),
]


@dataclass(frozen=True)
class Order:
    """A column of the facts and the item's id, both rising or both falling. `without`: what has no
    value there is not in the list."""

    label: str
    field: str
    is_falling: bool = True
    without: bool = False


ORDERS = {
    "newest": Order("Newest first", "item_id"),
    "priority": Order("Most worth asking first", "priority"),
    "disagreement": Order("Most disagreement first", "disagreement"),
    "answered": Order("Answered last first", "answered_at", without=True),
    "unsure": Order("Critic least sure first", "confidence", is_falling=False, without=True),
}
COLUMNS = {
    "state": "State",
    "people": "People",
    "critic": "Critic",
    "why": "Why asked",
    "round": "Round",
    "kind": "Question",
    "disagreement": "Disagreement",
    "priority": "Worth asking",
    "node": "Kind of query",
    "tags": "Tags",
    "made": "Made",
    "answered": "Answered",
}
USUAL_COLUMNS = ["state", "people", "critic", "why", "round"]


class ItemFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows an ItemFacts queryset of one campaign."""

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        max_length=200,
        help_text="Words of the query or its answers.",
    )
    state = django_filters.ChoiceFilter(label="State", choices=ItemState.choices, method="marked")
    kind = django_filters.ChoiceFilter(label="Question", choices=ItemKind.choices, method="marked")
    round = django_filters.ChoiceFilter(label="Round", method="of_round")
    by = django_filters.ChoiceFilter(label="Answered by", method="marked")
    source = django_filters.ChoiceFilter(label="Answers of", choices=SOURCES, method="marked")
    disagreement = django_filters.ChoiceFilter(
        label="People disagree", choices=[("yes", "Yes"), ("no", "No")], method="disagreeing"
    )
    flag = django_filters.ChoiceFilter(label="Flag", choices=FLAGS, method="flagged")
    arm = django_filters.ChoiceFilter(label="Critique", choices=Arm.choices, method="marked")
    sure = django_filters.NumberFilter(
        label="Critic at most this sure", field_name="confidence", lookup_expr="lte",
        min_value=0, max_value=1, help_text="½ to 1.",
    )  # fmt: skip
    split = django_filters.ChoiceFilter(label="Split", choices=Split.choices, method="marked")
    node = django_filters.CharFilter(label="Kind of query", method="marked", max_length=200)
    cluster = django_filters.CharFilter(label="Near copies of", method="marked", max_length=200)
    tag = django_filters.ChoiceFilter(label="Tag", method="tagged")
    since = django_filters.DateFilter(
        label="Made since", method="made_since", validators=DAY_BOUNDS
    )
    until = django_filters.DateFilter(
        label="Made until", method="made_until", validators=DAY_BOUNDS
    )

    class Meta:
        model = ItemFacts
        fields: list[str] = []

    def __init__(self, data: Any, *, campaign: Campaign) -> None:
        super().__init__(data, queryset=ItemFacts.objects.filter(campaign=campaign))
        self.campaign = campaign
        numbers = campaign.rounds.order_by("-number").values_list("number", flat=True)
        people = User.objects.filter(memberships__campaign=campaign).distinct().order_by("username")
        rounds = [(number, f"Round {number}") for number in numbers[:MOST_CHOICES]]
        self.filters["round"].extra["choices"] = [("none", "None"), *rounds]
        self.filters["by"].extra["choices"] = people.values_list("pk", "username")[:MOST_CHOICES]
        self.filters["tag"].extra["choices"] = [(tag, tag) for tag in tags_of(campaign)]

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that are looked for most."""
        return [self.form[name] for name in ("q", "state", "round", "disagreement", "flag")]

    @property
    def rest(self) -> list[forms.BoundField]:
        shown = {field.name for field in self.first}
        return [field for field in self.form if field.name not in shown]

    def marked(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        return rows.filter(marks__contains=[f"{self.campaign.pk}/{name}/{value}"])

    def search(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        found = QueryWords.objects.filter(words=SearchQuery(value, config="simple"))
        return rows.filter(item__query__in=found.values("query"))

    def of_round(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        if value == "none":
            return self.marked(rows, name, "0")
        found = self.campaign.rounds.get(number=value)
        # Where they are: the planner takes marks to be spread evenly, and walks from the newest.
        ends = found.items.aggregate(least=Min("pk"), most=Max("pk"))
        here = rows.filter(item__gte=ends["least"] or 0, item__lte=ends["most"] or 0)
        return self.marked(here, name, str(found.pk))

    def disagreeing(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        return rows.filter(disagreement__gt=0) if value == "yes" else rows.filter(disagreement=0)

    def flagged(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        return rows.filter(~Q(flag="") if value == "any" else Q(flag=value))

    def tagged(self, rows: QuerySet[ItemFacts], name: str, value: str) -> QuerySet[ItemFacts]:
        found = ItemTag.objects.filter(tag=value, campaign=self.campaign)
        return rows.filter(item__in=found.values("item"))

    def made_since(self, rows: QuerySet[ItemFacts], name: str, value: date) -> QuerySet[ItemFacts]:
        return rows.filter(created_at__gte=_midnight(value))

    def made_until(self, rows: QuerySet[ItemFacts], name: str, value: date) -> QuerySet[ItemFacts]:
        return rows.filter(created_at__lt=_midnight(value) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class LookForm(forms.Form):
    """How the list is shown: its order, its columns, and where a page of it begins."""

    sort = forms.ChoiceField(
        label="Order",
        choices=[(name, order.label) for name, order in ORDERS.items()],
        required=False,
    )
    columns = forms.MultipleChoiceField(
        choices=COLUMNS.items(), required=False, widget=forms.CheckboxSelectMultiple
    )
    after = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)

    @property
    def order(self) -> Order:
        return ORDERS[self.cleaned_data["sort"] or "newest"]

    @property
    def shown(self) -> list[str]:
        """The columns, in their own order."""
        wanted = self.cleaned_data["columns"] or USUAL_COLUMNS
        return [name for name in COLUMNS if name in wanted]
