"""What weights in this process say of the canary's texts: the trainer's at the end of its run, or a
folder's that came from elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from models_srv.backends.scoring import continuation_logps
from models_srv.chat.template import ChatTemplate, stop_ids
from models_srv.chat.tokenizers import load_tokenizer
from models_srv.serving.canary import CanaryText, canary_to_json, most_changed
from models_srv.types import ModelMisconfigured, ModelSpec
from models_srv.weights import load_weights

# Of the pairs that a run is trained on, so many are watched; those that changed most are kept.
WATCHED_ROWS = 32
ASKED_TOKENS = 24
QUESTIONS = (
    "A baker makes 24 rolls and sells 15 of them. How many are left?",
    "Write one sentence about rain.",
    "What is 17 + 26?",
    "Name three colours.",
)

Row = dict[str, Any]  # as of models_srv.training.rows


def watched_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that the canary is chosen from, spread evenly over all."""
    with_answer = [row for row in rows if row["chosen_ids"]]
    step = max(len(with_answer) // WATCHED_ROWS, 1)
    return with_answer[::step][:WATCHED_ROWS]


def trained_canary(
    rows: Sequence[Row],
    trained: Sequence[Sequence[float]],
    others: Mapping[str, Sequence[Sequence[float]]],
) -> dict[str, Any]:
    """Return the canary of rows whose chosen answers' log-probabilities by token are given."""
    texts = [
        CanaryText(
            ids=(*row["prompt_ids"], *row["chosen_ids"]),
            start=len(row["prompt_ids"]),
            trained=tuple(mine),
            others={name: tuple(values[at]) for name, values in others.items()},
        )
        for at, (row, mine) in enumerate(zip(rows, trained, strict=True))
    ]
    return canary_to_json(most_changed(texts))


def measure_canary(spec: ModelSpec) -> dict[str, Any]:
    """Return the canary of an adapter on its base, both at hand: what it answers to a few questions.

    Loads the model in this process. Raises ModelMisconfigured.
    """
    try:
        model, tokenizer = _adapted(spec)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelMisconfigured(f"Could not load {spec.adapter}: {reason}") from error
    texts = [_answered(model, tokenizer, question) for question in QUESTIONS]
    return canary_to_json(texts)


def _adapted(spec: ModelSpec) -> tuple[Any, Any]:
    """Return the model with its adapter, which can be switched off, and the tokenizer."""
    import torch
    from peft import PeftModel

    is_gpu = torch.cuda.is_available()
    base = load_weights(
        spec.location,
        dtype=torch.bfloat16 if is_gpu else torch.float32,
        device_map="auto" if is_gpu else None,
    )
    tokenizer = load_tokenizer(spec.location, spec.adapter)
    return PeftModel.from_pretrained(base, spec.adapter).eval(), tokenizer


def _answered(model: Any, tokenizer: Any, question: str) -> CanaryText:
    import torch

    template = ChatTemplate(tokenizer)
    prompt = template.prompt([{"role": "user", "content": question}]).ids
    ids = torch.tensor([prompt], device=model.device)
    with torch.inference_mode():
        whole = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=ASKED_TOKENS,
            do_sample=False,
            eos_token_id=list(stop_ids(tokenizer, model, template)),
            pad_token_id=0,
        )
    pair = (prompt, whole[0, len(prompt) :].tolist())
    (trained,) = continuation_logps(model, [pair])
    with model.disable_adapter():
        (base,) = continuation_logps(model, [pair])
    return CanaryText((*prompt, *pair[1]), len(prompt), tuple(trained), {"base": tuple(base)})
