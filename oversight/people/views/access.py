"""Who is asking, what they may do here, and how an action's outcome is told."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from oversight.errors import AtRest, OversightError
from oversight.lists import planned_anew
from oversight.models import Campaign, User
from oversight.people.policies.permissions import (
    AFTER_THE_END,
    Permission,
    in_words,
    permissions_of,
)
from oversight.people.selectors.roles import campaigns_as_member, demand_not_ended, roles_in

GET_OR_POST = ["GET", "HEAD", "POST"]

# What leads to pages that are read too stays on offer in a campaign that is finished.
READ_TOO = {Permission.CHANGE_SETTINGS, Permission.CHANGE_MODELS, Permission.SETTLE_FLAGS}
ACTS = [each.name.lower() for each in Permission if each not in AFTER_THE_END | READ_TOO]

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request by somebody who has signed in."""

    user: User
    htmx: HtmxDetails


def cookies(request: HttpRequest) -> dict[str, str]:
    """Tell pages the name of the cookie whose token their scripts send back."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}


def sign_in_first(
    home: str,
) -> Callable[
    [Callable[Concatenate[PersonRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Return a decorator that sends who is not signed in to sign in, and back to this page.

    Where a form was sent there is nothing to come back to with GET: then to the page named `home`.
    htmx is answered with 401, so that the page stays.
    """

    def decorate(
        view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = cast(PersonRequest, request)
            if request.user.is_authenticated:
                try:
                    return view(person, *args, **kwargs)
                except AtRest as error:
                    return render(request, "409.html", {"error": error}, status=409)
            if person.htmx:
                return HttpResponse("You were signed out.", status=401, content_type="text/plain")
            is_page = request.method == "GET"
            return redirect_to_login(request.get_full_path() if is_page else reverse(home))

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", wrapped)

    return decorate


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    return sign_in_first("home")(planned_anew()(view))


def get_campaign(
    request: PersonRequest,
    slug: str,
    permission: Permission = Permission.SEE_CAMPAIGN,
    *,
    groups: Iterable[str] = (),
) -> Campaign:
    """Return the campaign with these groups of its settings read.

    404 for strangers, 403 for members without the permission. Raises AtRest for a form that would
    change a campaign which is finished.
    """
    rows = Campaign.objects.visible_to(request.user)
    campaign = get_object_or_404(rows.select_related(*groups) if groups else rows, slug=slug)
    if roles_in(campaign, request.user).isdisjoint(permission.roles):
        raise PermissionDenied(f"You need to be {in_words(permission.roles)} of {campaign.name}.")
    if request.method == "POST":
        demand_not_ended(campaign, permission)
    return campaign


def page_context(
    request: PersonRequest, campaign: Campaign, tab: str, **more: Any
) -> dict[str, Any]:
    """Return what every page of a campaign needs: which tabs and buttons are this person's."""
    may = permissions_of(roles_in(campaign, request.user))
    if request.user.is_superuser:
        # Items go to members alone: who may do everything may not be one.
        annotating = campaigns_as_member(request.user, Permission.ANNOTATE)
        may["annotate"] = annotating.filter(pk=campaign.pk).exists()
    if campaign.has_ended:
        may |= dict.fromkeys(ACTS, False)
    return {
        "campaign": campaign,
        "tab": tab,
        "may": may,
        **more,
    }


def ask_once(
    request: PersonRequest,
    campaign: Campaign,
    tab: str,
    *,
    title: str,
    happens: Iterable[str],
    button: str,
    back: str,
    back_words: str,
) -> HttpResponse:
    """Show what an act does (`happens`, sentences) with the button that does it, by POST to here."""
    more = {
        "action_title": title,
        "happens": happens,
        "button": button,
        "back": back,
        "back_words": back_words,
    }
    context = page_context(request, campaign, tab, **more)
    return render(request, "oversight/confirm.html", context)


def tell_outcome(request: HttpRequest, action: Callable[[], object], success: str) -> bool:
    """Call a service and say what came of it as a message; return whether it was done."""
    try:
        action()
    except OversightError as error:
        messages.error(request, f"Not done: {error}.")
        return False
    except ValidationError as error:
        messages.error(request, f"Not done: {' '.join(error.messages)}")
        return False
    messages.success(request, success)
    return True
