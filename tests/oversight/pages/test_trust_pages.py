"""What a person can read of acceptance, reliability, schedules and training, and set of them."""

from datetime import UTC, datetime, time

import pytest
from django.urls import reverse

from oversight.loop.stages import collect, route
from oversight.models import (
    Acceptance,
    Evaluation,
    Preference,
    RewardMargin,
    RewardModel,
    Round,
    RunState,
    ScheduledUpdate,
    Source,
    SourceReliability,
    TrainingRun,
)
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def critic(campaign):
    return make_version(campaign, "critic", name="judge")


def read(client, name, *args):
    response = client.get(reverse(name, args=["maths", *args]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def measured_round(campaign, critic, **plan):
    round_ = make_round(campaign, critic, **plan)
    for human in "aaaab":
        add_pair(round_, 0.9, human=human)
    add_pair(round_, 0.9)
    route.write(round_, 0, route.Routed(route.fit_rule(round_), []))
    collect.write(round_, 0, collect.think(round_, 0))
    return round_


def test_the_round_says_why_its_labels_are_believed(admin, campaign, critic):
    round_ = measured_round(campaign, critic)
    html = read(admin, "round", round_.number)
    assert "5 of the 6 pairs that it judged were drawn at random" in html
    assert "the mean of a Beta posterior" in html
    assert "It prefers the longer one" in html
    assert (
        "How sure the critic says it is, against how often it was right on 5 audited pairs" in html
    )
    assert "Brier score; a coin has .25, less is better" in html
    assert "Over all 6 pairs people agree with it in" in html
    assert "Labels of this round, the first 1" in html


def test_the_round_says_how_many_audits_prefer_neither(admin, campaign, critic):
    round_ = make_round(campaign, critic)
    for human in ["a", "a", "both_bad"]:
        add_pair(round_, 0.9, human=human)
    route.write(round_, 0, route.Routed(route.fit_rule(round_), []))
    collect.write(round_, 0, collect.think(round_, 0))
    html = read(admin, "round", round_.number)
    assert 'class="num"> 2<br><span class="soft small nowrap">and 1 with neither preferred' in html


def test_the_round_says_by_which_rule_ai_feedback_was_taken(admin, campaign, critic):
    measured_round(campaign, critic)
    second = make_round(campaign, critic, acceptance="calibrated")
    route.write(second, 0, route.think(second, 0))
    html = read(admin, "round", second.number)
    assert "People take all." in html
    assert f"On the 5 random audits of {critic} that there were when this round's pairs" in html
    assert "was dropped, not accepted" not in html
    add_pair(second, 0.9, outcome="drop", reasons=["unsure", "beyond the budget for people"])
    html = read(admin, "round", second.number)
    assert "What the budget had no room for was dropped, not accepted." in html
    Acceptance.objects.filter(round=second).update(
        threshold=0.85, accepted=5, errors=1, error_upper_bound=0.584, alarm="People agree less."
    )
    html = read(admin, "round", second.number)
    assert "1 of the 5 above it were wrong (people preferred the other answer, or neither)" in html
    assert "0.584" in html
    assert "People agree less." in html


def test_what_was_not_known_when_pairs_were_routed_is_told_as_of_then(admin, campaign, critic):
    """Beside it stands what the same round's audits have told since."""
    round_ = measured_round(campaign, critic, acceptance="calibrated")
    Acceptance.objects.filter(round=round_).update(pairs=0)
    html = read(admin, "round", round_.number)
    assert f"When this round's pairs were routed nobody had audited {critic}" in html
    assert "5 of the 6 pairs that it judged were drawn at random" in html


@pytest.mark.parametrize(("asked_anyway", "told"), [(0, 0), (1, 1)])
def test_the_share_of_all_pairs_says_on_how_many_answers_it_rests(
    admin, campaign, critic, asked_anyway, told
):
    """Where they are more than the audits in the row beside it."""
    round_ = make_round(campaign, critic)
    for human in "aaab":
        add_pair(round_, 0.9, human=human)
    for _ in range(asked_anyway):
        add_pair(round_, 0.9, human="a", is_random=False)
    collect.write(round_, 0, collect.think(round_, 0))
    html = read(admin, "round", round_.number)
    assert html.count("from 5 answers, not the audits alone") == told
    assert html.count("not the audits alone") == told


def test_an_interval_without_width_is_not_told(admin, campaign, critic):
    round_ = measured_round(campaign, critic)
    row = round_.reliabilities.get(source=Source.CRITIC)
    row.population["assisted"] |= {"value": 0.718, "low": 0.65, "high": 0.78}
    row.save()
    html = read(admin, "round", round_.number)
    assert '0.718</strong> <span class="soft num">(0.650 to 0.780)</span>.' in html
    row.population["assisted"] |= {"low": 0.7181, "high": 0.7179}
    row.save()
    assert "0.718</strong>." in read(admin, "round", round_.number)


def test_a_round_of_before_has_neither_and_opens_all_the_same(admin, campaign):
    learner = make_version(campaign)
    Round.objects.create(campaign=campaign, number=1, plan={}, seed=1, learner=learner)
    assert "Taking the critic" not in read(admin, "round", 1)


def test_admins_alone_read_how_reliable_each_person_is(admin, campaign):
    round_ = make_round(campaign, None)
    person = {"person": make_user("careful").pk, "answers": 12.5}
    SourceReliability.objects.create(
        campaign=campaign,
        round=round_,
        source=Source.PERSON,
        judged_by=Source.PERSON,
        method="repeats",
        pairs=20,
        audited=20,
        p_w=0.85,
        p_l=0.15,
        strata=[{**person, "p_w": 0.912, "low": 0.803, "high": 0.961}],
        coefficients={"low": 0.8, "high": 0.9},
    )
    html = read(admin, "round", round_.number)
    assert "careful" in html
    assert "0.91 (0.80 to 0.96)" in html
    admin.force_login(make_member(campaign, "engineer"))
    other = read(admin, "round", round_.number)
    assert "One person is right with probability" in other
    assert "careful" not in other


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("succeeded", "", "was trained on 31 labels in 50 steps and scored 1 pair."),
        (
            "failed",
            "out of memory",
            "the labels go without it: out of memory",
        ),
    ],
)
def test_the_round_page_says_what_the_reward_model_did(
    admin, campaign, critic, state, reason, words
):
    round_ = make_round(campaign, critic)
    scored, unscored = add_pair(round_, 0.9), add_pair(round_, 0.9)
    model = RewardModel.objects.create(
        campaign=campaign,
        round=round_,
        parent=round_.learner,
        judged_by=Source.PERSON,
        labels=31,
        state=state,
        reason=reason,
        result={"steps": 50},
    )
    for decision, value in ((scored, 1.0), (unscored, None)):
        RewardMargin.objects.create(reward_model=model, decision=decision, value=value)
    collect.write(round_, 0, collect.think(round_, 0))
    assert words in " ".join(read(admin, "round", round_.number).split())


