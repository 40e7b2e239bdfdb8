"""The folder that a training process works in: its settings and its pairs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from models_srv.dpo.edit_distance import edit_distance_warning, edit_distances
from models_srv.roles.learner import build_answer_request
from models_srv.training import TrainingConfig, write_config
from models_srv.training.config import PAIRS_FILE, VALIDATION_FILE
from oversight.models import Preference, SnapshotSplit, TrainingRun
from oversight.policies.seeds import derive_seed
from oversight.services.models import resolve_location

REFERENCE_CACHE = "reference-log-probabilities"


def artifact_name(run: TrainingRun) -> str:
    """Return the run's folder, relative to ARTIFACTS."""
    assert run.round is not None
    return f"training/{run.campaign.slug}/round-{run.round.number}"


def prepare_run_folder(run: TrainingRun) -> Path:
    """Write config.json and the pairs unless they are there; return the folder.

    What speaks against the run's settings is stored as its warnings, before it begins.
    """
    folder = Path(settings.ARTIFACTS) / artifact_name(run)
    folder.mkdir(parents=True, exist_ok=True)
    TrainingRun.objects.filter(pk=run.pk).update(folder=artifact_name(run), warnings=_warnings(run))
    _write_rows(folder / PAIRS_FILE, run, SnapshotSplit.TRAIN)
    if _stops_early(run):
        _write_rows(folder / VALIDATION_FILE, run, SnapshotSplit.VALIDATION)
    write_config(folder, _config(run))
    return folder


def _write_rows(path: Path, run: TrainingRun, split: SnapshotSplit) -> None:
    if path.exists():
        return
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as stream:
        rows = _rows(run, split)
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _warnings(run: TrainingRun) -> list[str]:
    assert run.snapshot is not None
    texts = run.snapshot.rows.filter(split=SnapshotSplit.TRAIN).values_list(
        "preference__chosen__text", "preference__rejected__text"
    )
    found = [edit_distance_warning(edit_distances(texts), run.settings["loss"])]
    if run.settings.get("patience") and not run.snapshot.validation_count:
        found.append("No pair is held back to measure on: the run does not stop early.")
    return [warning for warning in found if warning]


def _stops_early(run: TrainingRun) -> bool:
    assert run.snapshot is not None
    return bool(run.settings.get("patience") and run.snapshot.validation_count)


def too_few_preferences(run: TrainingRun) -> str:
    """Return why there is nothing to train on, "" where there is."""
    assert run.snapshot is not None
    least = run.settings["min_preferences"]
    if run.snapshot.train_count < least:
        return f"{run.snapshot.train_count} preferences to train on, at least {least} are asked for"
    used = run.campaign.training_runs.filter(snapshot=run.snapshot, state="succeeded")
    if used.exists():
        return "no new preferences since the last update"
    return ""


def _rows(run: TrainingRun, split: SnapshotSplit) -> Iterator[dict[str, object]]:
    assert run.snapshot is not None
    rows = run.snapshot.rows.filter(split=split).select_related(
        "preference__query", "preference__chosen", "preference__rejected"
    )
    for row in rows.iterator(chunk_size=1000):
        yield _row(row.preference, run.campaign.learner_instructions)


def _row(preference: Preference, instructions: str) -> dict[str, object]:
    """Return the pair with the prompt exactly as the learner was asked."""
    prompt = build_answer_request(query=preference.query.text, instructions=instructions)
    return {
        "prompt": [{"role": turn.role, "content": turn.content} for turn in prompt],
        "chosen": [{"role": "assistant", "content": preference.chosen.text}],
        "rejected": [{"role": "assistant", "content": preference.rejected.text}],
        "p_w": preference.p_w,
        "p_l": preference.p_l,
        "weight": preference.weight,
        "preference_id": preference.pk,
    }


def _config(run: TrainingRun) -> TrainingConfig:
    assert run.round is not None
    chosen = run.settings
    return TrainingConfig(
        base_model=resolve_location(run.parent.location),
        adapter=resolve_location(run.parent.adapter),
        method=chosen["method"],
        loss=chosen["loss"],
        beta=chosen["beta"],
        learning_rate=chosen["learning_rate"],
        epochs=chosen["epochs"],
        batch_size=chosen["batch_size"],
        reference=chosen.get("reference", "parent"),
        patience=chosen.get("patience", 0) if _stops_early(run) else 0,
        cache_dir=str(Path(settings.ARTIFACTS) / REFERENCE_CACHE),
        seed=derive_seed(run.round.seed, "train"),
        threads=settings.MODEL_THREADS,
    )
