"""Control tokens: those that a template writes, and that no text in a turn may become."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from models_srv.chat.rendering import Rendered, Span
from models_srv.chat.turns import Turn


class TextNotGuarded(ValueError):
    """The template would make control tokens of a turn's text, whatever is done."""


class ControlTokens:
    """The control tokens of a tokenizer, and encoding that keeps them out of contents.

    Control tokens are the special ones and those that the template's source names. A text without
    any is tokenised as it always was; in another, the contents' are spelled as plain text.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def is_safe(self, rendered: Rendered) -> bool:
        """Whether `encode` can tell the contents from the template."""
        if rendered.contents is not None and self._tokenizer.is_fast:
            return True
        return self._sequence(rendered.text) == self._sequence(rendered.neutral)

    def defused(self, turn: Turn) -> Turn:
        """Return the turn with a space in each of its control tokens, which they then are no more.

        For templates that rewrite contents: where these end up is not known.
        """
        parts = _cut(turn["content"], self._starts(turn["content"]))
        return {**turn, "content": " ".join(parts)}

    def encode(self, rendered: Rendered) -> list[int]:
        """Return the ids of what `is_safe`. Raises TextNotGuarded."""
        if rendered.contents is None or not self._tokenizer.is_fast:
            return self._plainly(rendered.text)
        encoded = self._tokenizer(
            rendered.text, add_special_tokens=False, return_offsets_mapping=True
        )
        tokens = list(zip(encoded["input_ids"], encoded["offset_mapping"], strict=True))
        return list(self._guarded(rendered.text, tokens, rendered.contents))

    def _guarded(
        self, text: str, tokens: Sequence[tuple[int, Span]], contents: Sequence[Span]
    ) -> Iterator[int]:
        """Yield the tokens; between two of the template's own control tokens, where a content has
        become one, spelled anew."""
        run: list[int] = []
        begin = 0
        for token, (start, end) in [*tokens, (None, (len(text), len(text)))]:
            if token is None or (token in self._ids and not _touches((start, end), contents)):
                is_clean = self._ids.isdisjoint(run)
                yield from run if is_clean else self._spelled(text[begin:start], begin == 0)
                if token is not None:
                    yield token
                run, begin = [], end
            else:
                run.append(token)

    def _spelled(self, text: str, is_first: bool) -> list[int]:
        """Return ids of the text of which none is a control token: each is cut through, and where
        the tokenizer finds more than their spellings, all characters are apart."""
        for parts in (_cut(text, self._starts(text)), list(text)):
            pieces = [self._inside(part, is_first and not n) for n, part in enumerate(parts)]
            ids = [each for piece in pieces for each in piece]
            if self._ids.isdisjoint(ids):
                return ids
        raise TextNotGuarded("A turn's text cannot be told from control tokens.")

    def _inside(self, text: str, is_first: bool) -> list[int]:
        """Return ids of a text as it stands after a control token: some tokenizers put a space
        before what they are given first."""
        if is_first or self._anchor is None:
            return self._plainly(text)
        ids = self._plainly(self._anchor[0] + text)
        return ids[1:] if ids[:1] == [self._anchor[1]] else self._plainly(text)

    def _plainly(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _sequence(self, text: str) -> list[int]:
        return [each for each in self._plainly(text) if each in self._ids]

    def _starts(self, text: str) -> list[int]:
        """Return where a control token's spelling begins in a text."""
        return [found.start() for found in self._spellings.finditer(text)]

    @cached_property
    def added_ids(self) -> frozenset[int]:
        return frozenset({*self._tokenizer.added_tokens_decoder, *self._tokenizer.all_special_ids})

    @cached_property
    def _ids(self) -> frozenset[int]:
        template = str(self._tokenizer.chat_template or "")
        added = self._tokenizer.added_tokens_decoder.items()
        named = {
            each for each, token in added if token.content.strip() and token.content in template
        }
        special = set(self._tokenizer.all_special_ids)
        special |= {each for each, token in added if token.special}
        # What stands for unknown characters may come from any text, and steers nothing.
        harmless = {self._tokenizer.unk_token_id} - named
        harmless -= {self._tokenizer.eos_token_id, self._tokenizer.bos_token_id}
        return frozenset((special | named) - harmless)

    @cached_property
    def _anchor(self) -> tuple[str, int] | None:
        """A control token that takes no white space with it, and its id."""
        added = self._tokenizer.added_tokens_decoder.items()
        return next(
            (
                (token.content, each)
                for each, token in added
                if each in self._ids and not token.rstrip
            ),
            None,
        )

    @cached_property
    def _spellings(self) -> re.Pattern[str]:
        words = self._tokenizer.convert_ids_to_tokens(sorted(self._ids))
        longer = sorted((word for word in words if len(word) > 1), key=len, reverse=True)
        # Ahead, so that spellings which overlap are all found.
        return re.compile(rf"(?=(?:{'|'.join(map(re.escape, longer)) or '(?!)'}))", re.IGNORECASE)


def _touches(span: Span, contents: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in contents)


def _cut(text: str, starts: list[int]) -> list[str]:
    """Cut the text after the first character of each place."""
    edges = [0, *sorted({start + 1 for start in starts}), len(text)]
    return [text[a:b] for a, b in pairwise(edges) if a < b]
