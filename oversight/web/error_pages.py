"""Errors outside of any view: a page for people, JSON for programs."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

API = "/api/"
CHARSET = "The text's charset is not one that is read here: send UTF-8."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, HTTPStatus.BAD_REQUEST, "The request holds what cannot be read.")


def unsupported_charset(request: HttpRequest) -> HttpResponse:
    return _answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, CHARSET)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path_info.startswith(API):
        return JsonResponse({"detail": "Not found."}, status=HTTPStatus.NOT_FOUND)
    return defaults.page_not_found(request, exception or Exception())


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        words = "Something broke on our side. The error was logged."
        return JsonResponse({"detail": words}, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return defaults.server_error(request)


def _answer(request: HttpRequest, status: HTTPStatus, words: str) -> HttpResponse:
    """Nothing of the request is looked at but its path: what is wrong with it may be anywhere."""
    if request.path_info.startswith(API):
        return JsonResponse({"detail": words}, status=status)
    return HttpResponse(render_to_string("400.html", {"words": words}), status=status)
