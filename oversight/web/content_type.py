"""A Content-Type that cannot be read is the sender's error: Django raises before its own handlers."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_header_parameters

from oversight.web.path_prefix import Application

UNREADABLE = "The Content-Type cannot be read."


def with_readable_type(application: Application) -> Application:
    """Return the application, which answers 415 itself where the header is no media type."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            answer = _refusal(environ.get("PATH_INFO", ""))
            start_response("415 Unsupported Media Type", list(answer.items()))
            return [answer.content]
        return application(environ, start_response)

    return serve


def _refusal(path: str) -> HttpResponse:
    """A proxy's prefix may stand in front of the path."""
    # Here, since it needs the records, which are not there before Django is.
    from oversight.rest.problems import problem

    if "/api/" in path:
        return problem(415, UNREADABLE, "unsupported_media_type")
    return HttpResponse(UNREADABLE, status=415, content_type="text/plain")
