"""The campaign's people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from oversight.errors import OversightError
from oversight.models import Campaign, CampaignMember, MemberRole
from oversight.people.forms import MemberForm, RoleForm
from oversight.people.policies.permissions import ROLES, Permission
from oversight.people.services.members import add_member, change_role, remove_member
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    ask_once,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)


@require_http_methods(GET_OR_POST)
@person_required
def members(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = add_member(campaign=campaign, by=request.user, **form.cleaned_data)
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
    return render(request, "oversight/people/members.html", context, status=status)


@require_safe
@person_required
def roles(request: PersonRequest, slug: str) -> HttpResponse:
    """What each role may do, from the very table that decides it."""
    campaign = get_campaign(request, slug)
    own = set(campaign.members.filter(user=request.user).values_list("role", flat=True))
    rows = [
        (each.words, [(MemberRole(role).label, role in each.roles) for role in ROLES])
        for each in Permission
    ]
    context = page_context(
        request,
        campaign,
        "members",
        roles=[(MemberRole(role).label, about, role in own) for role, about in ROLES.items()],
        rows=rows,
    )
    return render(request, "oversight/people/roles.html", context)


@require_http_methods(GET_OR_POST)
@person_required
def change(request: PersonRequest, slug: str, member_id: int) -> HttpResponse:
    """Let them have another role in the place of the one that they have."""
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    member = _member(campaign, member_id)
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_role(member=member, by=request.user, **form.cleaned_data)
            messages.success(
                request, f"{changed.user} is {changed.get_role_display().lower()} now."
            )
            return redirect("campaign-members", slug)
        except OversightError as error:
            form.add_error("role", f"Not changed: {error}.")
    context = page_context(request, campaign, "members", form=form, member=member)
    status = 422 if form.errors else 200
    return render(request, "oversight/people/member_change.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def remove(request: PersonRequest, slug: str, member_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    member = _member(campaign, member_id)
    if request.method != "POST":
        role, name = member.get_role_display().lower(), member.user.username
        return ask_once(
            request,
            campaign,
            "members",
            title=f"Remove {name} as {role}",
            happens=[
                f"{name} will no longer be {role} of this campaign. Other roles stay.",
                "What they judged stays, and is used as before.",
                "An item that they hold goes to others once its time has run out.",
            ],
            button=f"Remove {name}",
            back=reverse("campaign-members", args=[slug]),
            back_words="Leave it as it is",
        )
    tell_outcome(
        request,
        lambda: remove_member(member=member, by=request.user),
        "Removed. Their judgements stay.",
    )
    return redirect("campaign-members", slug)


def _member(campaign: Campaign, member_id: int) -> CampaignMember:
    rows = CampaignMember.objects.select_related("user", "campaign")
    return get_object_or_404(rows, campaign=campaign, pk=member_id)
