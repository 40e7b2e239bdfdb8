"""A small campaign on the starter models, and a round driven in this process."""

from collections.abc import Callable

import pytest

from oversight.demo import create_demo_campaign
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.models import Campaign, Judgement, ReviewItem, Round, Source, Stage

SMALL = {
    "held_out": 12,
    "train": 20,
    "queries_per_round": 24,
    "samples_per_query": 3,
    "human_budget": 6,
    "epochs": 1,
    "min_preferences": 2,
    "max_tokens": 100,
}


def drive_until(round_: Round, stop: Stage, at_desk: Callable[[], int] = lambda: 0) -> Round:
    """Do a round's units until it stands at a stage or waits for people; `at_desk` does those of
    servers, and returns how many that were."""
    while (stage := advance_round(round_.pk)) not in (stop, Stage.REVIEW, Stage.DONE):
        if at_desk():
            continue
        unit = claim_unit(HANDLERS[Stage(stage)].queue, round_.pk)
        assert unit, f"nothing due at {stage}"
        run_unit(unit)
        unit.refresh_from_db()
        assert not unit.error, unit.error
    round_.refresh_from_db()
    return round_


@pytest.fixture(autouse=True)
def _artifacts(settings, tmp_path):
    settings.ARTIFACTS = tmp_path / "artifacts"


@pytest.fixture
def campaign(db) -> Campaign:
    return create_demo_campaign(slug="small", **SMALL)


@pytest.fixture
def round_(campaign: Campaign) -> Round:
    return start_round(campaign=campaign)


@pytest.fixture
def drive() -> Callable[[Round, Stage], Round]:
    """Do the round's units one after the other until it stands at a stage."""
    return drive_until


def simulated_judgement(item):
    """A simulated person's word that response a of the item is the better one."""
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        round=item.round,
        item=item,
        source=Source.SIMULATED,
        choice="a",
        p_a_better=1.0,
    )


@pytest.fixture
def judge_all() -> Callable[[Round], int]:
    """Let a simulated person prefer response a of every open item."""
    from oversight.feedback.services.preferences import conclude_item
    from oversight.models import ItemState

    def judge(round_: Round) -> int:
        items = list(ReviewItem.objects.open().filter(round=round_))
        for item in items:
            simulated_judgement(item)
            ReviewItem.objects.filter(pk=item.pk).update(state=ItemState.CLOSED)
            conclude_item(item=item)
        return len(items)

    return judge
