"""The campaign's own pages: what they show, and the buttons of a round."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.errors import InvalidCampaign, WrongState
from oversight.loop.services import rounds
from oversight.models import (
    Evaluation,
    Judgement,
    Preference,
    Round,
    RunState,
    Source,
    Stage,
    TrainingRun,
    WorkUnit,
)
from tests.factories import make_campaign, make_item, make_member, make_query, make_version

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths <b>")


@pytest.fixture
def admin(client, campaign):
    client.force_login(make_member(campaign, "owner"))
    return client


@pytest.fixture
def round_(campaign):
    return Round.objects.create(
        campaign=campaign,
        number=1,
        plan={"queries_per_round": 7, "slots": [1]},
        seed=1,
        learner=make_version(campaign),
        stage=Stage.REVIEW,
    )


def page(client, name, *args):
    response = client.get(reverse(name, args=["maths", *args]))
    assert response.status_code == 200
    return response.content.decode()


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_home_lists_ones_own_campaigns(admin):
    make_campaign(name="Somebody else's")
    html = admin.get(reverse("home")).content.decode()
    assert "Maths &lt;b&gt;" in html
    assert "Somebody else" not in html


def test_home_costs_the_same_however_many_campaigns(admin, django_assert_num_queries):
    def count():
        with django_assert_num_queries(4):  # session, user, campaigns with their counts, flags
            admin.get(reverse("home"))

    count()
    person = make_member(make_campaign())
    for _ in range(3):
        other = make_campaign()
        make_item(other)
        make_member(other, "owner", admin.get(reverse("home")).context["user"])
    assert person
    count()


def test_home_counts_items_once_per_campaign(admin, campaign):
    make_item(campaign, state="closed", seats_free=0)
    make_item(campaign)
    make_item(campaign, state="withdrawn")
    assert "1 of 2 items judged" in " ".join(admin.get(reverse("home")).content.decode().split())


def test_the_page_shows_the_round_under_way(admin, round_):
    WorkUnit.objects.create(
        round=round_, stage=Stage.CRITIQUE, index=0, state="failed", error="no <model>"
    )
    make_item(round_.campaign, round=round_, state="closed", seats_free=0)
    make_item(round_.campaign, round=round_)
    html = page(admin, "campaign")
    assert "Review: 1 of 2" in html
    assert "no &lt;model&gt;" in html
    assert "Go on without the rest" in html
    assert "Retry what failed" in html
    assert "Start the next round" not in html


def test_waiting_units_say_why(admin, round_):
    Round.objects.filter(pk=round_.pk).update(stage=Stage.RESPOND)
    WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=0, error="server is down")
    html = page(admin, "campaign")
    assert "Waiting" in html
    assert "server is down" in html


def test_annotators_look_and_press_nothing(client, campaign, round_):
    client.force_login(make_member(campaign, "annotator"))
    html = page(client, "campaign")
    assert "Round 1" in html
    assert "Go on without the rest" not in html
    assert "Download preferences" not in html


def test_labels_stay_apart(admin, campaign):
    for source in (Source.PERSON, Source.SIMULATED, Source.SIMULATED):
        item = make_item(campaign)
        Judgement.objects.create(
            query=item.query,
            response_a=item.response_a,
            response_b=item.response_b,
            source=source,
            choice="a",
        )
    counts = admin.get(reverse("campaign", args=["maths"])).context["overview"].judgements
    assert (counts.human, counts.simulated, counts.critic) == (1, 2, 0)


def test_simulated_annotators_are_not_nobody(admin, campaign):
    item = make_item(campaign)
    address = reverse("campaign", args=["maths"])
    assert "Nobody has judged yet" in admin.get(address).content.decode()
    Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        source=Source.SIMULATED,
        choice="a",
    )
    assert "Only simulated annotators have judged" in admin.get(address).content.decode()


def test_superseded_judgements_do_not_count(admin, campaign):
    item = make_item(campaign)
    fields = {
        "query": item.query,
        "response_a": item.response_a,
        "response_b": item.response_b,
        "source": Source.PERSON,
    }
    first = Judgement.objects.create(**fields)
    Judgement.objects.create(**fields, supersedes=first)
    counts = admin.get(reverse("campaign", args=["maths"])).context["overview"].judgements
    assert counts.human == 1


def test_the_page_costs_the_same_however_many_rounds(admin, campaign, round_):
    Round.objects.filter(pk=round_.pk).update(stage="done", finished_at="2026-01-01T00:00Z")
    with CaptureQueriesContext(connection) as one:
        page(admin, "campaign")
    for number in range(2, 9):
        Round.objects.create(
            campaign=campaign,
            number=number,
            plan={},
            seed=1,
            learner=round_.learner,
            stage="done",
            finished_at="2026-01-01T00:00Z",
        )
    with CaptureQueriesContext(connection) as eight:
        page(admin, "campaign")
    assert len(eight) == len(one) <= 30


def test_htmx_gets_the_live_part_alone(admin, round_):
    url = reverse("campaign", args=["maths"])
    response = admin.get(url, {"round": round_.pk}, headers=HTMX)
    assert b'id="live"' in response.content
    assert b"<html" not in response.content


def test_htmx_is_told_to_reload_once_the_round_is_over(admin, round_):
    Round.objects.filter(pk=round_.pk).update(stage="done", finished_at="2026-01-01T00:00Z")
    url = reverse("campaign", args=["maths"])
    assert admin.get(url, {"round": round_.pk}, headers=HTMX)["HX-Refresh"] == "true"


def test_start_calls_the_service_and_says_so(admin, campaign, monkeypatch):
    calls = []
    monkeypatch.setattr(rounds, "start_round", lambda **values: calls.append(values))
    response = admin.post(reverse("round-start", args=["maths"]), follow=True)
    assert told(response) == ["The round has started."]
    assert calls[0]["campaign"] == campaign
    assert calls[0]["started_by"] == response.context["user"]


@pytest.mark.parametrize("error", [InvalidCampaign("no learner"), WrongState("still open")])
def test_a_refused_start_says_why(admin, monkeypatch, error):
    def refuse(**values):
        raise error

    monkeypatch.setattr(rounds, "start_round", refuse)
    response = admin.post(reverse("round-start", args=["maths"]), follow=True)
    assert told(response) == [f"Not done: {error}."]


def test_a_start_without_models_is_refused_for_real(admin):
    response = admin.post(reverse("round-start", args=["maths"]), follow=True)
    assert "no learner" in told(response)[0]


@pytest.mark.parametrize(
    ("name", "service"),
    [("round-close-review", "close_review"), ("round-retry", "retry_failed")],
)
def test_a_round_is_acted_upon(admin, round_, monkeypatch, name, service):
    calls = []
    monkeypatch.setattr(rounds, service, lambda **values: calls.append(values))
    admin.post(reverse(name, args=["maths", 1]))
    assert calls == [{"round": round_}]
    assert admin.post(reverse(name, args=["maths", 2])).status_code == 404


@pytest.mark.fault("fairness")
def test_cancelling_says_what_will_happen_and_asks_why(admin, round_):
    page = reverse("round-cancel", args=["maths", round_.number])
    assert page in admin.get(reverse("round", args=["maths", round_.number])).content.decode()
    shown = admin.get(page).content.decode()
    assert "No version is promoted" in shown
    round_.refresh_from_db()
    assert round_.finished_at is None
    assert admin.post(page, {"reason": " "}).status_code == 422
    reply = admin.post(page, {"reason": "the model is gone"}, follow=True)
    text = reply.content.decode()
    assert f"Round {round_.number} is cancelled." in text
    assert "the model is gone" in text
    assert "Cancel the round" not in text
    again = admin.post(page, {"reason": "again"}, follow=True).content.decode()
    assert "has ended already" in again


@pytest.mark.fault("workbench")
def test_going_on_without_the_rest_is_asked_once(admin, round_):
    for state, seats in (("open", 1), ("open", 1), ("closed", 0)):
        make_item(round_.campaign, round=round_, state=state, seats_free=seats)
    html = " ".join(page(admin, "round-close-review", 1).split())
    assert "2 open items will be withdrawn" in html
    assert round_.items.open().count() == 2
    assert reverse("round-close-review", args=["maths", 1]) in page(admin, "campaign")
    admin.post(reverse("round-close-review", args=["maths", 1]))
    assert not round_.items.open().exists()


def test_a_review_that_was_closed_meanwhile_says_so(admin, round_):
    url = reverse("round-close-review", args=["maths", 1])
    admin.post(url)
    response = admin.post(url, follow=True)
    assert "not waiting for people" in " ".join(told(response))


def test_a_round_shows_plan_outcome_and_gate(admin, campaign, round_):
    round_.outcome = "learner@2 refused"
    round_.save()
    Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        candidate=make_version(campaign, active=False),
        baseline=round_.learner,
        metrics={"win_rate": 0.51234, "scored_by": "critic", "unknown": None},
        is_promoted=False,
        reasons=["not better beyond chance"],
    )
    html = page(admin, "round", 1)
    for words in ("learner@2 refused", "Queries per round", "not better beyond chance", "0.512"):
        assert words in html
    assert "scored_by" not in html
    assert "slots" not in html


def make_run(round_, **fields):
    values = {"campaign": round_.campaign, "round": round_, "parent": round_.learner, **fields}
    return TrainingRun.objects.create(**values)


def test_a_run_draws_its_metrics(admin, round_):
    metrics = [{"step": step, "loss": 2.0 / (step + 1), "odd": None} for step in range(30)]
    run = make_run(round_, state=RunState.RUNNING, metrics=metrics)
    html = page(admin, "training-run", run.pk)
    assert "<polyline" in html
    assert html.count("<tr") == 21
    assert "Cancel" in html


def test_a_run_says_what_it_was_made_with_in_words(admin, round_):
    settings = {"loss": "apo_zero", "nll_weight": 3.0, "snapshot_sha256": "abc"}
    html = page(admin, "training-run", make_run(round_, settings=settings).pk)
    assert "Anchored DPO (APO-zero)" in html
    assert "Weight of the chosen answers&#x27; likelihood" in html
    assert "nll_weight" not in html
    assert "snapshot_sha256" not in html


def test_a_finished_run_no_longer_asks_for_news(admin, round_):
    run = make_run(round_, state=RunState.CANCELLED)
    html = page(admin, "training-run", run.pk)
    assert "hx-trigger" not in html
    assert ">Cancel<" not in html


def test_cancel_asks_the_run_to_stop(admin, round_):
    run = make_run(round_, state=RunState.RUNNING)
    url = reverse("training-run-cancel", args=["maths", run.pk])
    admin.post(url)
    run.refresh_from_db()
    assert run.is_cancel_requested
    TrainingRun.objects.update(state=RunState.CANCELLED)
    assert "has ended already" in " ".join(told(admin.post(url, follow=True)))


def test_a_run_of_another_campaign_is_not_found(admin, round_):
    other = make_campaign()
    run = TrainingRun.objects.create(campaign=other, parent=make_version(other))
    assert admin.get(reverse("training-run", args=["maths", run.pk])).status_code == 404


def test_preferences_are_downloaded(admin, campaign):
    item = make_item(campaign, query=make_query(campaign, "One?"))
    Preference.objects.create(
        campaign=campaign,
        query=item.query,
        chosen=item.response_a,
        rejected=item.response_b,
        source=Source.PERSON,
    )
    response = admin.get(reverse("campaign-preferences", args=["maths"]))
    [line] = b"".join(response.streaming_content).splitlines()
    assert json.loads(line)["prompt"][0]["content"] == "One?"
    assert "maths-preferences.jsonl" in response["Content-Disposition"]


def test_a_cache_keeps_the_page_and_its_part_apart(admin, round_):
    run = make_run(round_, state=RunState.RUNNING)
    for url in (
        reverse("campaign", args=["maths"]),
        reverse("training-run", args=["maths", run.pk]),
    ):
        assert "HX-Request" in admin.get(url)["Vary"]
        assert b"<html" not in admin.get(url, {"round": round_.pk}, headers=HTMX).content
