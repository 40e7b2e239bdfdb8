"""A file's way in, in a browser: sent, looked at, described, confirmed, reported."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oversight.data.forms.imports import ImportForm
from oversight.data.importers import FORMATS, OWN_COLUMNS
from oversight.data.importers.samples import samples
from oversight.data.selectors.imports import preview
from oversight.data.services.incoming import deciding, folder, running
from oversight.errors import OversightError
from oversight.models import Campaign, Import, ImportState
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.web.tables import plain_cell

# A file as small as this is read while whoever confirmed it waits: no worker need be there.
AT_ONCE_BYTES = 2**20
UNDER_WAY = (ImportState.QUEUED, ImportState.RUNNING)


@require_http_methods(GET_OR_POST)
@person_required
def show(request: PersonRequest, slug: str, import_id: int) -> HttpResponse:
    """Show where the file stands. A form says what it is (`look`) and that it shall come in."""
    campaign, row = _found(request, slug, import_id)
    if request.method != "POST":
        return _page(request, campaign, row, ImportForm(row))
    form = ImportForm(row, request.POST)
    if not form.is_valid() or not _decided(request, row, form):
        return _page(request, campaign, row, form)
    return redirect("import", slug, import_id)


@require_POST
@person_required
def cancel(request: PersonRequest, slug: str, import_id: int) -> HttpResponse:
    _, row = _found(request, slug, import_id)
    tell_outcome(
        request,
        lambda: deciding.cancel_import(import_id=row.pk),
        "The file is dropped; nothing of it is kept.",
    )
    return redirect("import", slug, import_id)


@require_safe
@person_required
def refused(request: PersonRequest, slug: str, import_id: int, ending: str) -> HttpResponseBase:
    """Send the rows that were left out, each with its line and why, as JSON lines or CSV."""
    _, row = _found(request, slug, import_id)
    path = folder.refused_of(row.pk)
    if ending not in ("jsonl", "csv") or not row.has_ended or not path.exists():
        raise Http404("nothing of it is here (any more)")
    name = f"refused-{row.pk}.{ending}"
    if ending == "jsonl":
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=name, content_type="application/x-ndjson"
        )
    lines = path.open(encoding="utf-8")
    response = StreamingHttpResponse(_as_table(lines), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@person_required
def sample(request: PersonRequest, slug: str, name: str) -> FileResponse:
    """Send the small file that shows what a format looks like."""
    get_campaign(request, slug, Permission.ADD_DATA)
    path = samples().get(name)
    if path is None:
        raise Http404("there is no sample of that name")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _found(request: PersonRequest, slug: str, import_id: int) -> tuple[Campaign, Import]:
    campaign = get_campaign(request, slug, Permission.ADD_DATA)
    rows = Import.objects.filter(campaign=campaign).select_related("created_by")
    return campaign, get_object_or_404(rows, pk=import_id)


def _decided(request: PersonRequest, row: Import, form: ImportForm) -> bool:
    """Describe the file, and have it read where that was pressed; else say in the form why not.

    What the columns are guessed to be is looked at before anything is read by it.
    """
    is_look = "look" in request.POST or form.guesses_columns
    try:
        deciding.describe_import(import_id=row.pk, **form.described())
        if not is_look:
            deciding.confirm_import(import_id=row.pk)
    except OversightError as error:
        form.add_error(None, f"Not done: {error}.")
        return False
    if not is_look and row.size <= AT_ONCE_BYTES:
        running.run_import(row.pk)
    return True


def _page(
    request: PersonRequest, campaign: Campaign, row: Import, form: ImportForm
) -> HttpResponse:
    more: dict[str, Any] = {"import": row, "is_under_way": row.state in UNDER_WAY}
    # As pairs: in a template `counts.items` would be how many items there are.
    more["counts"] = list(row.counts.items())
    more["asks_people"] = bool(row.counts.get("items"))
    if row.format in FORMATS:
        more |= {"format": FORMATS[row.format], "has_sample": row.format in samples()}
    path = folder.file_of(row.pk)
    if row.state in (ImportState.WAITING, ImportState.FAILED) and path.exists():
        more |= {"form": form, "preview": preview(row, path)}
        more["own_columns"] = FORMATS[OWN_COLUMNS].words
    if row.state == ImportState.RUNNING:
        more["progress"] = _progress(row)
    if row.has_ended:
        more["has_refused"] = folder.refused_of(row.pk).exists()
    template = "oversight/data/import.html" + ("#state" if request.htmx else "")
    context = page_context(request, campaign, "queries", **more)
    return render(request, template, context, status=422 if form.errors else 200)


def _progress(row: Import) -> dict[str, int]:
    known = folder.progress(row.pk)
    share = min(1.0, known.get("bytes", 0) / row.size) if row.size else 0.0
    return {"rows": known.get("rows", 0), "percent": round(100 * share)}


def _as_table(lines: Any) -> Iterator[str]:
    """Yield CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    yield "line,reason,row\r\n"
    with lines:
        for line in lines:
            found = json.loads(line)
            cell = io.StringIO()
            value = json.dumps(found["row"], ensure_ascii=False)
            value = value.encode("utf-8", "backslashreplace").decode()
            csv.writer(cell).writerow(
                [found["line"], plain_cell(found["reason"]), plain_cell(value)]
            )
            yield cell.getvalue()
