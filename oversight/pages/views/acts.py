"""Doing something to many items: chosen in the list, shown before it is done, told afterwards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.errors import WrongState
from oversight.models import ActItem, Campaign, CampaignMember, ItemFacts, User
from oversight.pages.services.act_kinds import DONE, ActKind, act_kinds
from oversight.pages.services.acts import Preview, begin_act, counts_of, preview
from oversight.pages.views.browser import asked_of, narrowed, words_of
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)

MOST_TICKED = 1000
SHOWN = 100


class ChoiceForm(forms.Form):
    """Which items, and what with them. `last_id`: what was made since the preview is not meant."""

    kind = forms.ChoiceField()
    scope = forms.ChoiceField(choices=[("ticked", "The ticked ones"), ("all", "All of this list")])
    query = forms.CharField(max_length=2000, required=False)
    expected = forms.IntegerField(min_value=0, required=False)
    last_id = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(k.name, k.label) for k in act_kinds().values()]  # type: ignore[attr-defined]


class NeedsForm(forms.Form):
    """What an act needs besides its items."""

    reason = forms.CharField(
        max_length=200, required=False, help_text="It is kept, with your name."
    )

    def __init__(self, data: Any, kind: ActKind, campaign: Campaign) -> None:
        super().__init__(data)
        if kind.name == "withdraw":
            self.fields["reason"].required = True
        if kind.needs == "tag":
            self.fields = {"tag": forms.CharField(max_length=40)}
        if kind.needs == "person":
            people = User.objects.filter(
                pk__in=CampaignMember.objects.filter(
                    campaign=campaign, role__in=Permission.ANNOTATE.roles
                ).values("user"),
                is_active=True,
            )
            self.fields = {"person": forms.ModelChoiceField(people.order_by("username"))}

    @property
    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        if person := said.get("person"):
            return {"person": person.pk, "username": person.username}
        return {"tag": said["tag"].strip()} if "tag" in said else {}


@require_POST
@person_required
def choose(request: PersonRequest, slug: str) -> HttpResponse:
    """Show exactly what the act would touch, and ask for what it needs. Writes nothing."""
    campaign = get_campaign(request, slug, Permission.ACT_ON_ITEMS)
    form = ChoiceForm(request.POST)
    chosen = _chosen(request, campaign, form)
    if chosen is None:
        return _back(request, slug)
    kind = act_kinds()[form.cleaned_data["kind"]]
    return _preview_page(request, campaign, form, kind, chosen, NeedsForm(None, kind, campaign))


@require_POST
@person_required
def do(request: PersonRequest, slug: str) -> HttpResponse:
    """Do it; 409 shows the preview anew where the items are not as many as it said."""
    campaign = get_campaign(request, slug, Permission.ACT_ON_ITEMS)
    form = ChoiceForm(request.POST)
    chosen = _chosen(request, campaign, form)
    if chosen is None or form.cleaned_data["expected"] is None:
        return _back(request, slug)
    kind = act_kinds()[form.cleaned_data["kind"]]
    needs = NeedsForm(request.POST, kind, campaign)
    if not needs.is_valid():
        return _preview_page(request, campaign, form, kind, chosen, needs, status=422)
    try:
        act = begin_act(
            campaign=campaign,
            kind=kind,
            chosen=chosen,
            expected=form.cleaned_data["expected"],
            user=request.user,
            reason=needs.cleaned_data.get("reason", ""),
            values=needs.values,
            words=_in_words(campaign, form),
        )
    except WrongState as error:
        problem = f"Not done: {error}. Look again."
        return _preview_page(
            request, campaign, form, kind, chosen, needs, status=409, problem=problem
        )
    return redirect("act", slug, act.pk)


@require_safe
@vary_on_headers("HX-Request")
@person_required
def act(request: PersonRequest, slug: str, act_id: int) -> HttpResponse:
    """How far an act is, and what came of it; to htmx, that part alone."""
    campaign = get_campaign(request, slug, Permission.ACT_ON_ITEMS)
    found = get_object_or_404(campaign.acts.select_related("created_by"), pk=act_id)
    rows = ActItem.objects.filter(act=found).exclude(outcome__in=["", DONE]).order_by("item_id")
    context = page_context(
        request,
        campaign,
        "items",
        act=found,
        kind=act_kinds().get(found.kind),
        counts=counts_of(found),
        alone=rows[:SHOWN],
    )
    template = "oversight/pages/act.html"
    return render(request, f"{template}#act" if request.htmx else template, context)


def _back(request: PersonRequest, slug: str) -> HttpResponse:
    messages.error(request, "Not done: choose items, and what to do with them.")
    return redirect("campaign-items", slug)


def _chosen(request: PersonRequest, campaign: Campaign, form: ChoiceForm) -> Any:
    """Return the facts of the items that are meant; None: the form does not say which."""
    if not form.is_valid():
        return None
    last_id = form.cleaned_data["last_id"]
    if form.cleaned_data["scope"] == "all":
        asked = asked_of(campaign, QueryDict(form.cleaned_data["query"]))
        if asked.problem:
            return None
        rows = narrowed(asked)
    else:
        ids = _ticked(request)
        if len(ids) > MOST_TICKED:
            return None
        rows = ItemFacts.objects.filter(campaign=campaign, item__in=ids)
    return rows if last_id is None else rows.filter(item_id__lte=last_id)


def _ticked(request: PersonRequest) -> list[int]:
    given = request.POST.getlist("item")
    return [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 19]


def _in_words(campaign: Campaign, form: ChoiceForm) -> str:
    if form.cleaned_data["scope"] == "ticked":
        return "ticked one by one"
    asked = asked_of(campaign, QueryDict(form.cleaned_data["query"]))
    return "; ".join(words_of(asked.filters))[:2000] or "all items"


def _preview_page(
    request: PersonRequest,
    campaign: Campaign,
    form: ChoiceForm,
    kind: ActKind,
    chosen: Any,
    needs: NeedsForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    found: Preview = preview(kind, chosen)
    context = page_context(
        request,
        campaign,
        "items",
        kind=kind,
        found=found,
        is_too_many=kind.most is not None and found.items > kind.most,
        needs=needs,
        choice=form.cleaned_data,
        ticked=_ticked(request) if form.cleaned_data["scope"] == "ticked" else [],
        words=_in_words(campaign, form),
        problem=problem,
    )
    return render(request, "oversight/pages/act_preview.html", context, status=status)
