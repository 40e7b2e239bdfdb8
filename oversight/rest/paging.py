"""Lists over REST, page by page."""

import re
from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from oversight.lists import planned_anew

MAX_PAGE_SIZE = 1000


class ById(CursorPagination):
    """Pages that hold still while rows are added: each begins after the last row of the one before."""

    ordering = "id"
    page_size_query_param = "page_size"
    page_size_query_description = f"Rows on a page, 1 to {MAX_PAGE_SIZE}."
    max_page_size = MAX_PAGE_SIZE

    @planned_anew()
    def paginate_queryset(self, *args: Any, **kwargs: Any) -> list[Any] | None:
        return super().paginate_queryset(*args, **kwargs)

    def get_page_size(self, request: Request) -> int | None:
        """Return how many rows. Raises ValidationError where the request names no such number."""
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= MAX_PAGE_SIZE:
            words = f"A whole number from 1 to {MAX_PAGE_SIZE}, not “{text[:40]}”."
            raise ValidationError({"page_size": [words]})
        return int(text)

    def decode_cursor(self, request: Request) -> Any:
        """Return the place to go on from. Raises NotFound where it is no id: Django's column decides
        what is one too late.
        """
        cursor = super().decode_cursor(request)
        if cursor and not re.fullmatch(r"[0-9]{1,18}", str(cursor.position or 0), re.ASCII):
            raise NotFound(self.invalid_cursor_message)
        return cursor
