"""Where a person starts: their campaigns, and the next item of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.campaigns import annotatable_campaigns, campaigns_of_work, is_paused
from annotate.care.selectors.about import are_answers_open
from annotate.care.selectors.consent_and_rest import rest_of
from annotate.care.selectors.exposure import budget_is_spent
from annotate.care.selectors.reading import rules_and_news
from annotate.care.services import note_reading
from annotate.care.views.care import care_context
from annotate.queue.selectors.assignments import (
    current_assignment,
    has_worked_in,
    progress_of,
    was_anything_asked,
    workplaces_of,
)
from annotate.queue.selectors.gates import Gate, gate_before
from annotate.queue.selectors.qualification import next_practice_item, qualification_of
from annotate.queue.services.leases import lease_next
from annotate.work.selectors.history import undo_seconds
from annotate.work.selectors.reviews import reviews_waiting, sent_back_to
from oversight.models import Campaign, CampaignState


@require_safe
@person_required
def home(request: PersonRequest) -> HttpResponse:
    return render(request, "annotate/work/home.html", {"places": workplaces_of(request.user)})


@require_safe
@person_required
def next_item(request: PersonRequest, slug: str) -> HttpResponse:
    """Lead to the person's current item, else offer to start; nothing is leased by looking."""
    campaign = get_object_or_404(campaigns_of_work(request.user), slug=slug)
    if campaign.has_ended or gate_before(request.user, campaign):
        return render(request, "annotate/work/next.html", queue_context(request, campaign))
    if assignment := current_assignment(request.user, campaign):
        return redirect("annotate:assignment", assignment.pk)
    return render(request, "annotate/work/next.html", queue_context(request, campaign))


@require_POST
@person_required
def lease(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    # The page with this button shows the guidelines.
    note_reading(user=request.user, campaign=campaign, is_first=True)
    return redirect(next_url(request, campaign))


@require_POST
@person_required
def guidelines_read(request: PersonRequest, slug: str) -> HttpResponse:
    """The person has read what changed: lead back to the item, or to the queue."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    note_reading(user=request.user, campaign=campaign)
    return redirect("annotate:next", slug)


def next_url(request: PersonRequest, campaign: Campaign) -> str:
    """Lease the next item and return its page; without one, the page that says so."""
    if assignment := lease_next(user=request.user, campaign=campaign):
        return reverse("annotate:assignment", args=[assignment.pk])
    rests = campaign.state != CampaignState.ACTIVE or is_paused(request.user, campaign)
    if not rests and not gate_before(request.user, campaign):
        messages.info(request, "Nothing is left for you to judge right now.")
    return reverse("annotate:next", args=[campaign.slug])


def queue_context(request: PersonRequest, campaign: Campaign) -> dict[str, object]:
    """What the page between two items shows; with a gate, what comes before the queue."""
    gate = gate_before(request.user, campaign)
    progress = progress_of(request.user, campaign)
    principles, news = rules_and_news(request.user, campaign)
    context: dict[str, object] = {
        "campaign": campaign,
        "progress": progress,
        "principles": principles,
        "news": news,
        "gate": gate,
        "is_asked_about": are_answers_open(request.user, campaign),
        "sent_back": sent_back_to(request.user, campaign),
        "has_worked": bool(progress.judged) or has_worked_in(request.user, campaign),
        "reviews_waiting": 0 if campaign.has_ended else reviews_waiting(request.user, campaign),
    }
    if gate == Gate.CONSENT:
        context |= care_context(request, campaign)
    elif gate == Gate.QUALIFICATION:
        context["qualification"] = qualification_of(request.user, campaign)
        context["practice_item"] = next_practice_item(request.user, campaign)
    elif gate == Gate.BREAK:
        context["rest"] = rest_of(request.user, campaign)
    elif budget_is_spent(request.user, campaign):
        context["is_budget_spent"] = True
    if progress.judged and not campaign.has_ended:
        context["undo_seconds"] = undo_seconds(request.user, campaign)
    if is_paused(request.user, campaign):
        context["is_paused"] = True
    if not progress.open:
        context["was_anything_asked"] = was_anything_asked(campaign)
    return context
