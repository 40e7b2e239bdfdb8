"""A campaign's first page: what happened, what needs somebody, and the rounds in figures."""

import csv
import io

import pytest
from django.urls import reverse

from oversight.models import Evaluation, Import, ImportState, Preference, Source, Stage
from oversight.pages.selectors.story import campaign_story
from tests.factories import (
    make_item,
    make_member,
    make_query,
    make_response,
    make_round,
    make_user,
    make_version,
    set_settings,
)

pytestmark = pytest.mark.django_db
DECIDES = "A program decides what is right here."
METRICS = {"candidate_score": 0.9, "baseline_score": 0.6, "scored_queries": 100.0, "win_rate": 0.8}


@pytest.fixture
def told(campaign):
    """A campaign of one promoted version, with a label by a person and two by the critic."""
    version = make_version(campaign, name="=evil", revision=2)
    round_ = make_round(version, number=1, stage=Stage.DONE, finished_at="2026-01-02T00:00Z")
    Evaluation.objects.create(
        campaign=campaign,
        round=round_,
        candidate=version,
        baseline=version,
        metrics=METRICS,
        is_promoted=True,
        reasons=["<b>better</b>"],
    )
    for source in (Source.PERSON, Source.CRITIC, Source.CRITIC):
        query = make_query(campaign)
        Preference.objects.create(
            campaign=campaign,
            round=round_,
            query=query,
            chosen=make_response(query, "a"),
            rejected=make_response(query, "b"),
            source=source,
        )
    return round_


def page(client):
    response = client.get(reverse("campaign", args=["maths"]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_says_what_is_meant_by_right(admin, campaign, told):
    address = reverse("campaign", args=[campaign.slug])
    assert DECIDES not in admin.get(address).content.decode()
    set_settings(campaign, checker="instructions")
    text = admin.get(address).content.decode()
    assert DECIDES in text
    assert "Whether it is true is not looked at." in text
    fields = ("candidate_score", "baseline_score")
    won = {name: value for name, value in METRICS.items() if name not in fields}
    Evaluation.objects.update(
        metrics=won | {"win_rate_low": 0.7, "win_rate_high": 0.9, "queries": 9}
    )
    assert DECIDES not in admin.get(address).content.decode()


def test_the_first_page_tells_what_happened(admin, told):
    html = page(admin)
    assert "right in 90 of 100 held-out queries, up from 60" in html
    assert "1 label by people" in html
    assert "2 taken from the critic" in html
    assert f'<a href="{reverse("round", args=["maths", 1])}"> <title>Round 1' in html
    assert "<b>better" not in html


def test_the_figures_of_the_rounds_are_those_of_the_rows(campaign, told):
    [line] = campaign_story(campaign).lines
    assert (line.labels.human, line.labels.critic) == (1, 2)
    assert line.human_share == pytest.approx(1 / 3)
    assert line.point.score.value == 0.9


def test_labels_that_came_since_are_not_what_it_took(admin, campaign, told):
    later = make_round(told.learner, number=2)
    query = make_query(campaign)
    Preference.objects.create(
        campaign=campaign,
        round=later,
        query=query,
        chosen=make_response(query, "a"),
        rejected=make_response(query, "b"),
        source=Source.PERSON,
    )
    html = page(admin)
    assert "It took <strong>1 label by people</strong> and 2 taken from the critic." in html
    since = "Since then <strong>1 label by people</strong> and 0 taken from the critic came"
    assert since in html


def test_before_a_version_is_promoted_labels_took_nothing(admin, told):
    Evaluation.objects.update(is_promoted=False)
    assert "There is <strong>1 label by people</strong>" in page(admin)


def test_the_rounds_can_be_downloaded_and_no_cell_is_a_formula(admin, told):
    response = admin.get(reverse("campaign-story-csv", args=["maths"]))
    [row] = csv.DictReader(io.StringIO(response.content.decode()))
    assert (row["round"], row["outcome"], row["score"]) == ("1", "promoted", "0.9")
    assert (row["labels_by_people"], row["labels_by_critic"]) == ("1", "2")
    assert row["version"].startswith("'=evil")


def test_a_campaign_without_a_round_says_so(admin):
    html = page(admin)
    assert "No version has been measured yet" in html
    assert "No round has ended yet" in html


def test_what_waits_for_somebody_is_named_with_where_it_is_seen_to(admin, campaign):
    assert "No model is at work as learner" in page(admin)
    make_item(campaign, annotators=3)
    make_waiting_file(campaign, "mine.csv")
    html = page(admin)
    assert "3 answers are asked of people" in html
    assert "Each item asks for 3 people" in html
    assert "only 1 here may" in html
    assert "about 3 minutes of work" in html
    assert "A file waits to be looked at" in html
    assert "mine.csv" in html


def test_several_files_that_wait_are_counted_and_lead_to_their_list(admin, campaign):
    for name in ("one.csv", "two.csv", "three.csv"):
        make_waiting_file(campaign, name)
    html = page(admin)
    assert "3 files wait to be looked at" in html
    assert "three.csv, two.csv, one.csv" in html
    address = reverse("queries-add", args=[campaign.slug])
    assert f'href="{address}">See them</a>' in html


def make_waiting_file(campaign, name):
    Import.objects.create(
        campaign=campaign,
        created_by=make_user(),
        file_name=name,
        state=ImportState.WAITING,
        format="queries",
    )


def test_it_is_said_that_nothing_can_be_promoted_without_held_out_queries(admin, campaign):
    make_query(campaign)
    assert "No query is held out" not in page(admin)
    make_version(campaign)
    html = page(admin)
    assert "No query is held out" in html
    assert "until then every update is refused" in html
    make_query(campaign, split="held_out")
    assert "No query is held out" not in page(admin)


def test_a_learner_that_is_not_trained_needs_none(admin, campaign):
    make_query(campaign)
    make_version(campaign, backend="openai", location="http://server")
    assert "No query is held out" not in page(admin)


def test_enough_people_are_no_news(admin, campaign):
    make_item(campaign, annotators=2)
    assert "Each item asks for 2 people" in page(admin)
    make_member(campaign, "annotator")
    assert "Each item asks for" not in page(admin)


def test_the_round_tells_its_outcome_its_queries_and_what_was_measured(admin, told):
    response = admin.get(reverse("round", args=["maths", 1]))
    html = " ".join(response.content.decode().split())
    assert "Where its queries went" in html
    assert "Right answers to held-out queries" in html
    assert "candidate_score" not in html


def test_who_only_observes_sees_the_story_and_no_answers(client, campaign, told):
    client.force_login(make_member(campaign, "observer"))
    assert "right in 90 of 100" in page(client)
    for version in (told.learner, make_version(campaign, name="new", active=False)):
        query = make_query(campaign)
        make_response(query, "SECRET", version=version)
    assert "SECRET" not in client.get(reverse("round", args=["maths", 1])).content.decode()
