"""The campaign's constitution: rules are added, changed by a new version, and retired."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from oversight.campaigns.forms.principles import PrincipleForm
from oversight.campaigns.services.campaigns import (
    RuleThere,
    add_principle,
    change_principle,
    retire_principle,
)
from oversight.errors import WrongState
from oversight.models import Principle
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)


@require_http_methods(GET_OR_POST)
@person_required
def principles(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    form = PrincipleForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                add_principle(campaign=campaign, text=form.cleaned_data["text"])
                messages.success(request, "Added.")
                return redirect("campaign-principles", slug)
            except WrongState as error:
                form.add_error("text", f"Not added: {error}.")
                status = 409
    rules = Principle.objects.filter(campaign=campaign)
    context = page_context(
        request,
        campaign,
        "principles",
        form=form,
        current=rules.filter(retired_at__isnull=True),
        former=rules.filter(retired_at__isnull=False),
    )
    return render(request, "oversight/campaigns/principles.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def change(request: PersonRequest, slug: str, principle_id: int) -> HttpResponse:
    """Write its next version; 409 shows what was typed beside what somebody else wrote meanwhile."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    principle = get_object_or_404(Principle, campaign=campaign, pk=principle_id)
    form = PrincipleForm(request.POST or None, initial={"text": principle.text})
    status, is_stale = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_principle(principle=principle, text=form.cleaned_data["text"])
                messages.success(request, f"Rule {principle.number} has a new version.")
                return redirect("campaign-principles", slug)
            except RuleThere as error:
                form.add_error("text", f"Not changed: {error}.")
            except WrongState:
                status, is_stale = 409, True
                principle = campaign.principles.filter(number=principle.number).latest("version")
    more = {"form": form, "principle": principle, "is_stale": is_stale}
    context = page_context(request, campaign, "principles", **more)
    return render(request, "oversight/campaigns/principle_change.html", context, status=status)


@require_POST
@person_required
def retire(request: PersonRequest, slug: str, principle_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    principle = get_object_or_404(Principle, campaign=campaign, pk=principle_id)
    tell_outcome(
        request,
        lambda: retire_principle(principle=principle),
        f"Rule {principle.number} is out of use.",
    )
    return redirect("campaign-principles", slug)
