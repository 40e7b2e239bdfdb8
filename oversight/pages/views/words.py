"""What the words of the other pages mean."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.pages.policies.words import CHAPTERS
from oversight.people.views.access import PersonRequest, person_required


@require_safe
@person_required
def words(request: PersonRequest) -> HttpResponse:
    return render(request, "oversight/pages/words.html", {"chapters": CHAPTERS})
