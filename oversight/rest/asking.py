"""What an address may be asked for in its query: filters, fields, a page. All else is refused by name."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = ("cursor", "page_size")
FIELDS = "fields"


class Filters(serializers.Serializer[Any]):
    """Parameters of a query. Those that were not given are not in `validated_data`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for field in self.fields.values():
            field.required = False


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raises ValidationError for a parameter that is not among those known, or that comes twice."""
    names = sorted(known)
    errors = {}
    for name, values in request.query_params.lists():
        if name not in names:
            there = ", ".join(names) or "none"
            errors[name[:100]] = [f"There is no such parameter here. There is: {there}."]
        elif len(values) > 1:
            errors[name] = ["Give it once."]
    if errors:
        raise ValidationError(errors)


def refuse_unknown_fields(body: Iterable[str], known: Iterable[str]) -> None:
    """Raises ValidationError for a field of a body that is not among those known."""
    names = list(known)
    there = ", ".join(names) or "none"
    unknown = [str(name)[:100] for name in body if name not in names]
    if unknown:
        raise ValidationError(
            {name: [f"There is no such field. There is: {there}."] for name in unknown}
        )


def read_filters(request: Request, filters: type[Filters]) -> dict[str, Any]:
    """Return the filters that were given. Raises ValidationError where one has no such value."""
    names = set(filters().fields)
    given = {name: value for name, value in request.query_params.items() if name in names}
    serializer = filters(data=given)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def read_fields(request: Request, known: Iterable[str]) -> list[str]:
    """Return the fields that were asked for, empty for all. Raises ValidationError for unknown ones."""
    text = request.query_params.get(FIELDS)
    if text is None:
        return []
    names = [name.strip() for name in text.split(",")]
    there = list(known)
    if unknown := [name[:60] for name in names if name not in there]:
        words = f"No field is named “{'”, “'.join(unknown[:5])}”. There is: {', '.join(there)}."
        raise ValidationError({FIELDS: [words]})
    return names
