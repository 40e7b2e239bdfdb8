"""The critic over its versions: the page, and what its round, its run and the models tell of it."""

import pytest
from django.urls import reverse

from oversight.learning.policies import critic_words
from oversight.learning.services import critic_versions as services
from oversight.models import (
    Comment,
    Critique,
    Evaluation,
    Judgement,
    Purpose,
    Response,
    Role,
    Round,
    RunState,
    StepLabel,
    TrainingRun,
)
from tests.factories import make_query, make_response, make_version, set_settings
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def trained(campaign):
    """A critic that comments on a right line, and one trained from it that comments on a wrong one."""
    set_settings(campaign, checker="arithmetic")
    old = make_version(campaign, "critic")
    round_ = make_round(campaign, old)
    new = make_version(campaign, "critic", name=old.name, parent=old, active=False)
    query = make_query(
        campaign,
        "Tom keeps 31 beads in a drawer. Tom wins 4 bags of 7. How many beads now?",
        split="held_out",
    )
    wrong = "4 * 7 = 28\n31 + 28 = 58\n#### 58"
    answer = make_response(query, wrong, version=round_.learner, purpose=Purpose.EVALUATION)
    for version, quote in ((old, "4 * 7 = 28"), (new, "31 + 28 = 58")):
        said = Critique.objects.create(
            response=answer, version=version, verdict="flawed", p_flawed=0.9
        )
        start = wrong.index(quote)
        Comment.objects.create(
            critique=said,
            number=1,
            quote=quote,
            quote_match="exact",
            start=start,
            end=start + len(quote),
            severity="critical",
            category="arithmetic slip",
        )
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.CRITIC,
        parent=old,
        state=RunState.SUCCEEDED,
        result_version=new,
        settings={"loss": "dpo", "pairs": {"people: verdicts": 12, "tampered": 3}},
    )
    Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.CRITIC,
        candidate=new,
        baseline=old,
        is_promoted=False,
        reasons=["it finds fewer errors: by 0.100"],
        metrics={
            "answers": 40.0,
            "made_up_candidate": 2.0,
            "made_up_baseline": 5.0,
            "comments_candidate": 20.0,
            "comments_baseline": 25.0,
            "bugs caught_candidate": 0.4,
            "bugs caught_baseline": 0.5,
            "free of made-up problems_candidate": 0.95,
            "free of made-up problems_baseline": 0.875,
        },
    )
    return run


def test_the_page_tells_what_each_version_finds_and_makes_up(admin, campaign, trained, monkeypatch):
    monkeypatch.setattr(critic_words, "FEWEST", 1)
    address = reverse("critic-versions", args=[campaign.slug])
    first = admin.get(address).content.decode()
    assert 'hx-get="?figures=true"' in first
    assert "Counting …" in first
    whole = admin.get(address, {"figures": "true"})
    new, old = whole.context["measured"]
    assert (new.version, old.version) == (trained.result_version, trained.parent)
    assert (new.natural.bugs_caught.value, new.natural.hallucinated.value) == (1.0, 0.0)
    assert (old.natural.bugs_caught.value, old.natural.hallucinated.value) == (0.0, 1.0)
    assert new.tampered is None
    text = whole.content.decode()
    assert "What the columns mean" in text
    assert (
        f"<strong>{old.version}</strong> is at work. Of 100 wrong answers that models wrote" in text
    )


def test_a_version_at_work_is_read_however_many_came_after_it(
    admin, campaign, trained, monkeypatch
):
    monkeypatch.setattr(services, "MOST_VERSIONS", 1)
    address = reverse("critic-versions", args=[campaign.slug])
    measured = admin.get(address, {"figures": "true"}).context["measured"]
    assert [each.version for each in measured] == [trained.result_version, trained.parent]


def test_it_tells_what_became_of_each_training_and_why(admin, campaign, trained):
    page = admin.get(reverse("critic-versions", args=[campaign.slug]), {"figures": "1"})
    [training] = page.context["trainings"]
    assert "plan" in training.run.round.get_deferred_fields()
    assert (training.new.made_up, training.old.made_up) == (2, 5)
    text = " ".join(page.content.decode().split())
    assert "Refused" in text
    assert "From 15 pairs of critiques." in text
    assert "it finds fewer errors: by 0.100" in text
    assert '2 of 20<br><span class="soft small">before 5 of 25</span>' in text
    assert reverse("training-run", args=[campaign.slug, trained.pk]) in text


