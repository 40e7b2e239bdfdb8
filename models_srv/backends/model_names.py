"""Whether a server's answer comes from the model that was asked for. Pure."""

import re

_LATEST = re.compile(r"[:@-]latest$")
_DATE = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$")
_ENDING = re.compile(r"\.(?:gguf|safetensors)$")


def is_same_model(asked: str, said: str) -> bool:
    """Whether `said` names the model `asked`.

    Servers add a date (`gpt-4o-2024-08-06` for `gpt-4o`), a tag (`:latest`), the folder or the
    publisher that the name stands in, or a file's ending. Anything else is another model.
    """
    mine, other = _plain(asked), _plain(said)
    if not _DATE.search(mine):
        other = _DATE.sub("", other)
    if "/" in mine and "/" in other and _is_path(asked) == _is_path(said):
        return mine == other
    return mine.rpartition("/")[2] == other.rpartition("/")[2]


def _plain(name: str) -> str:
    return _ENDING.sub("", _LATEST.sub("", name.strip().rstrip("/").casefold()))


def _is_path(name: str) -> bool:
    return name.startswith(("/", ".", "~")) or re.match(r"[a-zA-Z]:", name) is not None
