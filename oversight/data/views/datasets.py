"""What goes out: datasets to download, snapshots, one snapshot, what differs between two."""

from typing import Any

import nh3
import pyromark
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.data.forms.freezing import FreezeForm
from oversight.data.policies.cards import filter_words
from oversight.data.selectors.datasets import Dataset, Wanted, registered
from oversight.data.selectors.describing import card_of, citation_of
from oversight.data.selectors.snapshot_diff import snapshot_difference
from oversight.data.services.snapshots import freeze
from oversight.errors import OversightError
from oversight.models import Campaign, Snapshot
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)

MOST_COUNTED = 1000
FILES = [
    (".jsonl", "JSON lines"),
    (".jsonl.gz", "+ gzip"),
    (".jsonl.zst", "+ zstd"),
    (".csv", "CSV"),
    (".parquet", "Parquet"),
]
CHANGES = {
    "added": "Added",
    "removed": "Removed",
    "changed_label": "The other answer is preferred",
    "changed_reliability": "Believed more or less",
    "moved_split": "Moved to the other side of the split",
}


@require_safe
@vary_on_headers("HX-Request")
@person_required
def data(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the page. Rows are counted for who asks again: that takes the longer the more there are."""
    campaign = get_campaign(request, slug, Permission.EXPORT_DATA)
    wanted = Wanted(campaign, simulated="simulated" in request.GET)
    is_counted = "counted" in request.GET
    context = page_context(
        request,
        campaign,
        "data",
        datasets=[_described(each, wanted, is_counted) for each in registered().values()],
        most=MOST_COUNTED,
        simulated=wanted.simulated,
        is_counted=is_counted,
        count_url="?counted=true" + ("&simulated=true" if wanted.simulated else ""),
        snapshots=_snapshots(campaign),
    )
    part = "#datasets" if request.htmx else ""
    return render(request, f"oversight/data/data.html{part}", context)


@require_http_methods(GET_OR_POST)
@person_required
def freeze_page(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.EXPORT_DATA)
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Snapshot] = []
        before = set(campaign.snapshots.values_list("pk", flat=True))
        try:
            made.append(
                freeze(
                    campaign=campaign,
                    asked=form.asked(),
                    created_by=request.user,
                    is_empty_refused=True,
                    **form.about(),
                )
            )
        except OversightError as error:
            form.add_error(None, f"Not made: {error}.")
        else:
            _tell(request, is_new=made[0].pk not in before)
            return redirect("campaign-snapshot", slug, made[0].sha256)
    context = page_context(request, campaign, "data", form=form)
    return render(
        request, "oversight/data/freeze.html", context, status=422 if form.errors else 200
    )


@require_safe
@person_required
def snapshot(request: PersonRequest, slug: str, sha256: str) -> HttpResponse:
    """One snapshot; `?with=` another one's hash says how they differ."""
    campaign = get_campaign(request, slug, Permission.EXPORT_DATA)
    found = get_object_or_404(campaign.snapshots.select_related("campaign"), sha256=sha256)
    other = campaign.snapshots.filter(sha256=request.GET.get("with", "")).first()
    difference = snapshot_difference(other, found) if other else None
    context = page_context(
        request,
        campaign,
        "data",
        snapshot=found,
        taken=filter_words(found.filters),
        card=_as_html(card_of(found)),
        citation=citation_of(found),
        datasets=[each for each in registered().values() if each.of_snapshots],
        files=FILES,
        others=[each for each in _snapshots(campaign) if each != found],
        other=other,
        counts=[(CHANGES[name], n) for name, n in difference.counts.items()] if difference else [],
        rows=[
            {**row, "words": ", ".join(CHANGES[each] for each in row["changes"])}
            for row in difference.rows
        ]
        if difference
        else [],
    )
    return render(request, "oversight/data/snapshot.html", context)


def _described(dataset: Dataset, wanted: Wanted, is_counted: bool) -> dict[str, Any]:
    slug, query = wanted.campaign.slug, "?simulated=true" if wanted.simulated else ""
    count = dataset.count(wanted, most=MOST_COUNTED) if is_counted else 0
    return {
        "title": dataset.title,
        "about": dataset.about,
        "rows": count,
        "is_more": count > MOST_COUNTED,
        "files": [
            (words, reverse("api-dataset", args=[slug, f"{dataset.name}{ending}"]) + query)
            for ending, words in FILES
        ],
    }


def _snapshots(campaign: Campaign) -> list[Snapshot]:
    return list(campaign.snapshots.order_by("-pk")[:100])


def _tell(request: PersonRequest, *, is_new: bool) -> None:
    words = "Made." if is_new else "There is one of exactly these rows already: this one."
    tell_outcome(request, lambda: None, words)


def _as_html(card: str) -> str:
    """The card without its front matter. What people and models wrote in it is no mark-up."""
    body = card.split("\n---\n", 1)[1]
    html = pyromark.html(body, options=pyromark.Options.ENABLE_TABLES)
    tags = {"h1", "h2", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "pre"}
    clean = nh3.clean(html, tags={*tags, "blockquote", "strong", "em"}, attributes={})
    for a, b in (("h2", "h3"), ("h1", "h2")):  # the page has its own first heading
        clean = clean.replace(f"<{a}>", f"<{b}>").replace(f"</{a}>", f"</{b}>")
    return mark_safe(clean)  # noqa: S308
