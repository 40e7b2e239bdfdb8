"""Keeping a list's filters, order and columns under a name, for oneself."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from oversight.models import SavedView
from oversight.pages.services.saved_views import forget_view, save_view
from oversight.pages.views.browser import asked_of
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import PersonRequest, get_campaign, person_required


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60)
    query = forms.CharField(max_length=2000, required=False)


@require_POST
@person_required
def save(request: PersonRequest, slug: str) -> HttpResponse:
    """Keep the list as it is shown; what the list itself would refuse is not kept."""
    campaign = get_campaign(request, slug, Permission.SEE_ITEMS)
    form = ViewForm(request.POST)
    back = reverse("campaign-items", args=[slug])
    if not form.is_valid() or asked_of(campaign, QueryDict(form.cleaned_data["query"])).problem:
        messages.error(request, "Not saved: give the view a name of at most 60 characters.")
        return redirect(back)
    view = save_view(campaign=campaign, user=request.user, **form.cleaned_data)
    messages.success(request, f"“{view.name}” is saved: it is among your views.")
    return redirect(f"{back}?{view.query}")


@require_POST
@person_required
def forget(request: PersonRequest, slug: str, view_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_ITEMS)
    view = SavedView.objects.filter(campaign=campaign, user=request.user, pk=view_id).first()
    if view:
        forget_view(view=view)
        messages.success(request, f"“{view.name}” is forgotten. Nothing else changed.")
    return redirect("campaign-items", slug)
