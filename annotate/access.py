"""Who is asking: people who sign in come back to where they annotate."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from oversight.people.views.access import PersonRequest as PersonRequest
from oversight.people.views.access import sign_in_first

P = ParamSpec("P")


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    return sign_in_first("annotate:home")(view)
