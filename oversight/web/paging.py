"""Lists over REST, page by page."""

import re
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class ById(CursorPagination):
    """Pages that hold still while rows are added."""

    ordering = "id"

    def decode_cursor(self, request: Request) -> Any:
        """Return the place to go on from. Raises NotFound where it is no id: Django's column decides
        what is one too late.
        """
        cursor = super().decode_cursor(request)
        if cursor and not re.fullmatch(r"[0-9]{1,18}", str(cursor.position or 0), re.ASCII):
            raise NotFound(self.invalid_cursor_message)
        return cursor
