"""Request bodies within bounds. Django's own limit does not hold where the body is a stream."""

import io
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .errors import BodyTooLarge

MAX_BODY_BYTES = 16 * 1024 * 1024


class BoundedJSONParser(JSONParser):
    """JSON of at most MAX_BODY_BYTES; what cannot be read is the sender's error, never ours."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content = stream.read(MAX_BODY_BYTES + 1)
        if len(content) > MAX_BODY_BYTES:
            raise BodyTooLarge(MAX_BODY_BYTES)
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise ParseError(f"The body is not {encoding}.") from error
        try:
            return super().parse(io.BytesIO(text.encode()), media_type, {"encoding": "utf-8"})
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