def test_a_campaign_without_a_checker_says_that_nobody_knows(admin, campaign):
    set_settings(campaign, checker="")
    address = reverse("critic-versions", args=[campaign.slug])
    assert "No checker knows the truth" in admin.get(address, {"figures": "1"}).content.decode()


def test_it_says_why_the_latest_training_was_skipped(admin, campaign):
    set_settings(campaign, checker="arithmetic")
    critic = make_version(campaign, "critic")
    round_ = make_round(campaign, critic)
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        role=Role.CRITIC,
        parent=critic,
        state=RunState.SKIPPED,
        reason="0 pairs to train on, at least 20 are asked for.",
    )
    address = reverse("critic-versions", args=[campaign.slug])
    text = admin.get(address, {"figures": "1"}).content.decode()
    assert "Not trained" in text
    assert "0 pairs to train on, at least 20 are asked for." in text
    assert reverse("training-run", args=[campaign.slug, run.pk]) in text
    assert reverse("settings-group", args=[campaign.slug, "updates"]) in text


def test_a_round_says_when_the_critic_learns(admin, campaign):
    """A round keeps its plan, in which the critic may not learn yet."""
    critic = make_version(campaign, "critic")
    before = make_round(campaign, critic)
    Round.objects.filter(pk=before.pk).update(finished_at=None, plan={"critic_learning": "off"})
    address = reverse("round", args=[campaign.slug, before.number])
    assert "Training of the critic" not in admin.get(address).text
    set_settings(campaign, critic_learning="people")
    text = admin.get(address).text
    assert "It learns from the next round on" in text
    assert "Train the other models" not in text
    Round.objects.filter(pk=before.pk).update(plan={"critic_learning": "people"})
    text = admin.get(address).text
    assert "It is trained after the learner" in text
    assert "Train the other models" in text
    assert "Train the other models" in admin.get(reverse("campaign", args=[campaign.slug])).text


def test_a_round_names_no_stage_that_its_plan_does_not_lead_to(admin, campaign):
    round_ = make_round(campaign, make_version(campaign, "critic"))
    attacker = make_version(campaign, "attacker", location="models/mine")
    rounds = Round.objects.filter(pk=round_.pk)
    address = reverse("round", args=[campaign.slug, round_.number])
    replies, proposes = "Answer the tried attacks", "Look for new weaknesses"
    rounds.update(finished_at=None, attacker=attacker, plan={"critic_learning": "people"})
    text = admin.get(address).text
    assert "Try the other models" in text
    assert replies not in text
    assert proposes not in text
    rounds.update(plan={"attacker_learning": True})
    text = admin.get(address).text
    assert replies in text
    assert proposes not in text
    rounds.update(plan={"query_writing": "autodetect"})
    text = admin.get(address).text
    assert proposes in text
    assert "Try the other models" not in text


def test_the_models_lead_to_the_page_and_to_the_training(admin, campaign, trained):
    page = admin.get(reverse("campaign-models", args=[campaign.slug])).content.decode()
    assert reverse("critic-versions", args=[campaign.slug]) in page
    assert reverse("training-run", args=[campaign.slug, trained.pk]) in page


def test_the_round_tells_why_the_critic_was_refused(admin, campaign, trained):
    page = admin.get(reverse("round", args=[campaign.slug, trained.round.number])).content.decode()
    assert "Training of the critic" in page
    assert "it finds fewer errors: by 0.100" in page


def test_the_training_tells_of_what_it_was_made(admin, campaign, trained):
    page = admin.get(reverse("training-run", args=[campaign.slug, trained.pk])).content.decode()
    assert ", of the critic" in page
    assert "12 where a comment was called fake, by people" in " ".join(page.split())
    assert "3 where it missed an error that was put in" in " ".join(page.split())
    assert "Made-up problems, all comments together" in page
    assert "people overlook more flaws" not in page


