"""The folder in which an attacker or a critic is trained: its settings and its pairs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from models_srv.training import write_config
from models_srv.training.config import PAIRS_FILE
from oversight.learning.services.training_files import (
    Line,
    as_line,
    training_config,
    write_lines_once,
)
from oversight.models import RunState, TrainingRun
from oversight.statistics.seeds import derive_seed


def prepare_role_folder(run: TrainingRun, lines: Sequence[Line]) -> Path:
    """Write config.json and the pairs unless they are there; return the folder.

    Written once: a training that is started again has the rows that it had. How many pairs there are
    from where is kept with the run's settings.
    """
    assert run.round is not None
    name = f"{run.role}/{run.campaign.slug}/round-{run.round.number}"
    folder = Path(settings.ARTIFACTS) / name
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / PAIRS_FILE).exists():
        run.settings["pairs"] = dict(Counter(str(line["source"]) for line in lines))
    # Before the lines: who dies between the two counts them again.
    TrainingRun.objects.filter(pk=run.pk).update(folder=name, settings=run.settings)
    write_lines_once(folder / PAIRS_FILE, lines)
    seed = derive_seed(run.round.seed, "train", run.role)
    write_config(folder, training_config(run.parent, run.settings, seed=seed))
    return folder


def too_few_pairs(run: TrainingRun, lines: Sequence[Line]) -> str:
    """Return why there is nothing to train on, "" where there is: too few pairs, or none that the version
    at work was not tried to be made better by already."""
    least = run.settings["min_preferences"]
    if len(lines) < least:
        return f"{len(lines)} pairs to train on, at least {least} are asked for"
    before = TrainingRun.objects.filter(
        campaign=run.campaign, role=run.role, state=RunState.SUCCEEDED, parent=run.parent
    )
    # Not by how many: of many the newest are taken, so that there may be new ones and no more of them.
    now = {as_line(line) for line in lines}
    if any(now <= _lines_of(each) for each in before):
        return "no new pairs since the last training"
    return ""


def _lines_of(run: TrainingRun) -> set[str]:
    """Return what it was trained on; nothing where the folder is not there any more."""
    path = Path(settings.ARTIFACTS) / run.folder / PAIRS_FILE
    if not run.folder or not path.exists():
        return set()
    with path.open(encoding="utf-8") as stream:
        return set(stream)
