"""The campaign's items as a list to search, narrow, sort and act upon; and their answers."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.asking.selectors.blindness import kept_blind
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
from oversight.models import Campaign, ItemFacts
from oversight.pages.filters import COLUMNS, ItemFilters, LookForm, Order
from oversight.pages.selectors.answers import answer_rows
from oversight.pages.selectors.browsing import item_rows
from oversight.pages.services.act_kinds import act_kinds
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)

FILES = [
    ("answers as CSV", "annotations.csv"),
    ("as JSON lines", "annotations.jsonl"),
    ("judgements", "judgements.jsonl"),
    ("preferences", "preferences.jsonl"),
]


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list; `problem`, in words, where it cannot be answered."""

    filters: ItemFilters
    look: LookForm
    problem: str = ""
    place: Place | None = None


@require_safe
@person_required
def items(request: PersonRequest, slug: str) -> HttpResponse:
    """Show a page of the items that the address asks for; 400 says what of it is not understood."""
    return _list(request, slug, "oversight/pages/browser.html", "items")


@require_safe
@person_required
def answers(request: PersonRequest, slug: str) -> HttpResponse:
    """Show what was answered to the same items, an answer a row."""
    return _list(request, slug, "oversight/pages/answers.html", "answers")


def asked_of(campaign: Campaign, data: QueryDict) -> Asked:
    filters, look = ItemFilters(data, campaign=campaign), LookForm(data)
    known = {*filters.form.fields, *look.fields}
    unknown = [name for name in data if name not in known]
    if unknown:
        return Asked(filters, look, f"There is no filter “{unknown[0][:40]}”.")
    if not (filters.is_valid() and look.is_valid()):
        return Asked(filters, look, _first_error(filters.form, look))
    try:
        return Asked(filters, look, place=_place(look.cleaned_data["after"], look.order))
    except ValueError:
        return Asked(filters, look, "There is no such page of this list.")


def narrowed(asked: Asked) -> Any:
    """Return the ItemFacts that are asked for, in no order."""
    rows = asked.filters.qs
    return rows.exclude(**{asked.look.order.field: None}) if asked.look.order.without else rows


def _list(request: PersonRequest, slug: str, template: str, shown: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_ITEMS)
    asked = asked_of(campaign, request.GET)
    found: dict[str, Any] = {}
    if not asked.problem:
        try:
            with patient():
                found = _found(request, campaign, asked, shown)
        except TooSlow:
            asked = Asked(asked.filters, asked.look, TOO_SLOW)
    context = page_context(
        request,
        campaign,
        "items",
        asked=asked,
        shown=shown,
        columns={name: COLUMNS[name] for name in asked.look.shown} if asked.look.is_valid() else {},
        narrowing=words_of(asked.filters),
        views=campaign.saved_views.filter(user=request.user),
        address=_without_place(request.GET),
        most=MOST_COUNTED,
        acts=act_kinds().values(),
        files=FILES,
        **found,
    )
    return render(request, template, context, status=400 if asked.problem else 200)


def _found(request: PersonRequest, campaign: Campaign, asked: Asked, shown: str) -> dict[str, Any]:
    order, rows = asked.look.order, narrowed(asked)
    columns = [order.field] if order.field == "item_id" else [order.field, "item_id"]
    page = rows_after(rows, columns, asked.place, is_falling=order.is_falling)
    found = item_rows(page, campaign)
    is_more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    blind = kept_blind(request.user, campaign)
    open_to_them = [row for row in found if row.item.pk not in blind]
    for row in found:
        row.people = [] if row.item.pk in blind else row.people
    return {
        "rows": found,
        "answer_rows": answer_rows(open_to_them) if shown == "answers" else [],
        "count": bounded_count(rows),
        "next": _token(found[-1].facts, order) if is_more else "",
        "is_empty": not found and not campaign.items.exists(),
    }


def words_of(filters: ItemFilters) -> list[str]:
    """Say what narrows the list: “State: Open”."""
    form = filters.form
    if not form.is_valid():
        return []
    said = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, ""):
            choices = dict(getattr(field, "choices", ()))
            by_text = {str(key): label for key, label in choices.items()}
            said.append(f"{field.label}: {by_text.get(str(value), value)}")
    return said


def _first_error(*bound: forms.BaseForm) -> str:
    for form in bound:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else name
            return f"{label}: {errors[0]}"
    return "This is not understood."


def _without_place(data: QueryDict) -> str:
    kept = data.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _token(facts: ItemFacts, order: Order) -> str:
    value = getattr(facts, order.field)
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value, facts.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(token: str, order: Order) -> Place | None:
    """Raises ValueError for what this list never gave out."""
    if not token:
        return None
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        value, pk = json.loads(text)
    except (binascii.Error, UnicodeError, TypeError, RecursionError) as error:
        raise ValueError(token) from error
    if type(pk) is not int or not 0 < pk < 2**63:
        raise ValueError(token)
    if order.field == "answered_at":
        return Place(
            datetime.fromisoformat(value) if isinstance(value, str) else _refuse(token), pk
        )
    if type(value) not in (int, float) or not abs(value) < 2**63:
        raise ValueError(token)
    return Place(value, pk)


def _refuse(token: str) -> datetime:
    raise ValueError(token)
