"""A tokenizer's chat template at work: the same ids for answering, for scoring and for training."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from models_srv.chat.control import ControlTokens, TextNotGuarded
from models_srv.chat.rendering import Rendered, Span, render
from models_srv.chat.turns import Turn, merge_system
from models_srv.reasoning import opening_mark

NOTHING: Mapping[str, Any] = MappingProxyType({})
_TAG = re.compile(r"<[^<>\s]{1,40}>|\[/?[A-Z_]{1,20}\]")


@dataclass(frozen=True)
class Prompt:
    """Token ids to go on from; `opening` is the mark with which they open reasoning, if they do.

    Without ids `error` says why.
    """

    ids: list[int]
    opening: str
    error: str = ""


class ChatTemplate:
    """Renders and tokenises conversations. No text in a turn ever becomes a control token.

    Methods raise jinja2's TemplateError where the template refuses the turns, and TextNotGuarded
    where it would make control tokens of their text. `arguments` are given to the template beside
    the turns; with `merges_system` a system turn is merged even where the template takes one.
    """

    def __init__(
        self,
        tokenizer: Any,
        arguments: Mapping[str, Any] = NOTHING,
        *,
        merges_system: bool = False,
    ) -> None:
        self._tokenizer = tokenizer
        self._arguments = arguments
        self._is_merge_asked = merges_system
        self._control = ControlTokens(tokenizer)

    def prompt(self, turns: Sequence[Turn]) -> Prompt:
        """Return what the model is given to answer the last turn; where that is the assistant's own, to
        go on from its words."""
        is_begun = bool(turns) and turns[-1]["role"] == "assistant"
        rendered = self._begun(turns) if is_begun else self._render(turns, is_prompt=True)
        opening = "" if is_begun else opening_mark(rendered.text)
        return Prompt(self._control.encode(rendered), opening)

    def answer_ids(self, turns: Sequence[Turn], answer: Sequence[Turn]) -> list[int] | None:
        """Return the ids that follow the prompt of `turns` where `answer` is given, the template's
        end of turn included; None where the template rewrites the turns before it."""
        prompt = self._render(turns, is_prompt=True)
        whole = self._render([*turns, *answer], is_prompt=False)
        if not whole.text.startswith(prompt.text):
            return None
        return self._control.encode(whole.after(len(prompt.text)))

    def answer_places(self, turns: Sequence[Turn], answer: Sequence[Turn]) -> list[Span] | None:
        """Return where each of `answer_ids` stands in the content of the one turn of `answer`.

        From start to end in characters; what the template writes lies before 0 or behind the end.
        None where that is not known: the template rewrites contents, or spellings were guarded.
        """
        prompt = self._render(turns, is_prompt=True)
        rendered = self._render([*turns, *answer], is_prompt=False).after(len(prompt.text))
        if not rendered.contents or not self._tokenizer.is_fast:
            return None
        encoded = self._tokenizer(
            rendered.text, add_special_tokens=False, return_offsets_mapping=True
        )
        if list(encoded["input_ids"]) != self._control.encode(rendered):
            return None
        content = answer[-1]["content"]
        margin = len(content) - len(content.lstrip())
        first = rendered.contents[-1][0] - margin
        return [(start - first, end - first) for start, end in encoded["offset_mapping"]]

    @cached_property
    def merges_system(self) -> bool:
        """Whether a system turn's words head the first user turn: as asked, or since the template
        refuses such a turn."""
        from jinja2 import TemplateError

        if self._is_merge_asked:
            return True
        user = {"role": "user", "content": "Hello."}
        self._apply([user])
        try:
            self._apply([{"role": "system", "content": "Be brief."}, user])
        except TemplateError:
            return True
        return False

    @cached_property
    def turn_end_id(self) -> int | None:
        """The token with which the template ends an answer, whatever the tokenizer's own end is.

        Where it writes none, the token with which it begins the turn after; None without either.
        """
        from jinja2 import TemplateError

        user = {"role": "user", "content": "Hello."}
        answer = {"role": "assistant", "content": "answeredhere"}
        try:
            for later in ([], [user]):
                after = self._apply([user, answer, *later]).partition(answer["content"])[2]
                if after.strip():
                    return self._mark_id(after.lstrip())
        except (TemplateError, TypeError, ValueError, LookupError):
            return None
        return None

    def _mark_id(self, after: str) -> int | None:
        ids = self._tokenizer(after, add_special_tokens=False)["input_ids"]
        first = next((each for each in ids if self._tokenizer.decode([each]).strip()), None)
        if first is None:
            return None
        tag = _TAG.match(after)
        is_tag = bool(tag) and self._tokenizer.decode([first]).strip() == tag[0]  # type: ignore[index]
        return first if is_tag or first in self._control.added_ids else None

    def _render(self, turns: Sequence[Turn], *, is_prompt: bool) -> Rendered:
        if turns and turns[0]["role"] == "system" and self.merges_system:
            turns = merge_system(turns)

        def apply(each: list[Turn]) -> str:
            return self._apply(each, is_prompt=is_prompt)

        rendered = render(turns, apply)
        if not self._control.is_safe(rendered):
            rendered = render([self._control.defused(turn) for turn in turns], apply)
        if not self._control.is_safe(rendered):
            raise TextNotGuarded("The chat template makes control tokens of a turn's text.")
        return rendered

    def _begun(self, turns: Sequence[Turn]) -> Rendered:
        """Render a prompt with the beginning of its answer, which is text as any content is."""
        before, begun = self._render(turns[:-1], is_prompt=True), turns[-1]
        rendered = _with_beginning(before, begun["content"])
        if not self._control.is_safe(rendered):
            rendered = _with_beginning(before, self._control.defused(begun)["content"])
        if not self._control.is_safe(rendered):
            raise TextNotGuarded("The chat template makes control tokens of a turn's text.")
        return rendered

    def _apply(self, turns: list[Turn], *, is_prompt: bool = False) -> str:
        text: str = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=is_prompt, tokenize=False, **self._arguments
        )
        return text


def _with_beginning(before: Rendered, text: str) -> Rendered:
    start, spans = len(before.text), before.contents
    places = None if spans is None else (*spans, (start, start + len(text)))
    return Rendered(before.text + text, places, before.neutral + "content")


def stop_ids(tokenizer: Any, model: Any, template: ChatTemplate | None = None) -> Collection[int]:
    """Return the tokens that end an answer: the model's, the tokenizer's, the template's own."""
    configured = model.generation_config.eos_token_id
    ids = {*(configured if isinstance(configured, list) else [configured]), tokenizer.eos_token_id}
    if tokenizer.chat_template:
        ids.add((template or ChatTemplate(tokenizer)).turn_end_id)
    return sorted(ids - {None})
