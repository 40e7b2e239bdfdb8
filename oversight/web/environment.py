"""Settings out of environment variables: a wrong one is named, with what would be right."""

import os
import re

from django.core.exceptions import ImproperlyConfigured

LAST_PORT = 65_535


def whole_number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def positive_int(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) == 0:
        raise ImproperlyConfigured(f"{name} must be a positive whole number, not {text!r}.")
    return int(text)


def port_number(name: str, default: int) -> int:
    if (number := positive_int(name, default)) > LAST_PORT:
        raise ImproperlyConfigured(f"{name} must be at most {LAST_PORT}, not {number}.")
    return number


def address(name: str) -> tuple[str, int] | None:
    """Return HOST:PORT, None where it is not set."""
    text = os.environ.get(name) or ""
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdigit() and 0 < int(port) <= LAST_PORT):
        raise ImproperlyConfigured(f"{name} must be HOST:PORT, not {text!r}.")
    return (host, int(port)) if text else None
