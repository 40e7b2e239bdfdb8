"""Fenced code cut into tokens for colouring. Pure."""

from collections.abc import Iterator
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Token, _TokenType
from pygments.util import ClassNotFound

# Few enough colours to be told apart, in both themes.
GROUPS = [
    (Token.Comment, "tok-comment"),
    (Token.Keyword, "tok-keyword"),
    (Token.Literal.String, "tok-string"),
    (Token.Literal.Number, "tok-number"),
    (Token.Name.Function, "tok-name"),
    (Token.Name.Class, "tok-name"),
    (Token.Name.Builtin, "tok-builtin"),
    (Token.Name.Tag, "tok-name"),
    (Token.Operator, "tok-operator"),
]
CLASSES = {css_class for _, css_class in GROUPS}


def code_pieces(code: str, info: str) -> Iterator[tuple[int, str, str]]:
    """Yield (offset, class or empty, text); the texts joined are the code.

    `info` is what stands after the fence: an unknown language is left uncoloured, never guessed.
    The time that a lexer takes has no bound: only `annotate.text.colouring_child` calls this.
    """
    for offset, kind, value in lexer_of(info).get_tokens_unprocessed(code):
        if value:
            yield offset, _class_of(kind), value


@cache
def lexer_of(info: str) -> Lexer:
    try:
        return get_lexer_by_name(info.split()[0].lower()) if info.split() else TextLexer()
    except ClassNotFound:
        return TextLexer()


def _class_of(kind: _TokenType) -> str:
    above = kind.split()  # the token type itself and those that it is a kind of
    return next((css_class for group, css_class in GROUPS if group in above), "")
