"""What no page and no endpoint can use is the sender's error, and told so in one place."""

import codecs
import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse

from oversight.web.error_pages import bad_request, unsupported_charset

logger = logging.getLogger(__name__)

# Browsers send UTF-8. Python knows codecs by name that turn no bytes into text (hex, zip).
CHARSETS = {codecs.lookup(name).name for name in ("utf-8", "ascii", "latin-1", "cp1252")}


class SendersErrors:
    """Answers 400 or 415 where a value cannot be one of ours: NUL, a number past all columns.

    PostgreSQL's texts hold no NUL. What forms and serializers check they answer for themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_known_charset(request):
            return unsupported_charset(request)
        if "\0" in request.path_info or _has_nul(request):
            return bad_request(request, BadRequest("NUL in the address"))
        # Another site on the same host may have set it: the person cannot help it.
        request.COOKIES = {k: v for k, v in request.COOKIES.items() if "\0" not in k + v}
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A value that its column cannot hold came with the request: nobody else writes here."""
        if not isinstance(exception, DataError | UnicodeEncodeError):
            return None
        logger.warning("%s %s: %s", request.method, request.path, exception, exc_info=exception)
        return bad_request(request, exception)


def _is_known_charset(request: HttpRequest) -> bool:
    try:
        charset = (request.content_params or {}).get("charset") or "utf-8"
        return codecs.lookup(charset).name in CHARSETS
    except (LookupError, ValueError):
        return False


def _has_nul(request: HttpRequest) -> bool:
    return any("\0" in text for key, values in request.GET.lists() for text in (key, *values))
