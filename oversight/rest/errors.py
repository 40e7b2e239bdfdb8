"""What REST refuses, by status."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "It is in another state by now: look at it again."
    default_code = "conflict"


class KeyUnderWay(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "A request with this Idempotency-Key is under way: ask again in a moment."
    default_code = "under_way"
    headers = {"Retry-After": "1"}


class KeyUsedOtherwise(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key came with another request before: take a new one."
    default_code = "key_used"


class Changed(APIException):
    """If-Match names a version that is there no more; `headers` has the one that is."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It was changed meanwhile: read it again, then send its ETag as If-Match."
    default_code = "changed"

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.headers = {"ETag": etag}


class MatchRequired(APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say which version you change: read it, then send its ETag as If-Match."
    default_code = "match_required"


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body is larger than {limit_bytes // 2**20} MiB: send it in parts.")


class LimitReached(APIException):
    """Too many requests in this minute; `headers` say how many, and when it goes on."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "limit_reached"

    def __init__(self, what: str, limit: int, headers: dict[str, Any]) -> None:
        super().__init__(f"At most {limit} {what} in a minute: wait, then go on.")
        self.headers = headers
