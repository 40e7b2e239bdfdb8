"""What a new critic and its parent read beside what its gate goes by."""

import pytest

from oversight.loop.stages.roles import critic_trial
from oversight.loop.stages.roles.critic import LearningCritic
from oversight.models import Judgement, Purpose, Role, StepLabel, TrainingRun
from tests.factories import make_campaign, make_query, make_response, make_version, set_settings
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    campaign = make_campaign()
    set_settings(campaign, checker="arithmetic")
    critic = make_version(campaign, "critic")
    new = make_version(campaign, "critic", parent=critic, active=False)
    return TrainingRun.objects.create(
        campaign=campaign,
        round=make_round(campaign, critic),
        role=Role.CRITIC,
        parent=critic,
        result_version=new,
    )


def import_pair(campaign, **fields):
    query = make_query(campaign)
    answers = [make_response(query, text) for text in ("Right.", "Wrong.")]
    values = {"source": "checker", "annotator_label": "RewardBench", "choice": "a", **fields}
    Judgement.objects.create(query=query, response_a=answers[0], response_b=answers[1], **values)
    return answers


def test_imported_pairs_and_labelled_steps_are_read_too(run):
    pair = import_pair(run.campaign)
    stepped = make_response(make_query(run.campaign), "One.\nTwo.")
    said = Judgement.objects.create(query=stepped.query, response_a=stepped, source="person")
    StepLabel.objects.create(judgement=said, response=stepped, position=0, start=0, end=4, label=-1)
    assert critic_trial.read_answers(critic_trial.trial_of(run)) == [*pair, stepped]
    assert critic_trial.held_out_answers(critic_trial.trial_of(run)) == [], (
        "the gate does not go by them"
    )
    assert LearningCritic().trial_parts(run) == 1


def test_what_our_own_checker_says_and_what_people_prefer_is_no_benchmark(run):
    import_pair(run.campaign, annotator_label="")
    import_pair(run.campaign, source="person")
    assert critic_trial.read_answers(critic_trial.trial_of(run)) == []


def test_an_answer_of_both_is_read_once(run):
    text = "Tom keeps 31 beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
    query = make_query(run.campaign, text, split="held_out")
    answer = make_response(query, "4 * 7 = 28\n31 + 28 = 59\n#### 59", purpose=Purpose.EVALUATION)
    said = Judgement.objects.create(query=query, response_a=answer, source="person")
    StepLabel.objects.create(judgement=said, response=answer, position=0, start=0, end=10, label=1)
    assert critic_trial.held_out_answers(critic_trial.trial_of(run)) == [(answer, False)]
    assert critic_trial.read_answers(critic_trial.trial_of(run)) == [answer]


def test_many_are_drawn_from(run, monkeypatch):
    monkeypatch.setattr(critic_trial, "MOST_LABELLED", 4)
    for _ in range(5):
        import_pair(run.campaign)
    drawn = critic_trial.read_answers(critic_trial.trial_of(run))
    assert len(drawn) == 4
    assert drawn == critic_trial.read_answers(critic_trial.trial_of(run))
