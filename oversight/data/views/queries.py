"""The campaign's queries: read them, paste some, upload a file."""

import re
from contextlib import nullcontext
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oversight.campaigns.services.queries import add_queries
from oversight.data.filters import QueryFilters
from oversight.data.forms.imports import UploadForm
from oversight.data.forms.queries import PasteForm
from oversight.data.importers import FORMATS
from oversight.data.importers.samples import samples
from oversight.data.services.imports import LineConflict
from oversight.data.services.incoming import receiving
from oversight.data.views.uploads import tell_added, tell_conflicts
from oversight.errors import OversightError
from oversight.lists import (
    MOST_COUNTED,
    PER_PAGE,
    TOO_SLOW,
    Place,
    TooSlow,
    bounded_count,
    patient,
    rows_after,
)
from oversight.models import Campaign, Import, ImportState, Origin, Query
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)

TEXT_SHOWN = 500
# Of files that wait, and of others. Those that wait are dropped after a day.
WAITING_SHOWN, OTHERS_SHOWN = 300, 10


@require_safe
@person_required
def queries(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_TEXTS, groups=("care",))
    filters = QueryFilters(request.GET, campaign=campaign)
    after = request.GET.get("after", "")
    is_place = not after or re.fullmatch(r"[0-9]{1,18}", after, re.ASCII)
    problem = filters.problem or ("" if is_place else "There is no such page of this list.")
    found: dict[str, Any] = {}
    if not problem:
        try:
            # All of them are read by an index, whatever there is: only filters can take long.
            with patient() if request.GET else nullcontext():
                found = _found(campaign, filters.qs, int(after) if after else None)
        except TooSlow:
            problem = TOO_SLOW
    context = page_context(
        request,
        campaign,
        "queries",
        filters=filters,
        problem=problem,
        after=after,
        most=MOST_COUNTED,
        is_narrowed=bool(request.GET),
        **found,
    )
    status = 400 if problem else 200
    return render(request, "oversight/data/queries.html", context, status=status)


def _found(campaign: Campaign, rows: QuerySet[Query], after: int | None) -> dict[str, Any]:
    """The texts alone are shown, from their beginning: a reference answer stays unread."""
    place = None if after is None else Place(after, after)
    page = list(
        rows_after(rows.select_related("round"), ["id"], place, is_falling=True)
        .defer("text", "messages", "reference", "raw_text", "round__plan")
        .annotate(shown_text=Left("text", TEXT_SHOWN))
    )
    for row in page:
        row.harm = campaign.care.harm_words(row.node)  # type: ignore[attr-defined]
    return {
        "page": page[:PER_PAGE],
        "next": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        "count": bounded_count(rows),
    }


@require_http_methods(GET_OR_POST)
@person_required
def add(request: PersonRequest, slug: str) -> HttpResponse:
    """Add what was pasted; the upload on the same page goes to `upload`."""
    campaign = get_campaign(request, slug, Permission.ADD_DATA)
    form = PasteForm(request.POST or None, prefix="paste")
    if request.method == "POST" and form.is_valid() and _pasted(request, campaign, form):
        return redirect("campaign-queries", slug)
    return _add_page(request, campaign, form, UploadForm(prefix="upload"))


@require_POST
@person_required
def upload(request: PersonRequest, slug: str) -> HttpResponse:
    """Receive a file and show what it seems to be: nothing of it is imported yet."""
    campaign = get_campaign(request, slug, Permission.ADD_DATA)
    form = UploadForm(request.POST, request.FILES, prefix="upload")
    if form.is_valid() and (row := _received(request, campaign, form)):
        return redirect("import", slug, row.pk)
    return _add_page(request, campaign, PasteForm(prefix="paste"), form)


def _pasted(request: PersonRequest, campaign: Campaign, form: PasteForm) -> bool:
    try:
        added = add_queries(
            campaign=campaign,
            queries=form.new_queries(),
            origin=Origin.PERSON,
            written_by=request.user,
            held_out_share=form.cleaned_data["held_out_share"],
        )
    except OversightError as error:
        form.add_error(None, f"Not added: {error}.")
        return False
    tell_added(request, len(added.new_ids), len(added.duplicates))
    numbers = form.cleaned_data["numbers"]
    tell_conflicts(
        request,
        [
            LineConflict(numbers[each.index], each.field, each.kept, each.brought)
            for each in added.conflicts
        ],
    )
    return True


def _received(request: PersonRequest, campaign: Campaign, form: UploadForm) -> Import | None:
    """Keep the file until it is looked at; None: the form says why not."""
    file = form.cleaned_data["file"]
    try:
        row = receiving.begin_import(
            campaign=campaign,
            user=request.user,
            file_name=file.name or "",
            expected_size=file.size,
        )
        receiving.receive(import_id=row.pk, offset=0, chunks=file.chunks())
        return receiving.finish_receiving(import_id=row.pk)
    except OversightError as error:
        form.add_error("file", f"Not received: {error}.")
        return None


def _add_page(
    request: PersonRequest, campaign: Campaign, paste: PasteForm, upload: UploadForm
) -> HttpResponse:
    files = campaign.imports.select_related("created_by").order_by("-pk")
    waits = Q(state=ImportState.WAITING)
    waiting = list(files.filter(waits)[: WAITING_SHOWN + 1])
    others = list(files.exclude(waits)[:OTHERS_SHOWN])
    more = {
        "paste": paste,
        "upload": upload,
        "imports": [*waiting[:WAITING_SHOWN], *others],
        "has_waiting": bool(waiting),
        "most_waiting": WAITING_SHOWN if len(waiting) > WAITING_SHOWN else 0,
        "samples": [(name, FORMATS[name].words) for name in samples()],
    }
    context = page_context(request, campaign, "queries", **more)
    status = 422 if paste.errors or upload.errors else 200
    return render(request, "oversight/data/queries_add.html", context, status=status)
