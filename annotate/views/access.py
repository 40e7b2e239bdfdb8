"""Who is asking: people who sign in come back to what they annotate."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from oversight.views.access import PersonRequest as PersonRequest
from oversight.views.access import sign_in_first

P = ParamSpec("P")


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    return sign_in_first("annotate:home")(view)
