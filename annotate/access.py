"""Who is asking: people who sign in come back to what they annotate."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from annotate.models import Assignment
from annotate.queue.selectors.assignments import assignment_of
from oversight.people.views.access import PersonRequest as PersonRequest
from oversight.people.views.access import sign_in_first

P = ParamSpec("P")


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    return sign_in_first("annotate:home")(view)


def own_assignment(request: PersonRequest, assignment_id: int) -> Assignment:
    """Return what is leased to the person; others' are not found."""
    if row := assignment_of(request.user, assignment_id):
        return row
    raise Http404("You hold no such assignment.")
