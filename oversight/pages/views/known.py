"""The items whose right answer is known: how people do on them, and making more."""

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from oversight.asking.services.gold import make_gold_items
from oversight.data.views.uploads import counted, import_upload, tell_added
from oversight.errors import CheckerMissing
from oversight.models import Campaign
from oversight.pages.forms import GoldForm, KnownAnswersForm
from oversight.pages.selectors.items import items_by_kind
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)

NO_MORE = (
    "no other query has a response known to be right and one known to be wrong "
    "that people are not asked about already"
)


@require_http_methods(GET_OR_POST)
@vary_on_headers("HX-Request")
@person_required
def known(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the items and make gold ones; the upload on the same page goes to `upload`."""
    is_sent = request.method == "POST"
    campaign = get_campaign(
        request, slug, Permission.ADD_ITEMS if is_sent else Permission.SEE_ITEMS
    )
    form = GoldForm(request.POST or None, prefix="gold")
    if is_sent and form.is_valid() and _made(request, campaign, form):
        return redirect("known-answers", slug)
    return _page(request, campaign, form, KnownAnswersForm(prefix="known"))


@require_POST
@person_required
def upload(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.ADD_ITEMS)
    form = KnownAnswersForm(request.POST, request.FILES, prefix="known")
    if form.is_valid() and (imported := import_upload(request, campaign, form)):
        tell_added(
            request, imported.counts["items"], len(imported.duplicate_lines), "item", "items"
        )
        return redirect("known-answers", slug)
    return _page(request, campaign, GoldForm(prefix="gold"), form)


def _made(request: PersonRequest, campaign: Campaign, form: GoldForm) -> bool:
    asked = form.cleaned_data["count"]
    is_practice = form.cleaned_data["purpose"] == "practice"
    seed = secrets.randbelow(2**31)
    try:
        made = make_gold_items(campaign=campaign, count=asked, seed=seed, is_practice=is_practice)
    except CheckerMissing as error:
        form.add_error(None, error.sentence)
        return False
    if not made:
        form.add_error(None, f"None were made: {NO_MORE}.")
        return False
    fewer = f" and not {asked}: {NO_MORE}" if made < asked else ""
    words = counted(made, "gold item was", "gold items were")
    messages.success(request, f"{words} made{fewer}.")
    return True


def _page(
    request: PersonRequest, campaign: Campaign, gold: GoldForm, known: KnownAnswersForm
) -> HttpResponse:
    are_told = "answers" in request.GET
    kinds = items_by_kind(campaign, with_answers=are_told)
    context = page_context(
        request,
        campaign,
        "items",
        kinds=kinds,
        known_kinds=[kind for kind in kinds if kind.is_known],
        are_answers_told=are_told,
        gold=gold,
        known=known,
    )
    part = "#answers" if request.htmx else ""
    status = 422 if gold.errors or known.errors else 200
    return render(request, f"oversight/pages/known.html{part}", context, status=status)
