"""The folder in which a round's reward model is trained: people's labels, and the pairs to score."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from models_srv.training import TrainingConfig, write_config
from models_srv.training.config import PAIRS_FILE, SCORED_FILE
from oversight.learning.services.training_files import (
    Line,
    pair_line,
    training_config,
    with_quotes,
    write_lines_once,
)
from oversight.models import Campaign, Round
from oversight.statistics.seeds import derive_seed
from oversight.trust.selectors.reward import PairTexts, pairs_to_score, people_preferences

# With fewer the margins rank other pairs worse (benchmarks/LOG.md, bench-learning).
LEAST_STEPS = 50


def folder_name(round_: Round) -> str:
    """Return the folder, relative to ARTIFACTS."""
    return f"reward/{round_.campaign.slug}/round-{round_.number}"


def prepare_reward_folder(round_: Round) -> tuple[Path, int]:
    """Write config.json and the pairs unless they are there; return the folder and the labels' number.

    Written once: a training that is started again has the rows that it had.
    """
    folder = Path(settings.ARTIFACTS) / folder_name(round_)
    folder.mkdir(parents=True, exist_ok=True)
    write_lines_once(folder / PAIRS_FILE, _labels(round_.campaign))
    write_lines_once(folder / SCORED_FILE, _scored(round_))
    write_config(folder, _config(round_, len(scored_decisions(folder))))
    return folder, _line_count(folder / PAIRS_FILE)


def scored_decisions(folder: Path) -> list[int]:
    """Return the decision of each line of scored.jsonl, in its order."""
    with (folder / SCORED_FILE).open(encoding="utf-8") as lines:
        return [int(json.loads(line)["decision_id"]) for line in lines]


def _labels(campaign: Campaign) -> Iterator[Line]:
    for preference, quotes in with_quotes(people_preferences(campaign)):
        texts = (preference.chosen.text, preference.rejected.text)
        query = preference.query
        line = pair_line(query.text, campaign.basics.learner_instructions, *texts, query.messages)
        yield (
            line
            | quotes
            | {
                "p_w": preference.p_w,
                "p_l": preference.p_l,
                "weight": preference.weight,
            }
        )


def _scored(round_: Round) -> Iterator[Line]:
    assert round_.critic is not None
    for pair in pairs_to_score(round_.campaign, round_.critic):
        yield _scored_line(pair, round_.campaign.basics.learner_instructions)


def _scored_line(pair: PairTexts, instructions: str) -> Line:
    line = pair_line(pair.query, instructions, pair.a, pair.b)
    return line | {"decision_id": pair.decision_id}


def _config(round_: Round, pairs: int) -> TrainingConfig:
    """As many steps as an update on all the scored pairs would take, however few labels there are."""
    steps = math.ceil(round_.plan["epochs"] * pairs / round_.plan["batch_size"])
    seed = derive_seed(round_.seed, "reward")
    return training_config(
        round_.learner, round_.plan, max_steps=max(LEAST_STEPS, steps), seed=seed
    )


def _line_count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
