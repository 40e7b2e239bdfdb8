"""Samples to padded batches: similar lengths together, loss on the answer only."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models_srv.domains.arithmetic.making.samples import Sample
from models_srv.domains.arithmetic.making.streams import STREAMS
from models_srv.domains.arithmetic.making.tokenizer import ASSISTANT, END, USER

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast

POOL = 1024  # samples that are sorted by length at a time


@dataclass(frozen=True)
class Batch:
    """Token ids [rows, length] padded on the right.

    Labels are -100 outside the answers (and what else of a prompt is learnt).
    Marks are the number of the fault's category (0: none) of each judged token, -100 elsewhere.
    """

    ids: "torch.Tensor"
    labels: "torch.Tensor"
    marks: "torch.Tensor"


@dataclass(frozen=True)
class Row:
    """One encoded sample: where its answer begins, marks by place, prompt places to learn."""

    ids: list[int]
    start: int
    marks: dict[int, int]
    solved: set[int]


class Clock:
    """How far training is, 0..1; streams change their mixture with it."""

    progress: float = 0.0


def batches(
    stage: str, tokenizer: "PreTrainedTokenizerFast", clock: Clock, tokens: int, seed: int
) -> Iterator[Batch]:
    """Yield batches of about `tokens` padded tokens without end, the same for the same seed."""
    rng, draw = random.Random(f"{stage}/{seed}"), STREAMS[stage]
    while True:
        rows = encode(tokenizer, [draw(rng, clock.progress) for _ in range(POOL)])
        rows.sort(key=lambda row: len(row.ids))
        groups = list(_cut(rows, tokens))
        rng.shuffle(groups)
        yield from map(_pad, groups)


def encode(tokenizer: "PreTrainedTokenizerFast", samples: list[Sample]) -> list[Row]:
    """Return the ids, as the chat template gives them, with labels and marks by position."""
    prompts = [f"{_before(sample)}{USER}{sample.user}{ASSISTANT}" for sample in samples]
    answers = [f"{sample.answer}{END}" for sample in samples]
    asked = tokenizer(prompts, add_special_tokens=False, return_offsets_mapping=True)
    told = tokenizer(answers, add_special_tokens=False)["input_ids"]
    rows = []
    for prompt, offsets, answer, sample in zip(
        asked["input_ids"], asked["offset_mapping"], told, samples, strict=True
    ):
        marks = _marks(offsets, sample)
        solved = _sound_part(marks, len(prompt) - 1)
        rows.append(Row(prompt + answer, len(prompt), marks, solved))
    return rows


def _before(sample: Sample) -> str:
    return "".join(f"{USER}{asked}{ASSISTANT}{told}{END}" for asked, told in sample.before)


def _marks(offsets: list[tuple[int, int]], sample: Sample) -> dict[int, int]:
    """Return the category's number (0: none) of every token that is learnt or judged."""
    if sample.learnt_from is None:
        return {}
    marks: dict[int, int] = {}
    for place, (start, end) in enumerate(offsets):
        start, end = start - len(USER), end - len(USER)
        if start >= sample.learnt_from:
            hits = [number for first, last, number in sample.spans if first < end and start < last]
            marks[place] = hits[0] if hits else 0
    return marks


def _sound_part(marks: dict[int, int], end: int) -> set[int]:
    """Return the tokens before the first fault: what is sound is learnt, not only judged."""
    first = min((place for place, mark in marks.items() if mark), default=end)
    return {place for place in marks if place < min(first, end)}


def _cut(rows: list[Row], tokens: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and (len(group) + 1) * len(row.ids) > tokens:
            yield group
            group = []
        group.append(row)
    yield group


def _pad(group: list[Row]) -> Batch:
    import torch

    longest = max(len(row.ids) for row in group)
    ids = torch.zeros(len(group), longest, dtype=torch.long)
    labels, marks = torch.full_like(ids, -100), torch.full_like(ids, -100)
    for index, row in enumerate(group):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        labels[index, row.start : len(row.ids)] = ids[index, row.start : len(row.ids)]
        for place, mark in row.marks.items():
            marks[index, place] = mark
        for place in row.solved:
            labels[index, place] = row.ids[place]
    return Batch(ids, labels, marks)
