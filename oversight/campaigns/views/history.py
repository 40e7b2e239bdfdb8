"""What a campaign's settings were, and the way back."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.history import differences, told
from oversight.campaigns.selectors.versions import changes
from oversight.campaigns.services.settings import restore_settings, written
from oversight.models.groups import SettingsVersion
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    ask_once,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)

CHANGES_PER_PAGE = 30


@require_safe
@person_required
def history(request: PersonRequest, slug: str) -> HttpResponse:
    """List who changed what and when, the latest first."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    page = Paginator(changes(campaign), CHANGES_PER_PAGE).get_page(request.GET.get("page", "1"))
    more = {"page": page, "changes": told(page), "pages": PAGES.values(), "is_history": True}
    context = page_context(request, campaign, "settings", **more)
    return render(request, "oversight/campaigns/history.html", context)


@require_http_methods(GET_OR_POST)
@person_required
def restore(request: PersonRequest, slug: str, key: str, number: int) -> HttpResponse:
    """Say what going back to a version changes; then do it."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    versions = SettingsVersion.objects.filter(campaign=campaign, group=key)
    version = get_object_or_404(versions, number=number)
    title = PAGES[key].title
    if request.method == "POST":
        tell_outcome(
            request,
            lambda: restore_settings(campaign=campaign, version=version, restored_by=request.user),
            f"“{title}” is as it was in version {number}. It holds from now on.",
        )
        return redirect("settings-history", slug)
    found = differences(key, written(campaign.values_of(key)), version.values)
    return ask_once(
        request,
        campaign,
        "settings",
        title=f"“{title}” as in version {number}",
        happens=[f"{each.name}: {each.old} → {each.new}" for each in found]
        or ["Nothing: the settings are like that now."],
        button="Make it so again",
        back=reverse("settings-history", args=[slug]),
        back_words="Keep what is",
    )
