"""How an entry of the audit log is hashed. Written so that anybody can do it again elsewhere."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def canonical(fields: Mapping[str, Any]) -> str:
    """Return the content as JSON: keys in order, no white space, times in UTC to the microsecond."""
    return json.dumps(
        fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_written
    )


def content_sha256(fields: Mapping[str, Any]) -> str:
    """Return the hash of an entry's content, in hexadecimal."""
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def chained_sha256(previous: str, content: str) -> str:
    """Return the hash that an entry has in the chain: PostgreSQL reckons the same as it is saved.

    `previous` is that of the entry before, "" for the first; `content` its own content's.
    """
    return hashlib.sha256(f"{previous}{content}".encode()).hexdigest()


def storable(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as PostgreSQL gives them back: what JSON writes in several ways is text."""
    return {str(key): _plain(value) for key, value in details.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return storable(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    # Neither NUL nor half a character fits in a column.
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value)} has no canonical form")
