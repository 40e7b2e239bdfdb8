"""Words of a text, in any script. Pure.

Scripts that put no space between words (Chinese, Japanese, Thai and others) are cut character by
character, all others at their spaces. What people see as one character (a letter with its accents,
a composed emoji) is never cut.
"""

import re

import regex

_UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々〆"
    r"\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"  # and their signs
)
# Flags are two letters each; \X looks back over all that stand before one, which is quadratic.
_SEEN = r"(?:[\U0001f1e6-\U0001f1ff]{1,2}+\p{M}*+|\X)"
_IN_A_CHUNK = regex.compile(rf"(?:(?!{_UNSPACED}){_SEEN})++|{_SEEN}")
_TOKEN = regex.compile(
    rf"(?:(?!{_UNSPACED})(?=\w)\X)++"  # a word
    r"|(?:(?=\s)\X)++"  # white space
    rf"|{_SEEN}"  # any other sign
)
_ASCII_TOKEN = re.compile(r"\w+|\s+|[^\w\s]", re.ASCII)


def words(text: str) -> list[str]:
    """Return the words, white space left out; signs beside a word belong to it."""
    if text.isascii():
        return text.split()
    return [word for chunk in text.split() for word in _IN_A_CHUNK.findall(chunk)]


def tokens(text: str) -> list[str]:
    """Return words, runs of white space and single signs in order; joined they are the text."""
    found: list[str] = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    return found
