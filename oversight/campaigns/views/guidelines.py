"""Guidelines and principles as people read them, and their pictures."""

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.guidelines import PictureForm
from oversight.campaigns.selectors.settings_file import current_principles
from oversight.campaigns.services.pictures import add_picture, remove_picture
from oversight.errors import OversightError
from oversight.models import GuidelinePicture
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)


@require_http_methods(GET_OR_POST)
@person_required
def guidelines(request: PersonRequest, slug: str) -> HttpResponse:
    """Show them as annotators see them, with their pictures; take another picture."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    if form.is_bound and form.is_valid():
        content = form.cleaned_data["file"]
        try:
            add_picture(
                campaign=campaign, content=content, file_name=form.file_name, by=request.user
            )
            return redirect("campaign-guidelines", slug)
        except OversightError as error:
            form.add_error("file", f"Not kept: {error}.")
    more = {
        "form": form,
        "pictures": campaign.pictures.defer("content").select_related("added_by"),
        "principles": current_principles(campaign),
        "pages": PAGES.values(),
        "is_guidelines": True,
    }
    context = page_context(request, campaign, "settings", **more)
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/guidelines.html", context, status=status)


@require_safe
@person_required
def picture(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Serve a picture to the campaign's people: as what it is, and as nothing that could run."""
    campaign = get_campaign(request, slug)
    found = get_object_or_404(campaign.pictures.defer("content"), number=number)
    headers = {"ETag": f'"{found.sha256}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    ending = found.kind.removeprefix("image/")
    headers |= {
        "Content-Disposition": f'inline; filename="picture-{number}.{ending}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(bytes(found.content), content_type=found.kind, headers=headers)


@require_POST
@person_required
def picture_remove(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    found = get_object_or_404(GuidelinePicture, campaign=campaign, number=number)
    tell_outcome(
        request,
        lambda: remove_picture(picture=found, by=request.user),
        f"Picture {number} is removed. Where a text shows it, its words alone are left.",
    )
    return redirect("campaign-guidelines", slug)
