"""All settings and principles as one YAML file over REST; its values are those that REST takes."""

from typing import Any

from django.core.exceptions import ValidationError as ModelInvalid
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from oversight.campaigns.api.serializers import GROUP_SHAPES
from oversight.campaigns.policies.settings_file import (
    MOST_CHARS,
    BadFile,
    SettingsFile,
    read_file,
    write_file,
)
from oversight.campaigns.selectors.settings_file import all_settings, current_principles, state_of
from oversight.campaigns.services.campaigns import MOST_PRINCIPLE_CHARS
from oversight.campaigns.services.settings import check_settings, written
from oversight.campaigns.services.settings_file import apply_file
from oversight.models import Campaign, Scope
from oversight.models.groups import SETTINGS
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access
from oversight.rest.text import TextField
from oversight.rest.versions import demand_match


class FileSerializer(serializers.Serializer[Any]):
    text = TextField(max_length=MOST_CHARS, help_text="YAML: settings by group, and `principles`.")


class SettingsFileDetail(CampaignView):
    """All settings and principles as a file."""

    access = {
        "GET": Access(Scope.READ, Permission.CHANGE_SETTINGS),
        "PATCH": Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_SETTINGS),
    }
    serializer_class = FileSerializer

    def get(self, request: Request, slug: str) -> HttpResponse:
        return self.show(_file(self.campaign))

    @extend_schema(request=FileSerializer)
    def patch(self, request: Request, slug: str) -> HttpResponse:
        """Set what the file names, all or nothing; what it leaves out stays. Faults name their line."""
        text, state = self.read(FileSerializer)["text"], state_of(self.campaign)
        demand_match(request, f'"{state}"')
        try:
            settings, principles = checked(text, self.campaign)
        except BadFile as error:
            words = [f"line {line}: {each}" for line, each in error.faults]
            raise ValidationError({"text": words}) from error
        apply_file(
            campaign=self.campaign,
            changed_by=user_of(request),
            state=state,
            settings=settings,
            principles=principles,
        )
        return self.show(_file(Campaign.objects.get(pk=self.campaign.pk)))

    def etag(self, row: dict[str, Any], whole: dict[str, Any]) -> str:
        return f'"{row["state"]}"'


def _file(campaign: Campaign) -> dict[str, Any]:
    principles = [each.text for each in current_principles(campaign)]
    text = write_file(written(all_settings(campaign)), principles)
    return {"text": text, "state": state_of(campaign)}


def checked(text: str, campaign: Campaign) -> tuple[dict[str, Any], list[str] | None]:
    """Return the file's settings by name, as the columns hold them, and its principles if it has any.

    Raises BadFile with the line of each unknown name and wrong value.
    """
    file = read_file(text, SETTINGS)
    found: dict[str, Any] = {}
    faults: list[tuple[int, str]] = []
    for key, values in file.groups.items():
        shape = GROUP_SHAPES[key](campaign.settings_of(key), data=values, partial=True)
        if shape.is_valid():
            found |= shape.validated_data
            faults += _refused_by_record(campaign, key, shape.validated_data, file)
        else:
            faults += [
                (file.lines[key, name], f"{name}: {_words(errors)}")
                for name, errors in shape.errors.items()
            ]
    faults += _wrong_principles(file)
    if faults:
        raise BadFile(faults)
    return found, file.principles


def _refused_by_record(
    campaign: Campaign, key: str, values: dict[str, Any], file: SettingsFile
) -> list[tuple[int, str]]:
    """Return what is wrong of a group's values together, as saving them would say it."""
    try:
        check_settings(campaign=campaign, key=key, **values)
    except ModelInvalid as error:
        first = min((line for (of, _), line in file.lines.items() if of == key), default=1)
        return [
            (
                file.lines.get((key, name), first),
                f"{name if name in values else key}: {_words(said)}",
            )
            for name, said in error.message_dict.items()
        ]
    return []


def _wrong_principles(file: SettingsFile) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    seen: set[str] = set()
    for line, text in zip(file.principle_lines, file.principles or [], strict=True):
        if not text or len(text) > MOST_PRINCIPLE_CHARS or "\0" in text:
            faults.append((line, f"principles: each has 1 to {MOST_PRINCIPLE_CHARS:,} characters"))
        elif text in seen:
            faults.append((line, "principles: each stands there once"))
        seen.add(text)
    return faults


def _words(errors: Any) -> str:
    """Return what a shape says of one value, however deep."""
    if isinstance(errors, ErrorDetail | str):
        return str(errors)
    each = errors.values() if isinstance(errors, dict) else errors
    return " ".join(_words(part) for part in each)
