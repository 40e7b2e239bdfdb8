"""A campaign's webhooks: which addresses are told what, how that goes, and what was given up."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oversight.data.forms.webhooks import ChangeForm, WebhookForm
from oversight.data.selectors.webhooks import events_in_words, webhooks_of
from oversight.data.services import webhooks as services
from oversight.errors import OversightError
from oversight.models import Campaign, WebhookEndpoint
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

PER_PAGE = 50


@require_http_methods(GET_OR_POST)
@never_cache
@person_required
def webhooks(request: PersonRequest, slug: str) -> HttpResponse:
    """List them, and add one: its secret is shown in the answer, and never again."""
    campaign = get_campaign(request, slug, Permission.RUN_WEBHOOKS)
    form = WebhookForm(request.POST or None)
    added = None
    if request.method == "POST" and form.is_valid():
        added = _added(request, campaign, form)
    rows = webhooks_of(campaign)
    if added:
        form = WebhookForm()
    context = page_context(request, campaign, "data", form=form, rows=rows, added=added)
    status = 422 if form.errors else 200
    return render(request, "oversight/data/webhooks.html", context, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@person_required
def webhook(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    """Show one with what it was told; change where it goes and what it is told.

    409 shows what was entered beside what somebody else made of it meanwhile.
    """
    campaign, endpoint = _found(request, slug, webhook_id)
    form = ChangeForm(request.POST or None, endpoint=endpoint)
    if request.method != "POST":
        return _page(request, campaign, endpoint, form)
    if form.is_valid():
        try:
            services.change_webhook(endpoint=endpoint, **form.cleaned_data)
            return redirect("webhook", slug, webhook_id)
        except services.WebhookChanged:
            endpoint.refresh_from_db()
            form.take_over(endpoint)
            return _page(request, campaign, endpoint, form, status=409)
        except OversightError as error:
            form.add_error("url", _sentence(error))
            endpoint.refresh_from_db()
    return _page(request, campaign, endpoint, form, status=422)


@require_POST
@never_cache
@person_required
def rotate(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    campaign, endpoint = _found(request, slug, webhook_id)
    secret = services.rotate_secret(endpoint=endpoint)
    return _page(request, campaign, endpoint, shown_secret=secret)


@require_POST
@person_required
def test(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    _, endpoint = _found(request, slug, webhook_id)
    tell_outcome(
        request, lambda: services.send_test(endpoint=endpoint), "A test is on its way to it."
    )
    return redirect("webhook", slug, webhook_id)


@require_POST
@person_required
def replay(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    """Send again what was given up, or the one delivery that is named."""
    _, endpoint = _found(request, slug, webhook_id)
    named = request.POST.get("delivery", "")
    ids = [int(named)] if named.isascii() and named.isdigit() and len(named) < 19 else []
    tell_outcome(
        request,
        lambda: services.replay(endpoint=endpoint, deliveries=ids),
        "What was chosen is sent again.",
    )
    return redirect("webhook", slug, webhook_id)


@require_POST
@person_required
def set_at_work(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    _, endpoint = _found(request, slug, webhook_id)
    is_at_work = request.POST.get("at_work") == "1"
    tell_outcome(
        request,
        lambda: services.set_webhook_at_work(endpoint=endpoint, is_at_work=is_at_work),
        "It is told again from now on." if is_at_work else "Stopped: it is told nothing.",
    )
    return redirect("webhook", slug, webhook_id)


@require_http_methods(GET_OR_POST)
@person_required
def remove(request: PersonRequest, slug: str, webhook_id: int) -> HttpResponse:
    campaign, endpoint = _found(request, slug, webhook_id)
    if request.method == "POST":
        tell_outcome(request, lambda: services.remove_webhook(endpoint=endpoint), "Removed.")
        return redirect("webhooks", slug)
    return ask_once(
        request,
        campaign,
        "data",
        title=f"Remove {endpoint.url}?",
        happens=["It is told nothing more, and what it was told is forgotten."],
        button="Remove it",
        back=reverse("webhooks", args=[slug]),
        back_words="All webhooks",
    )


def _found(request: PersonRequest, slug: str, webhook_id: int) -> tuple[Campaign, WebhookEndpoint]:
    campaign = get_campaign(request, slug, Permission.RUN_WEBHOOKS)
    return campaign, get_object_or_404(webhooks_of(campaign), pk=webhook_id)


def _added(request: PersonRequest, campaign: Campaign, form: WebhookForm) -> WebhookEndpoint | None:
    try:
        return services.add_webhook(campaign=campaign, user=request.user, **form.cleaned_data)
    except OversightError as error:
        form.add_error("events" if "event" in str(error) else "url", _sentence(error))
    return None


def _page(
    request: PersonRequest,
    campaign: Campaign,
    endpoint: WebhookEndpoint,
    form: ChangeForm | None = None,
    *,
    shown_secret: str = "",
    status: int = 200,
) -> HttpResponse:
    form = form or ChangeForm(endpoint=endpoint)
    page = Paginator(endpoint.deliveries.all(), PER_PAGE).get_page(request.GET.get("page"))
    more = {"form": form, "endpoint": endpoint, "page": page, "shown_secret": shown_secret}
    more["told_now"] = events_in_words(endpoint) if status == 409 else ""
    context = page_context(request, campaign, "data", **more)
    return render(request, "oversight/data/webhook.html", context, status=status)


def _sentence(error: OversightError) -> str:
    words = str(error)
    return f"{words[0].upper()}{words[1:].rstrip('.')}."