def test_the_round_page_costs_the_same_however_many_labels(
    admin, campaign, critic, django_assert_max_num_queries
):
    round_ = make_round(campaign, critic)
    for _ in range(30):
        add_pair(round_, 0.9)
    add_pair(round_, 0.9, outcome="drop", reasons=["beyond the budget for people"])
    collect.write(round_, 0, collect.think(round_, 0))
    with django_assert_max_num_queries(26):
        read(admin, "round", round_.number)


def test_the_campaign_says_when_it_updates_and_what_came_of_it(admin, campaign):
    assert "when somebody asks for it" in read(admin, "campaign")
    set_settings(campaign, schedule="daily", schedule_at=time(4, 30))
    due_at = datetime(2026, 1, 2, 4, 30, tzinfo=UTC)
    ScheduledUpdate.objects.create(campaign=campaign, due_at=due_at, reason="skipped: nothing new")
    html = read(admin, "campaign")
    assert "every day at 04:30" in html
    assert "skipped: nothing new" in html
    assert "Update the learner now" not in html


def test_an_admin_updates_by_hand_and_is_told_why_not(admin, campaign):
    url = reverse("round-update", args=["maths"])
    response = admin.post(url, follow=True)
    assert "at least 20 are asked for" in str(next(iter(response.context["messages"])))
    set_settings(campaign, min_preferences=1)
    make_version(campaign, backend="transformers")
    query = make_query(campaign)
    Preference.objects.create(
        campaign=campaign,
        query=query,
        chosen=make_response(query, "good"),
        rejected=make_response(query, "bad"),
        source=Source.PERSON,
    )
    assert "Update the learner now" in read(admin, "campaign")
    admin.post(url)
    round_ = campaign.rounds.get()
    assert round_.plan["slots"] == []
    assert "An update without attacks" in read(admin, "round", round_.number)


