"""What a list of queries can be narrowed by, as it stands in an address. Each has an index of its own."""

from typing import Any

import django_filters
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from oversight.models import Campaign, Origin, Query, QueryWords, Split

USES = [("used", "Used or usable"), ("rejected", "Not used")]


class QueryFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows a campaign's queries. `problem`: what of the address is not understood, in words."""

    q = django_filters.CharFilter(
        label="Search", method="search", max_length=200, help_text="Words of it or its answers."
    )
    split = django_filters.ChoiceFilter(label="Split", choices=Split.choices)
    origin = django_filters.ChoiceFilter(label="From", choices=Origin.choices)
    node = django_filters.CharFilter(label="Kind", max_length=200)
    cluster = django_filters.CharFilter(label="Near copies of", max_length=200)
    brought_by = django_filters.CharFilter(
        label="Program", max_length=100, help_text="One outside that wrote it, by its name."
    )
    use = django_filters.ChoiceFilter(label="Use", choices=USES, method="of_use")

    class Meta:
        model = Query
        fields: list[str] = []

    def __init__(self, data: Any, *, campaign: Campaign) -> None:
        super().__init__(data, queryset=Query.objects.filter(campaign=campaign))

    def search(self, rows: QuerySet[Query], name: str, value: str) -> QuerySet[Query]:
        found = QueryWords.objects.filter(words=SearchQuery(value, config="simple"))
        return rows.filter(pk__in=found.values("query"))

    def of_use(self, rows: QuerySet[Query], name: str, value: str) -> QuerySet[Query]:
        unused = rows.exclude(rejected_reason="")
        return rows.filter(rejected_reason="") if value == "used" else unused

    @property
    def problem(self) -> str:
        unknown = [name for name in self.data if name not in {*self.form.fields, "after"}]
        if unknown:
            return f"There is no filter “{unknown[0][:40]}”."
        if self.is_valid():
            return ""
        name, errors = next(iter(self.form.errors.items()))
        return f"{self.form.fields[name].label}: {errors[0]}"
