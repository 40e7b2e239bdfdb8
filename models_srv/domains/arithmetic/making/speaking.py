"""A small batch generator for measuring; the product itself uses its own transformers backend."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BATCH = 64


@dataclass(frozen=True)
class Speaker:
    """A model with its tokenizer, loaded the way any Hugging Face model is."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"

    @classmethod
    def load(cls, folder: Path) -> "Speaker":
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained(
            str(folder), trust_remote_code=False, dtype=torch.float32
        )
        model.train(False)
        return cls(model, AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False))

    def prompt(self, *turns: str) -> str:
        """Return the prompt of a conversation, in which the user says the first and the last turn."""
        roles = ("user", "assistant")
        messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(turns)]
        text = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        return str(text)

    def _encode(self, texts: Sequence[str]) -> "dict[str, torch.Tensor]":
        self.tokenizer.padding_side = "left"
        given = self.tokenizer(
            list(texts), return_tensors="pt", padding=True, add_special_tokens=False
        )
        return {key: given[key] for key in ("input_ids", "attention_mask")}

    def say_anew(self, turns: Sequence[tuple[str, str, str]], most: int = 160) -> list[str]:
        """Return an output at temperature 1 for each (query, answer, review)."""
        return self._say([self.prompt(*each) for each in turns], 1.0, 0, most)

    def say(
        self, users: Sequence[str], temperature: float = 0.0, seed: int = 0, most: int = 160
    ) -> list[str]:
        """Return one output for each user text; temperature 0 is greedy."""
        return self._say([self.prompt(user) for user in users], temperature, seed, most)

    def _say(self, prompts: Sequence[str], temperature: float, seed: int, most: int) -> list[str]:
        import torch

        torch.manual_seed(seed)
        how = {"do_sample": True, "temperature": temperature, "top_k": 0}
        outputs: list[str] = []
        for start in range(0, len(prompts), BATCH):
            given = self._encode(prompts[start : start + BATCH])
            with torch.inference_mode():
                ids = self.model.generate(  # type: ignore[operator]
                    **given,
                    max_new_tokens=most,
                    **(how if temperature > 0 else {"do_sample": False}),
                )
            new = ids[:, given["input_ids"].shape[1] :]
            outputs += self.tokenizer.batch_decode(new, skip_special_tokens=True)
        return outputs

    def chance_of_first(
        self, users: Sequence[str], lead: str, words: tuple[str, str]
    ) -> list[float]:
        """Return P(words[0]) / (P(words[0]) + P(words[1])) of the token after `lead`."""
        import torch

        first, second = (self.tokenizer.encode(word, add_special_tokens=False)[0] for word in words)
        chances: list[float] = []
        for start in range(0, len(users), BATCH):
            given = self._encode([self.prompt(u) + lead for u in users[start : start + BATCH]])
            with torch.inference_mode():
                logits = self.model(**given).logits[:, -1]
            pair = logits[:, [first, second]].softmax(-1)
            chances += pair[:, 0].tolist()
        return chances
