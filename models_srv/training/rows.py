"""From pairs.jsonl to token ids: the same context as at inference, one end of turn, nothing cut."""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models_srv.types import ModelMisconfigured

Row = dict[str, Any]
NUMBERS: Mapping[str, float] = {"p_w": 1.0, "p_l": 0.0, "weight": 1.0}


@dataclass
class TokenizedPairs:
    """Rows of `prompt_ids`, `chosen_ids`, `rejected_ids` and the label's numbers.

    `dropped` counts the pairs left out by reason: too_long, same_answers, prompt_not_a_prefix.
    """

    rows: list[Row] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_pairs(path: Path) -> list[Row]:
    """Return the pairs with their numbers checked, or raise ModelMisconfigured with the line."""
    if not path.is_file():
        raise ModelMisconfigured(f"There is no {path.name} in {path.parent}.")
    with path.open(encoding="utf-8") as lines:
        rows = [_read_row(path.name, n, line) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise ModelMisconfigured(f"{path.name} holds no pairs: there is nothing to train on.")
    return rows


def _read_row(name: str, number: int, line: str) -> Row:
    try:
        row: Row = json.loads(line)
        kept = {key: row[key] for key in ("prompt", "chosen", "rejected")}
        kept |= {key: float(row.get(key, default)) for key, default in NUMBERS.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMisconfigured(f"{name}, line {number} is no pair: {error!r}.") from error
    if len({isinstance(kept[key], str) for key in ("prompt", "chosen", "rejected")}) > 1:
        raise ModelMisconfigured(f"{name}, line {number} mixes messages and plain text.")
    p_w, p_l, weight = (kept[key] for key in NUMBERS)
    is_possible = 0 <= p_w <= 1 and 0 <= p_l <= 1 and p_w + p_l > 0
    if not (is_possible and weight >= 0 and math.isfinite(weight)):
        raise ModelMisconfigured(
            f"{name}, line {number}: p_w={p_w}, p_l={p_l}, weight={weight} are impossible."
        )
    return kept


def tokenize_pairs(
    pairs: Sequence[Row], tokenizer: Any, stop_ids: Collection[int], max_length: int
) -> TokenizedPairs:
    """Tokenise pairs for a model whose turns end with one of `stop_ids`.

    The prompt's tokens are those that the model is given at inference, and the answers' follow
    them. Each answer ends with exactly one stop token: the template's own where it writes one
    (and nothing after it, as nothing after it is ever generated), else the tokenizer's.
    """
    result = TokenizedPairs()
    for pair in pairs:
        texts = _texts(pair, tokenizer)
        if texts is None:
            result.dropped["prompt_not_a_prefix"] += 1
            continue
        prompt, chosen, rejected = texts
        is_chat = not isinstance(pair["prompt"], str)
        prompt_ids = tokenizer(prompt, add_special_tokens=not is_chat)["input_ids"]
        if not is_chat:
            prompt_ids = _without_end(prompt_ids, stop_ids)
        answers = [_answer_ids(text, tokenizer, stop_ids) for text in (chosen, rejected)]
        if answers[0] == answers[1]:
            result.dropped["same_answers"] += 1
        elif len(prompt_ids) + max(map(len, answers)) > max_length:
            result.dropped["too_long"] += 1
        else:
            ids = {"prompt_ids": prompt_ids, "chosen_ids": answers[0], "rejected_ids": answers[1]}
            result.rows.append(ids | {key: pair[key] for key in NUMBERS})
    return result


def _texts(pair: Row, tokenizer: Any) -> tuple[str, str, str] | None:
    """Return prompt and answers as text, None where a template rewrites the prompt's turns."""
    if isinstance(pair["prompt"], str):
        return pair["prompt"], pair["chosen"], pair["rejected"]
    prompt = tokenizer.apply_chat_template(
        pair["prompt"], add_generation_prompt=True, tokenize=False
    )
    chosen, rejected = (
        tokenizer.apply_chat_template(pair["prompt"] + pair[key], tokenize=False)
        for key in ("chosen", "rejected")
    )
    if not (chosen.startswith(prompt) and rejected.startswith(prompt)):
        return None
    return prompt, chosen[len(prompt) :], rejected[len(prompt) :]


def _answer_ids(text: str, tokenizer: Any, stop_ids: Collection[int]) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    last_stop = max(_positions(ids, stop_ids), default=None)
    if last_stop is not None and not tokenizer.decode(ids[last_stop + 1 :]).strip():
        stop = ids[last_stop]
        return [*_without_end(ids[: last_stop + 1], stop_ids), stop]
    return [*ids, tokenizer.eos_token_id]


def _positions(ids: Sequence[int], wanted: Collection[int]) -> Iterator[int]:
    return (at for at, token in enumerate(ids) if token in wanted)


def _without_end(ids: list[int], stop_ids: Collection[int]) -> list[int]:
    """Take every stop token off the end (some tokenizers add one of their own)."""
    while ids and ids[-1] in stop_ids:
        ids = ids[:-1]
    return ids
