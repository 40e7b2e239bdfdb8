"""Tokenizers of several makes, with the templates that are used with them. Built in code."""

CORPUS = [
    "What is 1 + 1? It is 2. Say it again, please.",
    "Tom has 3 apples and buys 4 more. The answer is 7.\n\nBe brief.",
    "user assistant system model end of turn",
] * 4

PHI = (
    "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] | trim }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}"
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
    "<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n"
    "{{ m['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
LLAMA_2 = (
    "{% for m in messages %}{% if m['role'] == 'user' %}<s>[INST] {{ m['content'] }} [/INST]"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] }} </s>{% endif %}{% endfor %}"
)
NO_END = (
    "{% for m in messages %}{% if m['role'] == 'user' %}<|user|>{% else %}<|assistant|>{% endif %}"
    "{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def byte_level(special, **settings):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(CORPUS, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=inner, **settings)


def sentence_piece(special, **settings):
    """Like SentencePiece: a unigram model whose vocabulary spells the control tokens too."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.Unigram())
    inner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    inner.decoder = decoders.Metaspace(prepend_scheme="first")
    trainer = trainers.UnigramTrainer(
        vocab_size=160,
        special_tokens=["<unk>", *special],
        unk_token="<unk>",
        initial_alphabet=list("<>|/[]_\nabcdefghijklmnopqrstuvwxyzABCINOSTW0123456789.,?+▁"),
        show_progress=False,
    )
    inner.train_from_iterator(CORPUS, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="<unk>", **settings)


def phi():
    return byte_level(
        ["<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"],
        eos_token="<|endoftext|>",
        chat_template=PHI,
    )


def chatml():
    return byte_level(
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        eos_token="<|endoftext|>",
        chat_template=CHATML,
    )


def gemma():
    return sentence_piece(
        ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"],
        bos_token="<bos>",
        eos_token="<eos>",
        chat_template=GEMMA,
    )


def llama_2():
    return sentence_piece(["<s>", "</s>"], bos_token="<s>", eos_token="</s>", chat_template=LLAMA_2)


def no_end():
    return byte_level(
        ["<eos>", "<|user|>", "<|assistant|>"], eos_token="<eos>", chat_template=NO_END
    )


def starter():
    from models_srv.domains.arithmetic.making.tokenizer import load_tokenizer
    from models_srv.domains.arithmetic.registry import starter_spec

    return load_tokenizer(starter_spec("learner").location)


MAKES = {
    "phi": phi,
    "chatml": chatml,
    "gemma": gemma,
    "llama-2": llama_2,
    "no-end": no_end,
    "starter": starter,
}
