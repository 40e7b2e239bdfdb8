"""The request that is being answered: how what is written down knows who asked for it."""

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_current: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class RememberRequest:
    """Keeps the request while it is answered, for `current_request`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _current.set(request)
        try:
            return self.get_response(request)
        finally:
            _current.reset(before)


def current_request() -> HttpRequest | None:
    """Return the request that is being answered; None in workers and commands."""
    return _current.get()
