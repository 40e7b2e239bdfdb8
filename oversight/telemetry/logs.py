"""Lines of the log: plain ones to read, JSON where LOG_FORMAT=json, with what they are about.

What is bound around a piece of work (`about`) stands in each of its lines. A key from the
environment never does: whoever answers with an error may have quoted it.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager

import structlog

HIDDEN = "…"
SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
PASSWORD_IN_URL = re.compile(r"://[^/@\s]*:([^/@\s]+)@")
LEAST_LENGTH = 8  # a shorter one may be any word


def about(**names: object) -> AbstractContextManager[None]:
    """Bind ids to every line that is logged within: round=3, unit=17."""
    return structlog.contextvars.bound_contextvars(**names)


def formatter(*, environment: Mapping[str, str] = os.environ) -> logging.Formatter:
    """Return what LOG_FORMAT asks for: `json`, or by default `plain`. Raises ValueError for others."""
    kind = environment.get("LOG_FORMAT") or "plain"
    if kind not in FORMATTERS:
        raise ValueError(f"LOG_FORMAT must be one of {', '.join(FORMATTERS)}, not {kind!r}.")
    return FORMATTERS[kind]()


def without_keys(text: str) -> str:
    for secret in _secrets(os.environ):
        text = text.replace(secret, HIDDEN)
    return text


class PlainLine(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        bound = structlog.contextvars.get_contextvars()
        words = " ".join(f"{name}={value}" for name, value in bound.items())
        line = super().formatMessage(record)
        return f"{line} [{words}]" if words else line


class JsonLine(structlog.stdlib.ProcessorFormatter):
    """One object a line: `event`, `level`, `logger`, `timestamp`, what is bound, and `exception`."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))


FORMATTERS: dict[str, type[logging.Formatter]] = {"plain": PlainLine, "json": JsonLine}


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if SECRET_NAME.search(name) and len(value) >= LEAST_LENGTH:
            yield value
        elif name.endswith("_URL"):
            yield from PASSWORD_IN_URL.findall(value)
