"""A Content-Type that cannot be read is the sender's error: Django raises before its own handlers."""

from collections.abc import Iterable
from typing import Any

from django.utils.http import parse_header_parameters

from oversight.web.path_prefix import Application

UNREADABLE = b"The Content-Type cannot be read."


def with_readable_type(application: Application) -> Application:
    """Return the application, which answers 415 itself where the header is no media type."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            start_response("415 Unsupported Media Type", [("Content-Type", "text/plain")])
            return [UNREADABLE]
        return application(environ, start_response)

    return serve
