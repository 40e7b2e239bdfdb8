"""A round from the shell, without workers."""

import pytest
from django.core.management import CommandError, call_command

from oversight.models import Round, Stage, TrainingRun, UnitState, WorkUnit
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_it_drives_a_round_to_its_end(settings, tmp_path, capsys):
    from oversight.demo import create_demo_campaign

    settings.ARTIFACTS = tmp_path
    create_demo_campaign(
        slug="shell",
        held_out=8,
        train=16,
        queries_per_round=16,
        samples_per_query=3,
        epochs=1,
        min_preferences=1,
        max_tokens=100,
        gate_items=3,
    )
    call_command("run_round", "--campaign", "shell", "--no-people")
    round_ = Round.objects.get()
    assert round_.stage == Stage.DONE
    assert TrainingRun.objects.get().state == "succeeded"
    assert not round_.items.open().exists()
    assert f"Round 1: {round_.outcome}" in capsys.readouterr().out


def test_what_cannot_start_is_said():
    with pytest.raises(CommandError, match="there is no campaign 'nowhere'"):
        call_command("run_round", "--campaign", "nowhere")
    with pytest.raises(CommandError, match="has no learner that can answer"):
        call_command("run_round", "--campaign", make_campaign().slug)


def test_a_failed_unit_ends_it_with_the_reason(settings, tmp_path):
    from oversight.demo import create_demo_campaign
    from oversight.loop.services.coordinator import advance_round
    from oversight.loop.services.rounds import start_round

    campaign = create_demo_campaign(slug="shell", held_out=2, train=4, queries_per_round=2)
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    WorkUnit.objects.update(state=UnitState.FAILED, error="the disk is full")
    with pytest.raises(CommandError, match="attack failed: the disk is full"):
        call_command("run_round", "--campaign", "shell")