def test_it_tells_how_each_version_chooses_and_finds_the_first_wrong_step(admin, campaign, trained):
    new = trained.result_version
    old_answer = Critique.objects.filter(version=new).get().response
    right = make_response(
        old_answer.query,
        "4 * 7 = 28\n31 + 28 = 59\n#### 59",
        version=old_answer.version,
        purpose=Purpose.EVALUATION,
        sample=9,
    )
    spoilt = Response.objects.create(
        query=right.query,
        revises=right,
        purpose=Purpose.TAMPERED,
        text="4 * 7 = 28\n31 + 28 = 60\n#### 60",
    )
    Critique.objects.create(response=right, version=new, verdict="sound", p_flawed=0.1)
    said = Critique.objects.create(response=spoilt, version=new, verdict="flawed", p_flawed=0.8)
    quote_at(said, spoilt.text, "31 + 28 = 60")
    page = admin.get(reverse("critic-versions", args=[campaign.slug]), {"figures": "1"})
    measured = page.context["measured"][0]
    assert (measured.choosing.value, measured.choosing.count) == (1, 1)
    assert (measured.steps.found.value, measured.steps.left_alone.value) == (1, 1)
    assert measured.steps.f1 == 1
    assert measured.tampered.auroc.value == 1, "right answers stand beside those with an error"
    assert "As a judge of pairs and of steps" in page.content.decode()


def test_imported_pairs_and_labelled_steps_need_no_checker(admin, campaign):
    critic = make_version(campaign, "critic")
    query = make_query(campaign, "Which?")
    good, bad = (
        make_response(query, text) for text in ("It is fine.", "One.\nTwo is odd.\nThree.")
    )
    Judgement.objects.create(
        query=query, response_a=bad, response_b=good, source="checker", choice="b",
        annotator_label="RewardBench",
    )  # fmt: skip
    Critique.objects.create(response=good, version=critic, verdict="sound", p_flawed=0.2)
    said = Critique.objects.create(response=bad, version=critic, verdict="flawed", p_flawed=0.7)
    quote_at(said, bad.text, "Two is odd.")
    label_steps(bad, (1, -1))
    page = admin.get(reverse("critic-versions", args=[campaign.slug]), {"figures": "1"})
    [measured] = page.context["measured"]
    assert (measured.choosing_imported.successes, measured.choosing_imported.count) == (1, 1)
    assert (measured.steps_labelled.found.value, measured.steps_labelled.left_alone.count) == (1, 0)
    assert (measured.natural, measured.steps.f1) == (None, None)


def test_a_critic_of_its_learners_weights_is_told_of(admin, campaign, trained):
    campaign.versions.update(location="/models/one", backend="transformers")
    page = admin.get(reverse("critic-versions", args=[campaign.slug]), {"figures": "1"})
    assert "the same weights as the learner at work" in page.content.decode()


def test_what_a_search_would_find_is_shown_where_it_was_measured(admin, campaign, trained):
    address = reverse("critic-versions", args=[campaign.slug])
    without = admin.get(address, {"figures": "1"})
    assert without.context["measured"][0].curve == []
    assert "searches for comments" not in without.content.decode()
    said = Critique.objects.get(version=trained.result_version)
    again = make_version(campaign, "critic", active=False)
    Critique.objects.create(
        response=said.response,
        version=again,
        verdict="flawed",
        p_flawed=0.9,
        sampling={"curve": {"0": [0, 0], "4": [1, 2]}},
    )
    page = admin.get(address, {"figures": "1"})
    [none, some] = page.context["measured"][0].curve
    assert (none.bugs_caught.value, some.bugs_caught.value) == (0, 1)
    assert some.hallucinated.value == 2 / 3
    assert f"If {again} searches for comments" in page.content.decode()


def quote_at(said, text, quote):
    start = text.index(quote)
    Comment.objects.create(
        critique=said,
        number=1,
        quote=quote,
        quote_match="exact",
        start=start,
        end=start + len(quote),
        severity="critical",
        category="arithmetic slip",
    )


def label_steps(response, labels):
    judgement = Judgement.objects.create(
        query=response.query, response_a=response, source="person", annotator_label="ProcessBench"
    )
    start = 0
    for position, (step, label) in enumerate(zip(response.text.split("\n"), labels, strict=False)):
        StepLabel.objects.create(
            judgement=judgement, response=response, position=position, label=label,
            start=start, end=start + len(step),
        )  # fmt: skip
        start += len(step) + 1
