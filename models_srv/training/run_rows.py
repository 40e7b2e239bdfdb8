"""The rows of one run: those that it trains on, measures on and scores."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_srv.chat.template import ChatTemplate, stop_ids
from models_srv.dpo import UNPAIRED
from models_srv.training.config import PAIRS_FILE, SCORED_FILE, VALIDATION_FILE, TrainingConfig
from models_srv.training.rows import (
    Row,
    TokenizedPairs,
    add_mismatched_answers,
    read_pairs,
    tokenize_pairs,
)
from models_srv.types import ModelMisconfigured


@dataclass(frozen=True)
class RunRows:
    """`pairs` are those to train on as they were read, `train` their tokens. `held_out` is empty
    where nothing is measured. `scored` has one entry per pair of scored.jsonl, None without one."""

    pairs: list[Row]
    train: TokenizedPairs
    held_out: TokenizedPairs
    scored: list[TokenizedPairs] | None


def run_rows(run_dir: Path, config: TrainingConfig, tokenizer: Any, model: Any) -> RunRows:
    """Read and tokenise the run's files. Raises ModelMisconfigured where nothing can be trained on."""

    def tokenized(rows: list[Row]) -> TokenizedPairs:
        return _tokenize(rows, tokenizer, model, config)

    pairs = read_pairs(run_dir / PAIRS_FILE)
    train, held_out = tokenized(pairs), tokenized(_read_validation(run_dir, config))
    if not train.rows:
        raise ModelMisconfigured(
            f"None of the {len(pairs)} pairs can be trained on: {dict(train.dropped)} "
            f"(max_length {_max_length(model, config)})."
        )
    if config.loss in UNPAIRED:
        for part in (train, held_out):
            add_mismatched_answers(part.rows, _max_length(model, config))
    is_scoring = (run_dir / SCORED_FILE).is_file()
    scored = [tokenized([row]) for row in read_pairs(run_dir / SCORED_FILE)] if is_scoring else None
    return RunRows(pairs, train, held_out, scored)


def _read_validation(run_dir: Path, config: TrainingConfig) -> list[Row]:
    path = run_dir / VALIDATION_FILE
    if path.is_file() and path.stat().st_size:
        return read_pairs(path)
    if config.patience:
        raise ModelMisconfigured(f"patience asks for pairs in {VALIDATION_FILE} to measure on.")
    return []


def _tokenize(
    pairs: list[Row], tokenizer: Any, model: Any, config: TrainingConfig
) -> TokenizedPairs:
    length, is_unpaired = _max_length(model, config), config.loss in UNPAIRED
    template = ChatTemplate(
        tokenizer,
        json.loads(config.chat_template_kwargs),
        merges_system=config.merge_system,
    )
    stops = stop_ids(tokenizer, model, template)
    return tokenize_pairs(
        pairs,
        tokenizer,
        stops,
        length,
        with_unpaired=is_unpaired,
        template=template,
        credit=config.credit,
    )


def _max_length(model: Any, config: TrainingConfig) -> int:
    limit = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return min(config.max_length, limit or config.max_length)
