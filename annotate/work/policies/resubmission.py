"""Whether what is sent a second time says the same as the first time."""

import json
from collections.abc import Mapping
from typing import Any

# How it was said, not what: two tabs of one card differ in these and still give one answer.
NOT_SAID = {"seconds", "critiques_shown", "order_shown"}


def says_the_same(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Compare two payloads of annotations; `kept` has been through JSON, `sent` may not have."""
    return bool(_said(kept) == _said(sent))


def _said(payload: Mapping[str, Any]) -> Any:
    said = {name: part for name, part in payload.items() if name not in NOT_SAID}
    return json.loads(json.dumps(said))
