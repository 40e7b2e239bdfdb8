"""train: preference pairs come in, a model's folder comes out."""

import time
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from dataclasses import fields
from pathlib import Path
from typing import Any

from models_srv.cli.lines import STANDARD, LineError, read_lines, writer
from models_srv.cli.models import spec_of
from models_srv.training import (
    TrainingConfig,
    TrainingStatus,
    cancel_training,
    read_metrics,
    start_training,
    training_status,
    write_config,
)
from models_srv.training.config import PAIRS_FILE, VALIDATION_FILE
from models_srv.types import ModelMisconfigured

POLL_SECONDS = 0.2
_ELSEWHERE = ("base_model", "adapter")  # as --model and --adapter


def add_training_options(parser: ArgumentParser) -> None:
    """Add an option for each setting of a training run."""
    settings = parser.add_argument_group("training (docs/training-at-scale.md has more)")
    for field in fields(TrainingConfig):
        if field.name not in _ELSEWHERE:
            name = "--" + field.name.replace("_", "-")
            kind: Any = type(field.default)
            how: dict[str, Any] = (
                {"action": BooleanOptionalAction} if kind is bool else {"type": kind}
            )
            words = f"{field.default!r} unless given"
            settings.add_argument(name, default=field.default, help=words, **how)


def run(options: Namespace) -> int:
    """Train in a process of its own, and write what came of it; return 1 where it gave no model."""
    folder = Path(options.out)
    if (folder / PAIRS_FILE).exists():
        raise LineError(f"{folder} holds a run already: name a folder that is not there yet.")
    config = _config(options)
    _copy(options.input, folder / PAIRS_FILE)
    if options.validation:
        _copy(options.validation, folder / VALIDATION_FILE)
    write_config(folder, config)
    start_training(folder)
    status = _watch(folder, is_quiet=options.quiet)
    with writer(STANDARD) as out:
        out.write([status.result or {"state": status.state, "reason": status.reason}])
    return 0 if status.state == "succeeded" else 1


def _config(options: Namespace) -> TrainingConfig:
    spec = spec_of(options)
    if spec.backend != "transformers":
        raise ModelMisconfigured("Training needs the weights: name a folder or hub id by --model.")
    values = {
        field.name: getattr(options, field.name)
        for field in fields(TrainingConfig)
        if field.name not in _ELSEWHERE
    }
    return TrainingConfig(base_model=spec.location, adapter=spec.adapter, **values)


def _copy(source: str, target: Path) -> None:
    lines = list(read_lines(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    with writer(str(target)) as out:
        out.write([line.row for line in lines])


def _watch(folder: Path, *, is_quiet: bool) -> TrainingStatus:
    """Follow the run to its end with a bar of its steps; interrupted here, it stops too."""
    from tqdm import tqdm

    offset = 0
    with tqdm(unit=" steps", disable=True if is_quiet else None, dynamic_ncols=True) as bar:
        try:
            while True:
                status = training_status(folder)
                rows, offset = read_metrics(folder, offset)
                for row in rows:
                    if "loss" in row:
                        bar.set_postfix(loss=f"{row['loss']:.4f}", refresh=False)
                        bar.update()
                if status.state != "running":
                    return status
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            cancel_training(folder)
            raise
