"""Errors as `application/problem+json` (RFC 9457), whatever raised them and wherever.

`type` is always about:blank, so `title` is the status in words; `code` is what programs go by.
`errors` names each field that is wrong, and what would be right: dots lead into lists and objects.
"""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError
from django.http import HttpResponse
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions, serializers
from rest_framework.renderers import JSONRenderer

from oversight.errors import NotAllowed, OversightError

from .errors import Conflict

PROBLEM_JSON = "application/problem+json"
BROKEN = "Something broke on our side. The error was logged."
UNREADABLE = "The request holds what cannot be read."


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Which one: `text`, `2.text`; empty: all of it.")
    detail = serializers.CharField(help_text="What is wrong, and what would be right.")
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong, in a sentence.")
    code = serializers.CharField(help_text="What is wrong, in a word for programs.")
    errors = FieldErrorSerializer(  # type: ignore[assignment]  # a column, not Serializer.errors
        many=True, required=False
    )


def problem(
    status: int, detail: str, code: str, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Return the answer that says what went wrong; it needs no request, which may be what is wrong."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return HttpResponse(JSONRenderer().render(body), status=status, content_type=PROBLEM_JSON)


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        found = [
            {"field": each.attr or "", "detail": each.detail, "code": each.code}
            for each in error_response.errors
        ]
        is_of_fields = isinstance(self.exc, exceptions.ValidationError)
        first = found[0] if found else {"field": "", "detail": "It was refused.", "code": "invalid"}
        place = f"{first['field']}: " if first["field"] else ""
        return {
            "detail": f"{place}{first['detail']}" if is_of_fields else first["detail"],
            "code": "invalid" if is_of_fields else first["code"],
            "errors": found if is_of_fields else None,
        }


class ProblemHandler(ExceptionHandler):
    """Turns what services and Django raise into what REST answers."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, OversightError):
            is_forbidden = isinstance(exc, NotAllowed)
            refusal = exceptions.PermissionDenied if is_forbidden else Conflict
            return refusal(exc.sentence, code=exc.code)
        if isinstance(exc, DataError | UnicodeEncodeError):
            return exceptions.ParseError(UNREADABLE)
        if isinstance(exc, ModelInvalid):
            return exceptions.ValidationError(serializers.as_serializer_error(exc))
        return super().convert_known_exceptions(exc)

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        if isinstance(exc, exceptions.APIException):
            return exc
        return exceptions.APIException(BROKEN)

    def get_response(  # type: ignore[override]  # Django REST framework lets any answer through
        self, exc: exceptions.APIException, data: dict[str, Any]
    ) -> HttpResponse:
        """Past the renderers: an address that gives JSON lines says its errors like any other."""
        response = problem(exc.status_code, **data)
        for name, value in {**self.get_headers(exc), **getattr(exc, "headers", {})}.items():
            response[name] = value
        return response
