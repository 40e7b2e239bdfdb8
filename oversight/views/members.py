"""The campaign's people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from oversight.errors import OversightError
from oversight.forms import MemberForm
from oversight.models import CampaignMember
from oversight.selectors.campaigns import ADMINS
from oversight.services.members import add_member, remove_member
from oversight.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.views.settings import GET_OR_POST


@require_http_methods(GET_OR_POST)
@person_required
def members(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, ADMINS)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = add_member(campaign=campaign, **form.cleaned_data)
            messages.success(request, f"{member.user} is {member.get_role_display().lower()} now.")
            return redirect("campaign-members", slug)
        except OversightError as error:
            form.add_error("username", f"Not added: {error}.")
    people = CampaignMember.objects.filter(campaign=campaign).select_related("user")
    context = page_context(
        request,
        campaign,
        "members",
        form=form,
        members=people.order_by("user__username", "role"),
    )
    status = 422 if form.errors else 200
    return render(request, "oversight/members.html", context, status=status)


@require_POST
@person_required
def remove(request: PersonRequest, slug: str, member_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, ADMINS)
    member = get_object_or_404(CampaignMember, campaign=campaign, pk=member_id)
    tell_outcome(request, lambda: remove_member(member=member), "Removed. Their judgements stay.")
    return redirect("campaign-members", slug)
