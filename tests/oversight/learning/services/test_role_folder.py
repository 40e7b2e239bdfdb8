"""The folder in which an attacker or a critic is trained."""

import json

import pytest

from oversight.learning.services import role_folder
from oversight.learning.services.role_folder import prepare_role_folder, too_few_pairs
from oversight.models import Role, RunState, TrainingRun
from tests.factories import make_campaign, make_version
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db
SETTINGS = {
    "loss": "dpo",
    "method": "full",
    "beta": 0.1,
    "learning_rate": 1e-4,
    "epochs": 1.0,
    "batch_size": 8,
    "min_preferences": 2,
}
LINES = [{"prompt": [], "chosen": [], "rejected": [], "source": word} for word in ("a", "b", "a")]


@pytest.fixture
def run(settings, tmp_path):
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign()
    critic = make_version(campaign, "critic", backend="transformers", location="somewhere")
    return TrainingRun.objects.create(
        campaign=campaign,
        round=make_round(campaign, critic),
        role=Role.CRITIC,
        parent=critic,
        settings=dict(SETTINGS),
    )


def test_it_holds_the_pairs_and_the_run_tells_where_they_are_from(run, tmp_path):
    folder = prepare_role_folder(run, LINES)
    assert folder == tmp_path / f"critic/{run.campaign.slug}/round-1"
    assert len((folder / "pairs.jsonl").read_text().splitlines()) == 3
    assert json.loads((folder / "config.json").read_text())["learning_rate"] == 1e-4
    run.refresh_from_db()
    assert run.settings["pairs"] == {"a": 2, "b": 1}
    assert run.folder == f"critic/{run.campaign.slug}/round-1"


def test_a_training_that_is_started_again_has_the_pairs_that_it_had(run):
    prepare_role_folder(run, LINES)
    folder = prepare_role_folder(run, LINES[:1])
    assert len((folder / "pairs.jsonl").read_text().splitlines()) == 3
    run.refresh_from_db()
    assert run.settings["pairs"] == {"a": 2, "b": 1}


def test_who_died_before_the_pairs_were_there_counts_them_again(run, monkeypatch):
    def die(*_):
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(role_folder, "write_lines_once", die)
        with pytest.raises(OSError, match="no room"):
            prepare_role_folder(run, LINES)
    prepare_role_folder(run, LINES[:2])
    run.refresh_from_db()
    assert run.settings["pairs"] == {"a": 1, "b": 1}


def trained_on(run, lines):
    """Have an earlier training of the same version end well."""
    earlier = TrainingRun.objects.create(
        campaign=run.campaign,
        round=make_round(run.campaign, run.parent),
        role=Role.CRITIC,
        parent=run.parent,
        state=RunState.SUCCEEDED,
        result_version=make_version(run.campaign, "critic", active=False),
        settings=dict(SETTINGS),
    )
    return prepare_role_folder(earlier, lines)


OTHER = [{**LINES[0], "source": word} for word in ("c", "d")]
NONE_NEW = "no new pairs since the last training"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (LINES[:1], "1 pairs to train on, at least 2 are asked for"),
        (LINES, NONE_NEW),
        (LINES[:2], NONE_NEW),
        ([*LINES, OTHER[0]], ""),
        ([LINES[0], OTHER[0]], ""),
        (OTHER, ""),
    ],
)
def test_too_few_pairs_or_none_that_is_new_train_nothing(run, lines, reason):
    """Of many the newest are taken: new ones need not be more than there were."""
    trained_on(run, LINES)
    assert too_few_pairs(run, lines) == reason


def test_where_nobody_knows_any_more_what_it_was_trained_on_it_is_trained(run):
    (trained_on(run, LINES) / "pairs.jsonl").unlink()
    assert too_few_pairs(run, LINES) == ""
