"""The folder in which an attacker or a critic is trained: its settings and its pairs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from models_srv.training import write_config
from models_srv.training.config import PAIRS_FILE
from oversight.learning.services.training_files import Line, training_config, write_lines_once
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
    write_lines_once(folder / PAIRS_FILE, lines)
    seed = derive_seed(run.round.seed, "train", run.role)
    write_config(folder, training_config(run.parent, run.settings, seed=seed))
    TrainingRun.objects.filter(pk=run.pk).update(folder=name, settings=run.settings)
    return folder


def too_few_pairs(run: TrainingRun, pairs: int) -> str:
    """Return why there is nothing to train on, "" where there is: too few pairs, or none that is new
    since the version at work was trained."""
    least = run.settings["min_preferences"]
    if pairs < least:
        return f"{pairs} pairs to train on, at least {least} are asked for"
    before = TrainingRun.objects.filter(
        campaign=run.campaign, role=run.role, state=RunState.SUCCEEDED, parent=run.parent
    )
    if any(sum(each.settings.get("pairs", {}).values()) >= pairs for each in before):
        return "no new pairs since the last training"
    return ""
