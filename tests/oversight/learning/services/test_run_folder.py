"""What the training process is handed: its pairs, those held back, the settings, the warnings."""

import json

import pytest

from models_srv.dpo import PLAIN
from oversight.campaigns.policies.splitting import in_share
from oversight.data.services.snapshots import VALIDATION_SHARE, make_snapshot
from oversight.learning.policies.terms import USUAL
from oversight.learning.services.run_folder import prepare_run_folder
from oversight.loop.stages.collect import _training_settings
from oversight.models import BackendKind, Comment, Critique, Preference, Source, TrainingRun
from tests.factories import make_campaign, make_query, make_response, make_version
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db

LONG = "one two three four five six seven"


def make_run(*, held_back, chosen=LONG + " eight", rejected=LONG + " nine", **settings):
    """A run on 4 pairs to train on and, if so, some that are held back."""
    campaign = make_campaign(**settings)
    make_version(campaign, backend=BackendKind.TRANSFORMERS, location="/nowhere")
    clusters = [f"c{n}" for n in range(200)]
    back = [c for c in clusters if in_share(c, VALIDATION_SHARE, salt="validation")]
    front = [c for c in clusters if c not in back]
    for cluster in front[:4] + (back[:2] if held_back else []):
        query = make_query(campaign, cluster=cluster)
        Preference.objects.create(
            campaign=campaign,
            query=query,
            chosen=make_response(query, chosen),
            rejected=make_response(query, rejected),
            source=Source.CRITIC,
            p_w=0.8,
            p_l=0.3,
        )
    round_ = make_round(campaign, None)
    snapshot = make_snapshot(campaign=campaign)
    return TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        snapshot=snapshot,
        parent=round_.learner,
        settings=_training_settings(round_, snapshot),
    )


def prepared(run):
    folder = prepare_run_folder(run)
    run.refresh_from_db()
    return folder, json.loads((folder / "config.json").read_text())


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_pairs_carry_their_reliability():
    folder, config = prepared(make_run(held_back=True))
    rows = lines(folder / "pairs.jsonl")
    assert [(row["p_w"], row["p_l"], row["weight"]) for row in rows] == [(0.8, 0.3, 1.0)] * 4
    assert not (folder / "validation.jsonl").exists()
    assert (config["patience"], config["reference"]) == (0, "parent")


def test_lines_carry_what_the_critic_quotes_by_the_characters_that_are_trained_on():
    run = make_run(held_back=False, rejected="one\r\n2 + 2 = 5\r\nend")
    rejected = Preference.objects.order_by("pk").first().rejected
    critic = make_version(run.campaign, role="critic")
    Comment.objects.create(
        critique=Critique.objects.create(response=rejected, version=critic),
        **{"number": 1, "quote": "2 + 2 = 5", "quote_match": "exact", "severity": "major"},
        **{"start": 5, "end": 14},
    )
    folder, _ = prepared(run)
    rows = lines(folder / "pairs.jsonl")
    quotes = [row["rejected_quotes"] for row in rows]
    assert sorted(quotes) == [[], [], [], [[4, 13]]]
    text = rows[quotes.index([[4, 13]])]["rejected"][0]["content"]
    assert text[4:13] == "2 + 2 = 5"
    assert all(row["chosen_quotes"] == [] for row in rows)


def test_the_terms_of_the_loss_reach_the_process():
    chosen = {"nll_weight": 0.5, "shared_weight": 0.25, "quote_weight": 3, "later_weight": 0.5}
    _, config = prepared(make_run(held_back=False, loss="dpo", **chosen))
    assert {name: config[name] for name in chosen} == chosen


def test_terms_that_the_loss_does_not_read_are_left_out_and_said():
    run = make_run(held_back=False, loss="ipo", nll_weight=0.5, quote_weight=3, rejected="other")
    _, config = prepared(run)
    assert (config["nll_weight"], config["quote_weight"]) == (0.5, 1.0)
    assert run.warnings == ["This loss does not read the weight of words that a comment quotes."]


def test_a_campaign_begins_with_dpo_and_its_terms():
    _, config = prepared(make_run(held_back=False, rejected="other"))
    assert (config["loss"], config["beta"]) == ("dpo", 1)
    assert {name: config[name] for name in USUAL} == USUAL


def test_terms_that_nobody_chose_are_not_said_to_be_unread():
    run = make_run(held_back=False, loss="sft", rejected="other")
    _, config = prepared(run)
    assert {name: config[name] for name in PLAIN} == PLAIN
    assert run.warnings == []


def test_a_run_of_before_there_were_terms_has_none():
    run = make_run(held_back=False, loss="dpo")
    for name in PLAIN:
        del run.settings[name]
    _, config = prepared(run)
    assert {name: config[name] for name in PLAIN} == PLAIN


def test_early_stop_measures_on_the_pairs_held_back():
    folder, config = prepared(make_run(held_back=True, patience=2, reference="base"))
    assert len(lines(folder / "validation.jsonl")) == 2
    assert (config["patience"], config["reference"]) == (2, "base")


def test_without_pairs_held_back_it_says_that_it_cannot_stop_early():
    run = make_run(held_back=False, patience=2)
    folder, config = prepared(run)
    assert config["patience"] == 0
    assert not (folder / "validation.jsonl").exists()
    assert "No pair is held back" in run.warnings[0]


@pytest.mark.parametrize(
    ("fields", "warns"),
    [
        pytest.param({}, False, id="as-campaigns-begin"),
        pytest.param({"nll_weight": 0}, True, id="plain-dpo-on-close-pairs"),
        pytest.param({"loss": "sft"}, False, id="anchored-loss"),
        pytest.param({"nll_weight": 1}, False, id="anchored-by-a-term"),
        pytest.param({"nll_weight": 0, "rejected": "quite another text"}, False, id="far-apart"),
    ],
)
def test_it_warns_of_close_pairs_before_the_run_begins(fields, warns):
    run = make_run(held_back=False, **fields)
    prepared(run)
    assert bool(run.warnings) == warns
    assert all("differ in 12% of their words" in text for text in run.warnings)


def test_reference_log_probabilities_are_kept_across_runs():
    _, first = prepared(make_run(held_back=False))
    _, second = prepared(make_run(held_back=False))
    assert first["cache_dir"] == second["cache_dir"] != ""
