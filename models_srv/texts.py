"""How a text is kept, and what makes it the same text. Pure."""

import hashlib
import re
import unicodedata

_LINE_END = re.compile(r"\r\n?")


def with_lf(text: str) -> str:
    """Return the text with LF for every line end (CRLF, a lone CR), as all stored text has."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def exact_digest(text: str) -> str:
    """Return the sha256 that names a text: of its NFC form with LF, and of nothing looser.

    Two ways of writing one letter are one text; `2⁵` and `25`, two cases or indents are two.
    """
    return hashlib.sha256(unicodedata.normalize("NFC", with_lf(text)).encode()).hexdigest()


def as_seen(text: str) -> str:
    """Return what a reader can tell from another text: white space at the end shows nowhere.

    For choosing what to ask people, never for saying that two texts are one.
    """
    return with_lf(text).rstrip()


def one_line(name: str) -> str:
    """Return a name in one line, empty where it is white space alone. Raises ValueError where it holds
    what does not print, which a page or a terminal would obey."""
    line = " ".join(name.split())
    if not line.isprintable():
        raise ValueError("holds what does not print")
    return line
