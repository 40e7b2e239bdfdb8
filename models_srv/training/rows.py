"""From pairs.jsonl to token ids: the same context as at inference, one end of turn, nothing cut."""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models_srv.chat.rendering import Span
from models_srv.chat.template import ChatTemplate
from models_srv.dpo.credit import Credit, token_credit
from models_srv.types import ModelMisconfigured

Row = dict[str, Any]
TEXTS = ("prompt", "chosen", "rejected")
QUOTES = ("chosen_quotes", "rejected_quotes")
CREDIT = ("chosen_credit", "rejected_credit")
NUMBERS: Mapping[str, float] = {"p_w": 1.0, "p_l": 0.0, "weight": 1.0}
EVEN = Credit()


@dataclass
class TokenizedPairs:
    """Rows of `prompt_ids`, `chosen_ids`, `rejected_ids`, their `length` and the label's numbers;
    where tokens do not count alike, `chosen_credit` and `rejected_credit`, a weight for each id.

    `dropped` counts the pairs left out by reason: too_long, same_answers, prompt_not_a_prefix,
    unpaired. Rows and counts together are as many as the pairs that were read.
    """

    rows: list[Row] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_pairs(path: Path) -> list[Row]:
    """Return the pairs with their numbers checked, or raise ModelMisconfigured with the line.

    A pair whose label is likelier wrong than right (p_l > p_w) comes turned round. A thumb on one
    answer (`prompt`, `completion`, `label` true for good) becomes a pair whose other side is None.
    `chosen_quotes` and `rejected_quotes`, if there, are [start, end] in characters of the answer.
    """
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
        row |= _thumb(row) if "completion" in row else {}
        kept = {key: row[key] for key in TEXTS}
        kept |= {key: float(row.get(key, default)) for key, default in NUMBERS.items()}
        kept |= {key: [_span(*span) for span in row[key]] for key in QUOTES if row.get(key)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMisconfigured(f"{name}, line {number} is no pair: {error!r}.") from error
    if len({isinstance(kept[key], str) for key in TEXTS if kept[key] is not None}) > 1:
        raise ModelMisconfigured(f"{name}, line {number} mixes messages and plain text.")
    p_w, p_l, weight = (kept[key] for key in NUMBERS)
    is_possible = 0 <= p_w <= 1 and 0 <= p_l <= 1 and p_w + p_l > 0
    if not (is_possible and weight >= 0 and math.isfinite(weight)):
        raise ModelMisconfigured(
            f"{name}, line {number}: p_w={p_w}, p_l={p_l}, weight={weight} are impossible."
        )
    return _turned(kept) if p_l > p_w and None not in (kept["chosen"], kept["rejected"]) else kept


def _span(start: int, end: int) -> Span:
    if not 0 <= start < end:
        raise ValueError(f"from {start} to {end} is no quote")
    return start, end


def _turned(row: Row) -> Row:
    """Turn a label round that is likelier wrong than right.

    The mixed loss is the same either way; losses that learn the chosen text need the better one.
    """
    pairs = [("chosen", "rejected"), ("p_w", "p_l"), QUOTES]
    twin = {a: b for one, other in pairs for a, b in ((one, other), (other, one))}
    return {twin.get(key, key): value for key, value in row.items()}


def _thumb(row: Row) -> Row:
    if not isinstance(row["label"], bool):
        raise TypeError(f"label is {row['label']!r}, not true or false")
    sides = (row["completion"], None)
    return dict(zip(("chosen", "rejected"), sides if row["label"] else sides[::-1], strict=True))


def tokenize_pairs(
    pairs: Sequence[Row],
    tokenizer: Any,
    stop_ids: Collection[int],
    max_length: int,
    *,
    with_unpaired: bool = False,
    template: ChatTemplate | None = None,
    credit: Credit = EVEN,
) -> TokenizedPairs:
    """Tokenise pairs for a model whose turns end with one of `stop_ids`.

    The prompt's tokens are those that the model is given at inference, and the answers' follow
    them. Each answer ends with exactly one stop token: the template's own where it writes one
    (and nothing after it, as nothing after it is ever generated), else the tokenizer's. A side that
    is None has no tokens at all; such rows are left out unless `with_unpaired`. `template` is the
    tokenizer's own with nothing set, where none is given.
    """
    result = TokenizedPairs()
    template = template or ChatTemplate(tokenizer)
    for pair in pairs:
        if not with_unpaired and None in (pair["chosen"], pair["rejected"]):
            result.dropped["unpaired"] += 1
            continue
        ids = _pair_ids(pair, tokenizer, template, stop_ids)
        if ids is None:
            result.dropped["prompt_not_a_prefix"] += 1
            continue
        prompt_ids, chosen, rejected = ids
        length = len(prompt_ids) + max(len(chosen), len(rejected))
        if chosen == rejected:
            result.dropped["same_answers"] += 1
        elif length > max_length:
            result.dropped["too_long"] += 1
        else:
            columns = {"prompt_ids": prompt_ids, "chosen_ids": chosen, "rejected_ids": rejected}
            numbers = {key: pair[key] for key in NUMBERS}
            weights = {} if credit.is_even else _credit(pair, columns, template, credit)
            result.rows.append(columns | weights | numbers | {"length": length})
    return result


def _credit(pair: Row, ids: Row, template: ChatTemplate, credit: Credit) -> Row:
    answers = ids["chosen_ids"], ids["rejected_ids"]
    quoted = [
        _quoted(pair, key, len(tokens), template)
        for key, tokens in zip(TEXTS[1:], answers, strict=True)
    ]
    weights = token_credit(*answers, (quoted[0], quoted[1]), credit)
    return dict(zip(CREDIT, weights, strict=True))


def _quoted(pair: Row, key: str, count: int, template: ChatTemplate) -> list[bool]:
    """Say of each of an answer's `count` tokens whether it stands in a quote."""
    quotes, places = pair.get(f"{key}_quotes"), None
    if quotes and not isinstance(pair[key], str):
        places = template.answer_places(pair["prompt"], pair[key])
    # What follows the answer's last place is the end of turn.
    found = [any(a < end and start < b for start, end in quotes or ()) for a, b in places or ()]
    return (found + [False] * count)[:count]


def add_mismatched_answers(rows: Sequence[Row], max_length: int) -> None:
    """Give each row `mismatched_ids`: the answer of the next row with another prompt, if it fits.

    KTO measures on them how far the policy has drifted (Ethayarajh et al., 2024, section 4.1).
    """
    count = len(rows)
    for at, row in enumerate(rows):
        others = (rows[(at + step) % count] for step in range(1, count))
        answers = (
            other["chosen_ids"] or other["rejected_ids"]
            for other in others
            if other["prompt_ids"] != row["prompt_ids"]
        )
        room = max_length - len(row["prompt_ids"])
        own = row["chosen_ids"] or row["rejected_ids"]
        row["mismatched_ids"] = next((ids for ids in answers if len(ids) <= room), own)


def _pair_ids(
    pair: Row, tokenizer: Any, template: ChatTemplate, stop_ids: Collection[int]
) -> list[list[int]] | None:
    """Return the ids of prompt and answers, None where a template rewrites the prompt's turns."""
    if isinstance(pair["prompt"], str):
        prompt, *answers = (_plain_ids(pair[key], tokenizer, key == "prompt") for key in TEXTS)
        prompt = _without_end(prompt or [], stop_ids)
    else:
        prompt = template.prompt(pair["prompt"]).ids
        answers = [
            None if pair[key] is None else template.answer_ids(pair["prompt"], pair[key])
            for key in TEXTS[1:]
        ]
        if any(ids is None for ids, key in zip(answers, TEXTS[1:], strict=True) if pair[key]):
            return None
    return [prompt, *(_ended(ids, tokenizer, stop_ids) for ids in answers)]


def _plain_ids(text: str | None, tokenizer: Any, with_special: bool) -> list[int] | None:
    if text is None:
        return None
    ids: list[int] = tokenizer(text, add_special_tokens=with_special)["input_ids"]
    return ids


def _ended(ids: list[int] | None, tokenizer: Any, stop_ids: Collection[int]) -> list[int]:
    """Return an answer's ids with exactly one stop token at the end; none for no answer."""
    if ids is None:
        return []
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
