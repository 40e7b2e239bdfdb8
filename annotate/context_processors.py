"""What the navigation of every page knows of this app."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from annotate.work.selectors.flags import count_open_flags


def flags(request: HttpRequest) -> dict[str, object]:
    """Give `open_flags`, which is asked for only where a page shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"open_flags": SimpleLazyObject(lambda: count_open_flags(user))}
