"""The page that describes REST, from our own schema and without anybody else's server."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.people.views.access import PersonRequest, person_required


@require_safe
@person_required
def api_docs(request: PersonRequest) -> HttpResponse:
    return render(request, "oversight/people/api_docs.html")
