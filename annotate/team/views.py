"""The pages of how people do: everybody's for those who run or review, one's own for each."""

from datetime import UTC, timedelta

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from annotate.access import PersonRequest, person_required
from annotate.campaigns import campaigns_of_work, is_paused
from annotate.models import Assignment
from annotate.team.forms import DaysForm, ExcludeForm
from annotate.team.selectors.effort import effort_of
from annotate.team.selectors.figures import DAYS_SHOWN, LATELY, days_of, figures_of
from annotate.team.selectors.groups import FEWEST, groups_of
from annotate.team.services import exclude_labels, pause_person, resume_person
from oversight.lists import planned_anew
from oversight.models import Act, Campaign, CampaignMember, User
from oversight.people.policies.permissions import ROLES, Permission
from oversight.people.selectors.roles import roles_in
from oversight.people.services.audit import record_act
from oversight.people.views.access import GET_OR_POST, get_campaign, page_context, tell_outcome
from oversight.web.tables import csv_response

WORK = "annotate/team/work.html"


@require_safe
@vary_on_headers("HX-Request")
@person_required
@planned_anew()
def people(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_WORK)
    return _people_page(request, campaign, DaysForm())


@require_http_methods(GET_OR_POST)
@vary_on_headers("HX-Request")
@person_required
@planned_anew()
def person(request: PersonRequest, slug: str, person_id: int) -> HttpResponse:
    """Show one person's work; POST leaves out what they said from a day on."""
    is_sent = request.method == "POST"
    wanted = Permission.MANAGE_PEOPLE if is_sent else Permission.SEE_WORK
    campaign = get_campaign(request, slug, wanted)
    who = _who(campaign, person_id)
    form = ExcludeForm(request.POST or None)
    if is_sent and form.is_valid():
        left_out = tell_outcome(
            request,
            lambda: exclude_labels(
                campaign=campaign, person=who, by=request.user, **form.cleaned_data
            ),
            f"Left out: what {who.username} said from that day on counts for nothing any more.",
        )
        if left_out:
            return redirect("annotate:person", slug, who.pk)
    context = page_context(request, campaign, "members", form=form, **_work(request, campaign, who))
    status = 422 if form.errors else 200
    template = WORK if request.htmx else "annotate/team/person.html"
    return render(request, template, context, status=status)


@require_safe
@vary_on_headers("HX-Request")
@person_required
def me(request: PersonRequest, slug: str) -> HttpResponse:
    """Show one's own work, and nobody else's."""
    campaign = get_object_or_404(campaigns_of_work(request.user), slug=slug)
    context = {"campaign": campaign, **_work(request, campaign, request.user)}
    return render(request, WORK if request.htmx else "annotate/team/me.html", context)


@require_POST
@person_required
def pause(request: PersonRequest, slug: str, person_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    who = _who(campaign, person_id)
    tell_outcome(
        request,
        lambda: pause_person(campaign=campaign, person=who, by=request.user),
        f"{who.username} is paused: no new items, and what they held goes to others.",
    )
    return redirect("annotate:person", slug, who.pk)


@require_POST
@person_required
def resume(request: PersonRequest, slug: str, person_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    who = _who(campaign, person_id)
    tell_outcome(
        request,
        lambda: resume_person(campaign=campaign, person=who, by=request.user),
        f"{who.username} is given items again.",
    )
    return redirect("annotate:person", slug, who.pk)


@require_safe
@person_required
def work_file(request: PersonRequest, slug: str) -> HttpResponse:
    """Download who worked how much on which day, for paying them. It is an entry of the audit log."""
    campaign = get_campaign(request, slug, Permission.MANAGE_PEOPLE)
    form = DaysForm(request.GET)
    if not form.is_valid():
        return _people_page(request, campaign, form)
    since, until = form.days()
    name = f"{campaign.slug}-work-{since}-{until}.csv"
    header = ["person", "day_utc", "items", "active_minutes"]
    if request.method == "HEAD":
        return csv_response(name, header, [])
    record_act(Act.DATA_EXPORTED, campaign=campaign, file=f"the work of people, {since} to {until}")
    days = days_of(campaign, since=since, until=until)
    rows = [(each.username, each.day, each.items, f"{each.minutes:.1f}") for each in days]
    return csv_response(name, header, rows)


def _people_page(request: PersonRequest, campaign: Campaign, days: DaysForm) -> HttpResponse:
    """What each has done is counted for who asks again: it takes the longer the more was answered."""
    are_figures_wanted = "figures" in request.GET
    context = page_context(
        request,
        campaign,
        "members",
        people=figures_of(campaign) if are_figures_wanted else None,
        effort=effort_of(campaign) if are_figures_wanted else None,
        questions=groups_of(campaign) if are_figures_wanted else [],
        fewest=FEWEST,
        days=days,
    )
    part = "#figures" if request.htmx else ""
    status = 422 if days.errors else 200
    return render(request, f"annotate/team/people.html{part}", context, status=status)


def _who(campaign: Campaign, person_id: int) -> User:
    """Return a person who is or was at work there: others are not found."""
    is_member = CampaignMember.objects.filter(campaign=campaign, user=OuterRef("pk"))
    has_worked = Assignment.objects.filter(campaign=campaign, annotator=OuterRef("pk"))
    return get_object_or_404(User, Exists(is_member) | Exists(has_worked), pk=person_id)


def _work(request: PersonRequest, campaign: Campaign, who: User) -> dict[str, object]:
    """Who it is; and what they have done, where it is asked for: it takes the longer the more it is."""
    context: dict[str, object] = {
        "who": who,
        "roles": [role for role in ROLES if role in roles_in(campaign, who)],
        "is_paused": is_paused(who, campaign),
        "are_figures_wanted": "figures" in request.GET,
    }
    if not context["are_figures_wanted"]:
        return context
    today = timezone.now().astimezone(UTC).date()
    since = today - timedelta(days=DAYS_SHOWN - 1)
    return context | {
        "figures": next(iter(figures_of(campaign, who)), None),
        "worked": days_of(campaign, person=who, since=since, until=today),
        "days_shown": DAYS_SHOWN,
        "lately": LATELY,
    }
