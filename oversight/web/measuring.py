"""Counts requests and how long they take, by the route and not by the address: no id is a label."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from oversight.telemetry.metrics import REQUEST_SECONDS, REQUESTS


class Measured:
    """The outermost: what other middleware answers counts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - begun)
        return response


METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
