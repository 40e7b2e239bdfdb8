"""The campaign's constitution: rules are added, changed by a new version, and retired."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from oversight.campaigns.forms.principles import PrincipleForm
from oversight.campaigns.services.campaigns import add_principle, change_principle, retire_principle
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
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        tell_outcome(request, lambda: add_principle(campaign=campaign, text=text), "Added.")
        return redirect("campaign-principles", slug)
    rules = Principle.objects.filter(campaign=campaign)
    context = page_context(
        request,
        campaign,
        "principles",
        form=form,
        current=rules.filter(retired_at__isnull=True),
        former=rules.filter(retired_at__isnull=False),
    )
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/principles.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def change(request: PersonRequest, slug: str, principle_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    principle = get_object_or_404(Principle, campaign=campaign, pk=principle_id)
    form = PrincipleForm(request.POST or None, initial={"text": principle.text})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        tell_outcome(
            request,
            lambda: change_principle(principle=principle, text=text),
            f"Rule {principle.number} has a new version.",
        )
        return redirect("campaign-principles", slug)
    context = page_context(request, campaign, "principles", form=form, principle=principle)
    status = 422 if form.errors else 200
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
