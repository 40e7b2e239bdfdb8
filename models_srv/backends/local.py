"""Models that run in this process: transformers, with an optional LoRA adapter."""

import math
import time
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from models_srv.answers import or_no_answer
from models_srv.backends.batches import Batches
from models_srv.backends.decoding import DecodedRow, decode
from models_srv.backends.memory import is_out_of_memory, token_budget
from models_srv.backends.scoring import Pair, continuation_logps
from models_srv.chat.control import TextNotGuarded
from models_srv.chat.options import template_arguments
from models_srv.chat.template import ChatTemplate, Prompt, stop_ids
from models_srv.chat.tokenizers import load_tokenizer, require_room
from models_srv.chat.turns import SYSTEM_MERGED, Turn
from models_srv.reasoning import answer_span
from models_srv.texts import with_lf
from models_srv.types import (
    Conversation,
    Generation,
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    Sampling,
    TokenLogprob,
    prompt_hash,
)
from models_srv.weights import load_weights


class LocalBackend:
    """A causal language model in this process. Safe to share between threads.

    Weights are float32 on a CPU and bfloat16 on a GPU (a large model is spread over all GPUs).
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.tokenizer, self.model = load_model(spec)
        self._batches = Batches(token_budget(self.model), spec.location)
        self._template = ChatTemplate(
            self.tokenizer,
            template_arguments(spec.options),
            merges_system=spec.options.merge_system,
        )
        self._stop_ids = stop_ids(self.tokenizer, self.model, self._template)
        self._token_texts: dict[int, str] = {}
        # Decoded after a letter, since some tokenizers drop a leading space at the start of a text.
        self._anchor = self._text_ids("a")
        self._anchor_text = self._decode(self._anchor)

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        """Answer every conversation; the same batch and seed give the same answers.

        A row's random numbers are its place's in the batch, however memory splits the batch.
        A conversation that is too long for the model gets a Generation with an `error`.
        """
        import torch

        if sampling.max_tokens < 1 or sampling.temperature < 0 or not 0 < sampling.top_p <= 1:
            raise ModelMisconfigured(f"Impossible sampling settings: {sampling}.")
        started = time.monotonic()
        prompts = [self._prompt(conversation) for conversation in conversations]
        ids = [prompt.ids for prompt in prompts]
        generator = torch.Generator().manual_seed(sampling.seed)
        uniforms = torch.rand(len(prompts), sampling.max_tokens, generator=generator)
        decoded = self._batches.run(
            self._lengths(ids, sampling.max_tokens),
            lambda batch: self._decode_batch([ids[i] for i in batch], uniforms[batch], sampling),
        )
        latency_ms = (time.monotonic() - started) * 1000
        return [
            self._generation(conversation, prompts[i], decoded.get(i), latency_ms)
            for i, conversation in enumerate(conversations)
        ]

    def score(
        self, conversations: Sequence[Conversation], continuations: Sequence[str]
    ) -> list[list[float]]:
        """Return log π of each continuation's tokens after its conversation's prompt, in nats.

        The tokens are those that training has of such an answer, without its end of turn. Raises
        ModelMisconfigured where one cannot be asked: too long, without a token, not guarded.
        """
        pairs = [
            self._scorable(conversation, text)
            for conversation, text in zip(conversations, continuations, strict=True)
        ]
        # Scores are held of every token of a text, not of the last alone.
        each = 1 + self._batches.budget.row_tokens
        lengths = {i: len(prompt) + len(text) * each for i, (prompt, text) in enumerate(pairs)}
        scored = self._batches.run(
            lengths, lambda batch: continuation_logps(self.model, [pairs[i] for i in batch])
        )
        return [scored[i] for i in range(len(pairs))]

    def _scorable(self, conversation: Conversation, text: str) -> Pair:
        """Return the ids of the prompt, and of the answer that the text is to it."""
        prompt = self._prompt(conversation)
        answer: list[Turn] = [{"role": "assistant", "content": text}]
        found = None if prompt.error else self._template.answer_ids(_turns(conversation), answer)
        # A template that rewrites the turns before an answer leaves the text as it stands alone.
        whole = self._text_ids(text) if found is None else found
        ids = list(takewhile(lambda each: each not in self._stop_ids, whole))
        limit = self._longest_prompt(0)
        if prompt.error or not ids or len(prompt.ids) + len(ids) > limit:
            problem = prompt.error or f"{len(prompt.ids)} and {len(ids)} tokens, of {limit}"
            raise ModelMisconfigured(f"A text cannot be scored: {problem}.")
        return prompt.ids, ids

    def _text_ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _prompt(self, conversation: Conversation) -> Prompt:
        """Return the prompt; one without ids, which is asked nothing, where its text is not guarded."""
        from jinja2 import TemplateError

        try:
            return self._template.prompt(_turns(conversation))
        except TextNotGuarded as error:
            return Prompt([], "", error=str(error))
        except TemplateError as error:
            raise ModelMisconfigured(
                f"The chat template of {self.spec.location} refused a conversation: {error}"
            ) from error

    def _prompt_ids(self, conversation: Conversation) -> list[int]:
        return self._prompt(conversation).ids

    def _longest_prompt(self, max_tokens: int) -> float:
        limit = self._most_tokens()
        return limit - max_tokens if limit else float("inf")

    def _most_tokens(self) -> int:
        """Return how long prompt and answer may be together, 0 where nothing bounds them."""
        own = getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or 0
        set_to = self.spec.options.max_length
        return min(own, set_to) if own and set_to else own or set_to

    def _lengths(self, prompts: list[list[int]], max_tokens: int) -> dict[int, int]:
        """Return the most tokens of each row that fits in the model, samples of a prompt together."""
        longest = self._longest_prompt(max_tokens)
        samples: dict[tuple[int, ...], list[int]] = {}
        for i, prompt in enumerate(prompts):
            if 0 < len(prompt) <= longest:
                samples.setdefault(tuple(prompt), []).append(i)
        return {i: len(prompt) + max_tokens for prompt, rows in samples.items() for i in rows}

    def _decode_batch(
        self, prompts: list[list[int]], uniforms: Any, sampling: Sampling
    ) -> list[DecodedRow]:
        import torch

        places: dict[tuple[int, ...], int] = {}
        rows = [places.setdefault(tuple(prompt), len(places)) for prompt in prompts]
        longest = max(map(len, places))
        pads = [longest - len(prompt) for prompt in places]
        device = self.model.device
        padded = [[0] * pad + [*prompt] for pad, prompt in zip(pads, places, strict=True)]
        mask = [[0] * pad + [1] * (longest - pad) for pad in pads]
        with torch.inference_mode():
            return decode(
                self.model,
                torch.tensor(padded, device=device),
                torch.tensor(mask, device=device),
                torch.tensor(rows, device=device),
                uniforms.to(device),
                sampling,
                torch.tensor(self._stop_ids, device=device),
            )

    def _generation(
        self, conversation: Conversation, prompt: Prompt, row: DecodedRow | None, ms: float
    ) -> Generation:
        hashed = prompt_hash(conversation)
        error = prompt.error or self._failure(prompt, row)
        if row is None or error:
            return Generation("", hashed, finish_reason="error", latency_ms=ms, error=error)
        text, reasoning, first = self._answer(row, prompt)
        logprobs = row.logprobs[first:]
        is_merged = conversation[0].role == "system" and self._template.merges_system
        generation = Generation(
            text=with_lf(text),
            prompt_hash=hashed,
            tokens=tuple(self._token(row, position) for position in range(first, len(row.ids))),
            logprob=sum(logprobs) if logprobs else None,
            finish_reason="stop" if row.has_stopped else "length",
            latency_ms=ms,
            reasoning=with_lf(reasoning),
            adjustments=(SYSTEM_MERGED,) if is_merged else (),
            prompt_tokens=len(prompt.ids),
            completion_tokens=len(row.ids),
        )
        return or_no_answer(generation)

    def _failure(self, prompt: Prompt, row: DecodedRow | None) -> str:
        """Return why a prompt has no answer, "" where it has one."""
        if not prompt.ids:
            return "The chat template made nothing of the conversation: there is no prompt."
        if row is None:
            return (
                f"The prompt has {len(prompt.ids)} tokens; with the answer it must fit in "
                f"{self._most_tokens()}."
            )
        if not all(map(math.isfinite, row.logprobs)):
            return "The model's probabilities are no numbers: its weights are damaged."
        return ""

    def _answer(self, row: DecodedRow, prompt: Prompt) -> tuple[str, str, int]:
        """Return the answer, the reasoning before it, and the first of the tokens that are its own.

        Reasoning is looked for with its marks, which may be special tokens.
        """
        ids = row.ids[:-1] if row.has_stopped else row.ids
        whole = self._decode(ids)
        start, _ = answer_span(whole, opened=prompt.opening)
        if not start:
            return self._decode(ids, skip_special_tokens=True), "", 0
        if start == len(whole):
            return "", whole, len(row.ids)
        first = bisect_left(
            range(len(ids)), start, key=lambda count: len(self._decode(ids[:count]))
        )
        text = self._decode(ids[first:], skip_special_tokens=True).lstrip()
        if self._decode(ids[first:]).lstrip() != whole[start:]:
            # The answer begins inside a token, whose probability is not the answer's alone.
            return whole[start:], whole[:start], len(row.ids)
        return text, whole[:start], first

    def _token(self, row: DecodedRow, position: int) -> TokenLogprob:
        top: dict[str, float] = {}
        alternatives = zip(row.top_ids[position], row.top_logprobs[position], strict=True)
        for token_id, logprob in alternatives:
            top.setdefault(self._token_text(token_id), logprob)
        return TokenLogprob(self._token_text(row.ids[position]), row.logprobs[position], top)

    def _token_text(self, token_id: int) -> str:
        if token_id not in self._token_texts:
            text = self._decode([*self._anchor, token_id])
            self._token_texts[token_id] = text[len(self._anchor_text) :]
        return self._token_texts[token_id]

    def _decode(self, ids: list[int], *, skip_special_tokens: bool = False) -> str:
        text: str = self.tokenizer.decode(
            ids, skip_special_tokens=skip_special_tokens, clean_up_tokenization_spaces=False
        )
        return text


def _turns(conversation: Conversation) -> list[Turn]:
    return [{"role": turn.role, "content": turn.content} for turn in conversation]


def load_model(spec: ModelSpec) -> tuple[Any, Any]:
    """Return the tokenizer and the model of `spec`.

    Raises ModelMisconfigured in one line, or ModelUnavailable where there is no memory for it.
    """
    import torch
    from safetensors import SafetensorError

    for folder in (spec.location, spec.adapter):
        if folder.startswith(("/", ".", "~")) and not Path(folder).is_dir():
            raise ModelMisconfigured(f"There is no model folder at {folder}.")
    is_gpu = torch.cuda.is_available()
    try:
        tokenizer = load_tokenizer(spec.location, spec.adapter)
        model = load_weights(
            spec.location,
            dtype=torch.bfloat16 if is_gpu else torch.float32,
            device_map="auto" if is_gpu else None,
        )
        require_room(tokenizer, model)
        if spec.adapter:
            model = _with_adapter(model, spec.adapter, merge=not is_gpu)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        if is_out_of_memory(error):
            raise ModelUnavailable(f"There is not enough memory for {_title(spec)}.") from error
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelMisconfigured(f"Could not load {_title(spec)}: {reason}") from error
    if not tokenizer.chat_template:
        raise ModelMisconfigured(f"{spec.location} has no chat template: add chat_template.jinja.")
    model.train(False)
    return tokenizer, model


def _with_adapter(model: Any, adapter: str, *, merge: bool) -> Any:
    """Put a LoRA adapter on the model. Merging is faster, and exact enough in float32 only."""
    from peft import PeftModel

    adapted = PeftModel.from_pretrained(model, adapter)
    return adapted.merge_and_unload() if merge else adapted


def _title(spec: ModelSpec) -> str:
    return f"{spec.location} with adapter {spec.adapter}" if spec.adapter else spec.location
