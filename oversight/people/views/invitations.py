"""Inviting people to a campaign, and following an invitation."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from oversight.errors import OversightError, WrongState
from oversight.models import Campaign, Invitation
from oversight.people.forms import InvitationForm, JoinForm
from oversight.people.policies.permissions import ROLES, Permission
from oversight.people.selectors.invitations import has_left, invited, open_invitation
from oversight.people.services.invitations import (
    InvitationGone,
    NewInvitation,
    accept_invitation,
    invite,
    join_with_account,
    revoke_invitation,
)
from oversight.people.services.mail import can_mail, is_address, mail_invitations
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.people.views.sign_in import remember_session

BACKEND = "oversight.sessions.PersonBackend"


@require_http_methods(GET_OR_POST)
@never_cache
@person_required
def invitations(request: PersonRequest, slug: str) -> HttpResponse:
    """Show who was invited; POST invites, and shows the links this once."""
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    form = InvitationForm(request.POST or None)
    made: list[NewInvitation] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(campaign=campaign, by=request.user, **form.cleaned())
        except OversightError as error:
            form.add_error(None, f"Nobody was invited: {error}.")
    links = {each.invitation: _link(request, each.token) for each in made}
    if made:
        _mail(request, links)
        form = InvitationForm()
    context = page_context(
        request,
        campaign,
        "members",
        form=form,
        links=list(links.items()),
        invited=invited(campaign),
        can_mail=can_mail(),
    )
    status = 422 if form.errors else 200
    return render(request, "oversight/people/invitations.html", context, status=status)


@require_POST
@person_required
def revoke(request: PersonRequest, slug: str, invitation_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    row = get_object_or_404(Invitation, campaign=campaign, pk=invitation_id)
    tell_outcome(
        request,
        lambda: revoke_invitation(invitation=row, by=request.user),
        "Revoked: its link leads nowhere any more.",
    )
    return redirect("campaign-invitations", slug)


@require_http_methods(GET_OR_POST)
@sensitive_post_parameters()
@never_cache
def join(request: PersonRequest, token: str) -> HttpResponse:
    """Show what one is invited to. POST accepts: as who is signed in, or with a new account."""
    row = open_invitation(token)
    if row is None or (request.user.is_authenticated and has_left(row, request.user)):
        return render(request, "oversight/people/invitation_gone.html", status=404)
    form = None if request.user.is_authenticated else JoinForm(request.POST or None)
    if request.method == "POST":
        try:
            if form is None:
                return _welcome(request, accept_invitation(token=token, user=request.user))
            if form.is_valid():
                return _joined(request, row, token, form)
        except InvitationGone:
            return render(request, "oversight/people/invitation_gone.html", status=404)
        except WrongState as error:
            messages.error(request, f"Not done: {error}.")
    context = {
        "invitation": row,
        "what": ROLES[row.role],
        "form": form,
        "sign_on": settings.OIDC_APP,
    }
    status = 422 if form and form.errors else 200
    return render(request, "oversight/people/join.html", context, status=status)


def _joined(request: PersonRequest, row: Invitation, token: str, form: JoinForm) -> HttpResponse:
    user = join_with_account(
        token=token,
        username=form.cleaned_data["username"],
        password=form.cleaned_data["password1"],
    )
    login(request, user, backend=BACKEND)
    remember_session(request)
    if can_mail() and row.most_uses == 1 and is_address(row.name):
        # Theirs, most likely: whoever sees the invitation could have followed its link.
        EmailAddress.objects.add_new_email(request, user, row.name)
    return _welcome(request, row.campaign)


def _welcome(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    messages.success(request, f"Welcome to {campaign.name}.")
    return redirect("campaign", campaign.slug)


def _link(request: PersonRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("join", args=[token]))


def _mail(request: PersonRequest, links: dict[Invitation, str]) -> None:
    if not can_mail() or not any(is_address(row.name) for row in links):
        return
    try:
        sent = mail_invitations(links=links, by=request.user)
    except OSError as error:
        messages.error(request, f"No e-mail was sent ({error}): give people their links yourself.")
    else:
        messages.success(request, f"{sent} invitation{'' if sent == 1 else 's'} sent by e-mail.")
