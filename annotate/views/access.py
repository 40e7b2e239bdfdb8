"""Who is asking, and how."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from oversight.models import User

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request by somebody who has signed in."""

    user: User
    htmx: HtmxDetails


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Send who is not signed in to sign in; answer htmx with 401, so that the page stays."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = cast(PersonRequest, request)
        if request.user.is_authenticated:
            return view(person, *args, **kwargs)
        if person.htmx:
            return HttpResponse("You were signed out.", status=401, content_type="text/plain")
        # Where a form was sent there is nothing to come back to with GET.
        is_page = request.method == "GET"
        return redirect_to_login(request.get_full_path() if is_page else reverse("annotate:home"))

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", wrapped)
