"""Errors outside of any view: a page for people, a problem in JSON for programs."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from oversight.rest.problems import BROKEN, UNREADABLE, problem

API = "/api/"
NO_ADDRESS = "There is no such address: /api/v1/docs/ has those that there are."
CHARSET = "The text's charset is not one that is read here: send UTF-8."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, HTTPStatus.BAD_REQUEST, UNREADABLE, "parse_error")


def unsupported_charset(request: HttpRequest) -> HttpResponse:
    return _answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, CHARSET, "unsupported_media_type")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(HTTPStatus.NOT_FOUND, NO_ADDRESS, "not_found")
    return defaults.page_not_found(request, exception or Exception())


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN, "error")
    return defaults.server_error(request)


def _answer(request: HttpRequest, status: HTTPStatus, words: str, code: str) -> HttpResponse:
    """Nothing of the request is looked at but its path: what is wrong with it may be anywhere."""
    if request.path_info.startswith(API):
        return problem(status, words, code)
    return HttpResponse(render_to_string("400.html", {"words": words}), status=status)
