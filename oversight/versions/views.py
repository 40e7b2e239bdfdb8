"""Which models are at work, which were, and putting another one to work."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.errors import OversightError
from oversight.models import ActiveVersion, Campaign, ModelVersion, Role, ServedState
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.versions.forms.kinds import KindForm, kind_of
from oversight.versions.forms.models import ModelForm
from oversight.versions.forms.options import shown_options
from oversight.versions.policies.handover import what_follows
from oversight.versions.selectors.active import active_version
from oversight.versions.selectors.critic_ranking import QUESTIONS, ranked_critics
from oversight.versions.selectors.history import promotion_history, versions_by_role
from oversight.versions.selectors.lineage import STARTER, lineage_of
from oversight.versions.services.choosing import change_model, try_again
from oversight.versions.services.connections import ConnectionReport, probe_server
from oversight.versions.services.loading import notes_on
from oversight.versions.services.promotion import remove_active
from oversight.versions.services.serving import put_back
from oversight.web.forms import ReasonForm

FIELDS = [*ModelForm.Meta.fields]
MOST_SHOWN = 30  # versions of a role, unless all are asked for


@require_safe
@vary_on_headers("HX-Request")
@person_required
def models(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug)
    by_role = versions_by_role(campaign)
    most = None if "all" in request.GET else MOST_SHOWN
    context = page_context(
        request,
        campaign,
        "models",
        roles=[
            {
                "role": role,
                "label": label,
                "versions": [(version, notes_on(version)) for version in versions[:most]],
                "lineage": lineage_of(versions[:most]),
                "count": len(versions),
            }
            for role, (label, versions) in zip(Role.values, by_role.items(), strict=True)
        ],
        is_trying=any(_is_under_way(row) for rows in by_role.values() for row in rows),
        history=promotion_history(campaign),
        are_critics_ranked="critics" in request.GET,
        critics=ranked_critics(campaign) if "critics" in request.GET else [],
        questions=QUESTIONS.values(),
    )
    part = "#critics" if request.htmx and "critics" in request.GET else ""
    return render(request, f"oversight/versions/models.html{part}", context)


@require_http_methods(GET_OR_POST)
@person_required
def change(request: PersonRequest, slug: str, role: str) -> HttpResponse:
    """Configure a role's model. “Test connection” sends the same form and saves nothing."""
    campaign = get_campaign(request, slug, Permission.CHANGE_MODELS)
    if role not in Role.values:
        raise Http404
    form = KindForm(request.POST or None, role=role, initial=_at_work(campaign, role))
    report = None
    if request.method == "POST" and form.is_valid():
        if "test" in request.POST:
            report = _tested(form)
        elif _saved(request, campaign, role, form):
            return redirect("campaign-models", slug)
    context = page_context(request, campaign, "models", form=form, role=Role(role), report=report)
    status = 422 if form.errors else 200
    return render(request, "oversight/versions/model_change.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def remove(request: PersonRequest, slug: str, role: str) -> HttpResponse:
    """Say what leaving a role empty means and ask why; then do it."""
    campaign = get_campaign(request, slug, Permission.CHANGE_MODELS)
    version = active_version(campaign, role) if role in (Role.ATTACKER, Role.CRITIC) else None
    if version is None and request.method == "GET":
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        tell_outcome(
            request,
            lambda: remove_active(campaign=campaign, role=role, user=request.user, reason=reason),
            f"No {role} is at work any more.",
        )
        return redirect("campaign-models", slug)
    context = page_context(request, campaign, "models", form=form, role=role, version=version)
    status = 422 if form.errors else 200
    return render(request, "oversight/versions/model_remove.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def activate(request: PersonRequest, slug: str, version_id: int) -> HttpResponse:
    """Say what follows of putting a version to work (again); then do it."""
    campaign = get_campaign(request, slug, Permission.CHANGE_MODELS)
    rows = ModelVersion.objects.filter(campaign=campaign).with_status()
    version = get_object_or_404(rows, pk=version_id)
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
        _put_to_work(request, version, reason)
        return redirect("campaign-models", slug)
    happens = what_follows(
        role=version.role,
        name=str(version),
        at_work=str(active_version(campaign, version.role) or ""),
        open_round=campaign.rounds.open().values_list("number", flat=True).first(),
        is_to_be_tried=_is_to_be_tried(version),
        is_to_be_loaded=version.is_loaded_by_us,
    )
    context = page_context(request, campaign, "models", version=version, happens=happens)
    return render(request, "oversight/versions/activate.html", context)


def _is_under_way(version: ModelVersion) -> bool:
    """Whether a worker is at it: the page is asked for again until that has ended."""
    delivery = getattr(version, "delivery", None)
    is_loading = delivery is not None and delivery.state == ServedState.LOADING
    return getattr(version, "status", "") == "trying" or is_loading


def _is_to_be_tried(version: ModelVersion) -> bool:
    """Whether it never answered: then it has to, before it is put to work."""
    return str(version.status) == "refused"  # type: ignore[attr-defined]


def _put_to_work(request: PersonRequest, version: ModelVersion, reason: str) -> None:
    if _is_to_be_tried(version):
        tell_outcome(
            request,
            lambda: try_again(version=version, reason=reason, user=request.user),
            f"{version} is being tried. Once it answers it is put to work as {version.role}.",
        )
        return
    told = f"{version} is at work as {version.role}. A round under way keeps its own versions."
    if version.is_loaded_by_us:
        told = (
            f"{version} is being loaded on its servers. Once it is proven to answer there it is put "
            f"to work as {version.role}."
        )
    tell_outcome(
        request,
        lambda: put_back(version=version, reason=reason, user=request.user),
        told,
    )


def _at_work(campaign: Campaign, role: str) -> dict[str, Any]:
    active = ActiveVersion.objects.filter(campaign=campaign, role=role).select_related("version")
    found = active.first()
    new = {"name": f"starter-{role}", "kind": "starter", "starter": STARTER + role}
    if found is None:
        return new
    same = {name: getattr(found.version, name) for name in FIELDS}
    same["replicas"] = "\n".join(found.version.replicas)
    return {**new, **same, **shown_options(found.version.options), **kind_of(found.version)}


def _saved(request: PersonRequest, campaign: Campaign, role: str, form: KindForm) -> bool:
    try:
        version = change_model(campaign=campaign, role=role, user=request.user, **form.wanted())
    except OversightError as error:
        form.add_error(None, f"Not saved: {error}.")
        return False
    messages.info(
        request, f"{version} is being tried. Once it answers it is put to work as {role}."
    )
    for note in notes_on(version):
        messages.info(request, note)
    if version.backend == "transformers" and form.is_hub_id:
        messages.info(request, f"{version.location} is fetched from its hub for that.")
    return True


def _tested(form: KindForm) -> ConnectionReport:
    data = form.cleaned_data
    return probe_server(
        location=data["location"],
        served_name=data["served_name"],
        api_key_env=data["api_key_env"],
    )