def test_the_training_page_warns_and_tells_in_words(admin, campaign):
    round_ = make_round(campaign, None)
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        parent=round_.learner,
        state=RunState.CANCELLED,
        settings={"patience": 2, "reference": "base"},
        warnings=["The answers of a pair differ in little."],
        metrics=[{"step": 1, "drift/chosen": -1.5, "drift/rejected": -4.0, "kl": 0.02}],
        result={
            "steps": 30,
            "best_step": 20,
            "validation_pairs": 12,
            "edit_distance": 0.431,
            "dropped_pairs": 3,
            "dropped_reasons": {"too long": 3},
        },
    )
    html = read(admin, "training-run", run.pk)
    assert "The answers of a pair differ in little." in html
    assert "Against the base model, at its last step, the chosen answers became less likely" in html
    assert "less likely (by 1.50 nats)" in html
    assert "the rejected ones became less likely (by 4.00 nats)." in html
    assert "It has moved 0.020 nats a token away (KL)." in html
    assert "12 held-back pairs was best at step 20 of 30, and those weights were kept" in html
    assert "differ in 43% of their words" in html
    assert "3 pairs could not be trained on (too long: 3)" in html


@pytest.mark.parametrize(
    ("chosen", "shown", "left_out"),
    [
        ({"loss": "sft", "method": "full"}, [], ["β", "Adapter: rank"]),
        ({"loss": "dpo", "method": "lora"}, ["β", "Adapter: rank"], []),
    ],
)
def test_settings_that_said_nothing_to_a_training_are_left_out(
    admin, campaign, chosen, shown, left_out
):
    round_ = make_round(campaign, None)
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        parent=round_.learner,
        state=RunState.CANCELLED,
        settings={"beta": 0.1, "lora_rank": 8, "epochs": 1.0, **chosen},
        metrics=[{"step": 1, "logps/chosen": -1.5}, {"step": 2, "logps/chosen": -1.0}],
    )
    html = read(admin, "training-run", run.pk)
    for name in ("Epochs", *shown):
        assert f"<dt>{name}</dt>" in html
    for name in left_out:
        assert f"<dt>{name}</dt>" not in html
    assert "logps" not in html
    assert "Chosen answers: logarithm of their probability" in html


def test_a_refused_candidate_is_told_with_its_reasons(admin, campaign):
    round_ = make_round(campaign, None)
    Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        candidate=make_version(campaign, active=False),
        baseline=round_.learner,
        is_promoted=False,
        reasons=["worse in category sums"],
        metrics={"win_rate": 0.4},
    )
    html = read(admin, "round", round_.number)
    assert "Refused" in html
    assert "worse in category sums" in html


def test_other_campaigns_rounds_do_not_mix(admin, campaign, critic):
    other = make_campaign()
    measured_round(other, make_version(other, "critic"))
    round_ = measured_round(campaign, critic)
    assert round_.reliabilities.get().pairs == 6


def test_annotators_read_and_press_nothing(client, campaign):
    client.force_login(make_member(campaign, "annotator"))
    assert "Updates of the learner" in read(client, "campaign")
    assert client.post(reverse("round-update", args=["maths"])).status_code == 403
