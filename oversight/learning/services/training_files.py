"""What a training process is handed: pairs as lines, settings, and the folder that they lie in."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from models_srv.chat.options import template_arguments
from models_srv.conversations import Turn
from models_srv.roles.learner import build_answer_request
from models_srv.texts import with_lf
from models_srv.training import TrainingConfig
from oversight.feedback.selectors.faults import Span, quoted_faults
from oversight.learning.policies.terms import terms_of
from oversight.models import ModelVersion, Preference
from oversight.versions.policies.options import options_of
from oversight.versions.services.loading import folder_of

REFERENCE_CACHE = "reference-log-probabilities"
# The campaign's settings of training by what the process calls them.
OF_TRAINING = {
    "gradient_accumulation": "gradient_accumulation",
    "pair_tokens": "max_length",
    "lora_rank": "lora_r",
    "lora_alpha": "lora_alpha",
    "lora_targets": "lora_targets",
    "dtype": "dtype",
}
BLOCK = 1000
Line = dict[str, object]


def as_line(row: Line) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def write_lines_once(path: Path, rows: Iterable[Line]) -> None:
    """Write the rows as JSON lines, whole or not at all; what is there already stays as it is."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as stream:
        stream.writelines(map(as_line, rows))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def pair_line(
    query: str,
    instructions: str,
    chosen: str,
    rejected: str,
    turns: Sequence[Turn] | None = None,
) -> Line:
    """Return the pair with the prompt exactly as the learner was asked."""
    prompt = build_answer_request(query=query, instructions=instructions, turns=turns)
    return {
        "prompt": [{"role": turn.role, "content": turn.content} for turn in prompt],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
    }


def with_quotes(preferences: Iterable[Preference]) -> Iterator[tuple[Preference, Line]]:
    """Yield each preference, and where its answers are said to be at fault, as a part of its line."""
    remaining = iter(preferences)
    while block := list(islice(remaining, BLOCK)):
        faults = quoted_faults([each for pair in block for each in (pair.chosen, pair.rejected)])
        yield from ((preference, _quotes(preference, faults)) for preference in block)


def _quotes(preference: Preference, faults: Mapping[int, list[Span]]) -> Line:
    """Return the places in characters of the texts with LF."""
    return {
        f"{side}_quotes": [
            [len(with_lf(response.text[:at])) for at in span]
            for span in faults.get(response.pk, [])
        ]
        for side, response in (("chosen", preference.chosen), ("rejected", preference.rejected))
    }


def training_config(parent: ModelVersion, chosen: Mapping[str, Any], **more: Any) -> TrainingConfig:
    """Return the process's settings: `chosen` are a plan's or a run's, `more` this training's own.

    A term that the loss does not read is left out (`oversight.learning.policies.terms`).
    """
    own = options_of(parent)
    of_training = {name: chosen[key] for key, name in OF_TRAINING.items() if key in chosen}
    terms: dict[str, Any] = {**terms_of(chosen)}
    return TrainingConfig(
        base_model=folder_of(parent.base),
        adapter=folder_of(parent.adapter),
        method=chosen["method"],
        loss=chosen["loss"],
        beta=chosen["beta"],
        learning_rate=chosen["learning_rate"],
        epochs=chosen["epochs"],
        batch_size=chosen["batch_size"],
        reference=chosen.get("reference", "parent"),
        cache_dir=str(Path(settings.ARTIFACTS) / REFERENCE_CACHE),
        threads=settings.MODEL_THREADS,
        chat_template_kwargs=json.dumps(template_arguments(own)),
        merge_system=own.merge_system,
        **of_training,
        **terms,
        **more,
    )
