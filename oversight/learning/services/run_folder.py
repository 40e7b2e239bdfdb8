"""The folder that a training process works in: its settings and its pairs."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from models_srv.dpo.edit_distance import edit_distance_warning, edit_distances
from models_srv.texts import with_lf
from models_srv.training import TrainingConfig, write_config
from models_srv.training.config import PAIRS_FILE, VALIDATION_FILE
from oversight.learning.policies.terms import unread_terms
from oversight.learning.services.critic_gap import guess_warning
from oversight.learning.services.training_files import (
    BLOCK,
    Line,
    pair_line,
    training_config,
    with_quotes,
    write_lines_once,
)
from oversight.models import Preference, SnapshotSplit, TrainingRun
from oversight.statistics.seeds import derive_seed


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
    write_lines_once(folder / PAIRS_FILE, _rows(run, SnapshotSplit.TRAIN))
    if _stops_early(run):
        write_lines_once(folder / VALIDATION_FILE, _rows(run, SnapshotSplit.VALIDATION))
    write_config(folder, _config(run))
    return folder


def _warnings(run: TrainingRun) -> list[str]:
    assert run.snapshot is not None
    texts = run.snapshot.rows.filter(split=SnapshotSplit.TRAIN).values_list(
        "preference__chosen__text", "preference__rejected__text"
    )
    nll_weight = run.settings.get("nll_weight", 0)
    found = [
        edit_distance_warning(edit_distances(texts), run.settings["loss"], nll_weight=nll_weight)
    ]
    if run.settings.get("patience") and not run.snapshot.validation_count:
        found.append("No pair is held back to measure on: the run does not stop early.")
    found.append(unread_terms(run.settings))
    found.append(guess_warning(run))
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


def _rows(run: TrainingRun, split: SnapshotSplit) -> Iterator[Line]:
    assert run.snapshot is not None
    rows = run.snapshot.rows.filter(split=split).select_related(
        "preference__query", "preference__chosen", "preference__rejected"
    )
    preferences = (row.preference for row in rows.iterator(chunk_size=BLOCK))
    for preference, quotes in with_quotes(preferences):
        yield _row(preference, run.campaign.basics.learner_instructions) | quotes


def _row(preference: Preference, instructions: str) -> Line:
    # Old responses may hold CR: how lines end is no difference to learn.
    query, chosen, rejected = (
        with_lf(each.text) for each in (preference.query, preference.chosen, preference.rejected)
    )
    return pair_line(query, instructions, chosen, rejected, preference.query.messages) | {
        "p_w": preference.p_w,
        "p_l": preference.p_l,
        "weight": preference.weight,
        "preference_id": preference.pk,
    }


def _config(run: TrainingRun) -> TrainingConfig:
    assert run.round is not None
    patience = run.settings.get("patience", 0) if _stops_early(run) else 0
    seed = derive_seed(run.round.seed, "train")
    return training_config(run.parent, run.settings, patience=patience, seed=seed)
