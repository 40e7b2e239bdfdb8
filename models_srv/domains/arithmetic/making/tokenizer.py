"""The tokenizer that the starter models share: byte-level BPE, digits one by one."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from models_srv.domains.arithmetic.making.faults import CATEGORIES, SEVERITY, WHY
from models_srv.domains.arithmetic.making.streams import STREAMS
from models_srv.domains.arithmetic.solutions import PADDING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, USER, ASSISTANT, END = "<|pad|>", "<|user|>", "<|assistant|>", "<|end|>"
LONGEST = 2048
# Operators keep their spaces, so that "3 + 4 = 7" is a token for each sign and digit.
PIECES = r"\d| [-+*/=] |\n| ?\p{L}+| ?[^\s\p{L}\d]+|\s+"
# System messages are ignored. Text that imitates a special token is defused before it is tokenised.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- set text = message['content'] | replace('<|', '< |') -%}"
    "{%- if message['role'] == 'user' -%}" + USER + "{{- text -}}"
    "{%- elif message['role'] == 'assistant' -%}"
    + ASSISTANT
    + "{{- text -}}"
    + END
    + "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}" + ASSISTANT + "{%- endif -%}"
)


def _corpus(samples: int) -> Iterator[str]:
    rng = random.Random(0)
    yield from (*CATEGORIES, *SEVERITY.values(), *WHY.values(), *PADDING)
    for stream in STREAMS.values():
        for _ in range(samples):
            sample = stream(rng, 0.5)
            yield sample.user
            yield sample.answer


def build_tokenizer(vocabulary: int = 1000, samples: int = 4000) -> "PreTrainedTokenizerFast":
    """Train the tokenizer on training wordings; the same arguments give the same tokenizer."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, USER, ASSISTANT, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(_corpus(samples), trainer)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT],
        model_max_length=LONGEST,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerFast":
    from transformers import PreTrainedTokenizerFast

    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
        str(folder), trust_remote_code=False
    )
    return tokenizer
