"""The door of all forms: browsers send CRLF for every line end, and what is kept has LF."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from models_srv.texts import with_lf


class LineEndMiddleware:
    """Gives every view forms whose lines end as those of the texts that they were made from.

    Views without CSRF protection take other bodies than forms (REST) and read them themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        sent = request.POST
        if any("\r" in value for _, values in sent.lists() for value in values):
            request.POST = _with_lf(sent)  # type: ignore[assignment]


def _with_lf(sent: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        kept.setlist(name, [with_lf(str(value)) for value in values])
    kept._mutable = False
    return kept
