"""How many requests a token, or a person in a browser, may make in a minute.

Counted in the cache: an emptied Redis begins the minute anew, one that is away lets everybody in.
"""

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from oversight.models import ApiToken

from .errors import LimitReached

if TYPE_CHECKING:  # Django REST framework reads this before it has its views
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


class PerToken(BaseThrottle):
    """Raises LimitReached; what is left is noted on the request for the answer's headers."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return True
        what = "reads" if request.method in SAFE_METHODS else "writes"
        limit = settings.REST_LIMITS[what]
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        used = _count(f"rest:{_who(request)}:{what}:{window}")
        headers = {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - used)),
            "RateLimit-Reset": str(max(1, int((window + 1) * WINDOW_SECONDS - now))),
        }
        if used > limit:
            headers["Retry-After"] = headers["RateLimit-Reset"]
            raise LimitReached(what, limit, headers)
        view.headers.update(headers)
        return True


def _who(request: Request) -> str:
    is_token = isinstance(request.auth, ApiToken)
    return f"token-{request.auth.pk}" if is_token else f"person-{request.user.pk}"


def _count(key: str) -> int:
    """Count one more; return how many there are, 0 where nobody can count."""
    try:
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        return int(cache.incr(key))
    except ValueError:  # emptied between the two
        return 1
    except Exception:
        logger.warning("requests are not counted: the cache is away", exc_info=True)
        return 0
