"""A file of settings against the shapes that REST takes: the same values are refused."""

from typing import Any

from rest_framework.exceptions import ErrorDetail

from oversight.campaigns.api.serializers import GROUP_SHAPES
from oversight.campaigns.policies.settings_file import BadFile, SettingsFile, read_file
from oversight.campaigns.services.campaigns import MOST_PRINCIPLE_CHARS
from oversight.models import Campaign
from oversight.models.groups import SETTINGS


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
        else:
            faults += [
                (file.lines[key, name], f"{name}: {_words(errors)}")
                for name, errors in shape.errors.items()
            ]
    faults += _wrong_principles(file)
    if faults:
        raise BadFile(faults)
    return found, file.principles


def _wrong_principles(file: SettingsFile) -> list[tuple[int, str]]:
    texts = file.principles or []
    if any(not each or len(each) > MOST_PRINCIPLE_CHARS or "\0" in each for each in texts):
        return [(1, f"principles: each has 1 to {MOST_PRINCIPLE_CHARS:,} characters")]
    return [] if len(set(texts)) == len(texts) else [(1, "principles: each stands there once")]


def _words(errors: Any) -> str:
    """Return what a shape says of one value, however deep."""
    if isinstance(errors, ErrorDetail | str):
        return str(errors)
    each = errors.values() if isinstance(errors, dict) else errors
    return " ".join(_words(part) for part in each)
