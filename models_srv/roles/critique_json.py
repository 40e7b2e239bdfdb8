"""A critique as JSON, for servers that hold an answer to a schema. Pure.

The verdict comes first, as in the form by lines: its probability is read from the verdict's tokens.
"""

import json
from typing import Any

from models_srv.roles.critique_format import BLOCK_KEYS, Field

FORM = """\
Check the answer to the question. Reply with one JSON object in exactly this form, and nothing else:
{"verdict": "flawed", "summary": "One sentence.", "comments": [{
"quote": "the exact text of the answer that is wrong",
"category": "the kind of problem, in a few words",
"severity": "critical, major, minor or nitpick",
"principle": "the number of the principle it breaks, or an empty text",
"why": "one sentence",
"fix": "what should stand there instead"}]}
Give one comment for each problem. If nothing is wrong, reply:
{"verdict": "sound", "summary": "No problem found.", "comments": []}"""

_COMMENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in BLOCK_KEYS},
        "severity": {"type": "string", "enum": ["critical", "major", "minor", "nitpick"]},
    },
    "required": list(BLOCK_KEYS),
    "additionalProperties": False,
}
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "verdict": {"type": "string", "enum": ["flawed", "sound"]},
            "summary": {"type": "string"},
            "comments": {"type": "array", "items": _COMMENT},
        },
        "required": ["verdict", "summary", "comments"],
        "additionalProperties": False,
    }
)


def read_json(text: str) -> list[Field]:
    """Return the fields of a critique that is a JSON object, none where it is none.

    What is not of the schema is left out: a model that no server held to it may write anything.
    """
    try:
        whole = json.loads(_unfenced(text))
    except (ValueError, RecursionError):
        return []
    if not isinstance(whole, dict):
        return []
    comments = whole.get("comments")
    listed = comments if isinstance(comments, list) else []
    blocks = [each for each in listed if isinstance(each, dict)]
    head = [Field(key, str(whole[key])) for key in ("verdict", "summary") if key in whole]
    return [*head, *(field for block in blocks for field in _fields(block))]


def _fields(block: dict[str, Any]) -> list[Field]:
    """Return a comment's fields in the order in which one comment is told from the next."""
    said = {key: block[key] for key in BLOCK_KEYS if key in block}
    return [Field(key, str(said.get(key, ""))) for key in BLOCK_KEYS] if said else []


def _unfenced(text: str) -> str:
    """Return the text without a Markdown fence around the whole of it."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[text.index("\n") : -3]
    return text
