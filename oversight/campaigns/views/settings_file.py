"""A campaign's settings and principles as a file: taken away, and brought back after a look."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.api.settings_file import checked
from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.history import Difference, differences
from oversight.campaigns.policies.settings_file import MOST_CHARS, BadFile, write_file
from oversight.campaigns.selectors.settings_file import (
    all_settings,
    current_principles,
    state_of,
)
from oversight.campaigns.services.settings import written
from oversight.campaigns.services.settings_file import apply_file
from oversight.models import Campaign
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)


class FileForm(forms.Form):
    """A file, or its text; `state` is what it was shown against, once it was."""

    file = forms.FileField(required=False, label="A file", help_text="YAML, as it is downloaded.")
    text = forms.CharField(
        required=False,
        label="Or its text",
        max_length=MOST_CHARS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono", "spellcheck": "false"}),
    )
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (file := data.get("file")) is not None:
            # A character has at most four bytes.
            data["text"] = _decoded(file.read(4 * MOST_CHARS + 1))
        if not (data.get("text") or "").strip() and not self.errors:
            raise ValidationError("Choose a file or paste its text.")
        return data


@dataclass(frozen=True)
class Preview:
    """What a file would change, and against which state; `title` is a group's or “Principles”."""

    text: str
    state: str
    changes: list[tuple[str, list[Difference]]]


@require_safe
@person_required
def download(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    principles = [each.text for each in current_principles(campaign)]
    text = write_file(written(all_settings(campaign)), principles)
    name = f'attachment; filename="{campaign.slug}-settings.yaml"'
    return HttpResponse(
        text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_http_methods(GET_OR_POST)
@person_required
def settings_file(request: PersonRequest, slug: str) -> HttpResponse:
    """Take a file, show what it would change, and change it once that was seen."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    is_sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
    preview, faults = None, []
    if request.method == "POST" and form.is_valid():
        text, state = form.cleaned_data["text"], form.cleaned_data["state"]
        try:
            settings, principles = checked(text, campaign)
            if state:
                tell_outcome(
                    request,
                    lambda: apply_file(
                        campaign=campaign,
                        changed_by=request.user,
                        state=state,
                        settings=settings,
                        principles=principles,
                    ),
                    "Done. It holds from now on; a round that has begun keeps what it began with.",
                )
                return redirect("settings-history", slug)
            preview = Preview(text, state_of(campaign), _changes(campaign, settings, principles))
        except BadFile as error:
            faults = error.faults
    more = {"form": form, "preview": preview, "faults": faults, "pages": PAGES.values()}
    context = page_context(request, campaign, "settings", **more, is_file=True)
    status = 422 if faults or form.errors else 200
    return render(request, "oversight/campaigns/file.html", context, status=status)


def _changes(
    campaign: Campaign, settings: dict[str, Any], principles: list[str] | None
) -> list[tuple[str, list[Difference]]]:
    wanted = written(settings)
    found = [
        (page.title, differences(key, written(campaign.values_of(key)), wanted))
        for key, page in PAGES.items()
    ]
    current = [each.text for each in current_principles(campaign)]
    if principles is not None:
        gone = [
            Difference("Retired", text, "nothing") for text in current if text not in principles
        ]
        new = [Difference("New", "nothing", text) for text in principles if text not in current]
        found.append(("Principles", gone + new))
    return [(title, each) for title, each in found if each]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError({"file": "This is no text in UTF-8."}) from error
