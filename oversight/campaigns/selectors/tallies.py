"""Counts of a campaign's records that cost the same however many there are."""

from collections.abc import Mapping

from django.db.models import Sum

from oversight.models import Campaign, Tally


def tallies(campaign: Campaign, of: str) -> Mapping[str, int]:
    """Return the counts below a name: of `query` {"train/unused": 12, …}; of `item` by kind and state."""
    rows = Tally.objects.filter(campaign=campaign, name__startswith=f"{of}/")
    counts = rows.order_by().values_list("name").annotate(total=Sum("n"))
    return {name.removeprefix(f"{of}/"): total for name, total in counts if total}
