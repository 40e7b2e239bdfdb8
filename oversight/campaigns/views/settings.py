"""A campaign's settings, a page for each group."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.history import told
from oversight.campaigns.forms.settings import GROUP_FORMS, GroupForm
from oversight.campaigns.forms.summaries import summaries
from oversight.campaigns.selectors.idle import idle_settings
from oversight.campaigns.selectors.versions import changes_since
from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import Campaign
from oversight.models.groups import GROUPS
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)

ALL_GROUPS = [group.attribute() for group in GROUPS.values()]


@require_safe
@person_required
def campaign_edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Lead to each group of settings."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS, groups=ALL_GROUPS)
    more = {"pages": PAGES.values(), "summaries": summaries(campaign)}
    context = page_context(request, campaign, "settings", **more)
    return render(request, "oversight/campaigns/settings.html", context)


@require_http_methods(GET_OR_POST)
@person_required
def settings_group(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    if key not in GROUP_FORMS:
        raise Http404(f"there is no group of settings {key}")
    # A form that was sent with nothing in it is a form that was sent.
    form = GROUP_FORMS[key](request.POST if request.method == "POST" else None, campaign=campaign)
    status, preview = 200, None
    if "preview" in request.POST and "guidelines" in form.fields:
        preview = str(form["guidelines"].value() or "")
    elif request.method == "POST":
        if form.is_valid() and _save(request, campaign, form):
            return redirect("settings-group", slug, key)
        status = 422 if form.errors else 409
    since = told(changes_since(campaign, key, form.cleaned_data["read"])) if status == 409 else []
    more = {"form": form, "page": PAGES[key], "pages": PAGES.values(), "since": since}
    more |= {"preview": preview, "idle": idle_settings(campaign, key)}
    context = page_context(request, campaign, "settings", **more)
    return render(request, "oversight/campaigns/group.html", context, status=status)


def _save(request: PersonRequest, campaign: Campaign, form: GroupForm) -> bool:
    """Save and say so; False where somebody else has changed the group since it was read."""
    key = form.page.key
    read = {key: form.cleaned_data["read"]}
    try:
        changed = change_settings(
            campaign=campaign, changed_by=request.user, read=read, **form.settings()
        )
    except WrongState:
        form.take_over(campaign.settings_of(key).number)
        return False
    messages.success(request, _saved_words(campaign) if changed else "Nothing was changed.")
    return True


def _saved_words(campaign: Campaign) -> str:
    if number := campaign.rounds.open().values_list("number", flat=True).first():
        return (
            f"Saved. Round {number} is under way and keeps what it began with; what a round goes "
            "by holds from the next one on."
        )
    return "Saved. It holds from now on."
