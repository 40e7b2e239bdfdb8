"""Pages that no address leads to: what the server shows when it broke, or a form is out of date."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.views.csrf import csrf_failure
from django.views.defaults import server_error

SERVER_ERROR, FORM_OUT_OF_DATE = "/server-error/", "/form-out-of-date/"
PAGES = [("server-error", None, SERVER_ERROR), ("form-out-of-date", None, FORM_OUT_OF_DATE)]


def serve_failures(context) -> None:
    """Let a browser's context find these pages at their made-up addresses."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    for path, response in [
        (SERVER_ERROR, server_error(request)),
        (FORM_OUT_OF_DATE, csrf_failure(request)),
    ]:
        _serve(context, path, response)


def _serve(context, path: str, response: HttpResponse) -> None:
    answer = {"status": response.status_code, "body": response.content, "content_type": "text/html"}
    context.route(f"**{path}", lambda route: route.fulfill(**answer))
