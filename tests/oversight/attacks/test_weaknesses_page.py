"""The map of weaknesses in the browser, as a table to download and over REST."""

import csv
import io
import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.queue.services.leases import lease_next
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.models import AttackFinding, Round, Stage
from tests.annotate.records import WRONG
from tests.factories import (
    make_item,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db

QUERY = (
    "Noor has 31 beads. Then 4 boxes of 7 arrive. There are 12 chairs in the room. "
    "Then 9 are lost. How many beads now?"
)


@pytest.fixture
def failing(campaign):
    """A query that the learner fails, as the checker confirmed."""
    set_settings(campaign, checker="arithmetic", taxonomy=["facts", "shares"])
    round_ = make_round(campaign, None)
    query = make_query(campaign, QUERY, round=round_, node="facts")
    make_response(query, WRONG, version=round_.learner)
    store_failures(find_failures(campaign))
    return query


def test_without_kinds_none_are_counted(admin, failing, campaign):
    assert "of the 2 kinds of question" in page(admin, campaign)
    set_settings(campaign, taxonomy=[])
    assert "kinds of question were tried" not in page(admin, campaign)


def page(client, campaign, **more):
    address = reverse("weaknesses", args=[campaign.slug])
    return client.get(f"{address}?figures=true", **more).content.decode()


def test_it_tells_what_was_confirmed_and_by_whom(admin, failing):
    text = page(admin, failing.campaign)
    assert "1 of 1, 0 of them confirmed by people and 1 by the checker" in text
    assert reverse("query", args=[failing.campaign.slug, failing.pk]) in text
    assert "too few yet" in text
    assert "of the 2 kinds of question" in text


def test_the_campaign_and_its_rounds_lead_there(admin, failing):
    slug, address = failing.campaign.slug, reverse("weaknesses", args=[failing.campaign.slug])
    for place in (
        reverse("campaign", args=[slug]),
        reverse("round", args=[slug, failing.round.number]),
        reverse("query", args=[slug, failing.pk]),
    ):
        assert address in admin.get(place).content.decode()


def test_before_anything_was_asked_it_says_so(admin, campaign):
    assert "No learner has answered" in page(admin, campaign)


def test_before_anything_is_checked_it_counts_no_ways_to_fail(admin, campaign):
    set_settings(campaign, checker="arithmetic", taxonomy=["facts"])
    round_ = make_round(campaign, None)
    Round.objects.filter(pk=round_.pk).update(stage=Stage.REVIEW)
    for n in range(100):
        query = make_query(campaign, f"{QUERY} {n}", round=round_, node="facts")
        make_response(query, WRONG, version=round_.learner)
    text = " ".join(page(admin, campaign).split())
    assert "Nobody has confirmed anything of the 100 questions" in text
    assert "different ways (" not in text
    assert "100 of the 100 questions asked have been checked by nobody yet" in text
    assert f"round {round_.number}</a>, which is under way, it has said nothing yet" in text
    assert f"All of these were answered by {round_.learner}." in text
    set_settings(campaign, checker="")
    assert "people alone confirm" in page(admin, campaign)


def test_each_version_of_the_learner_has_its_own_figures(admin, failing):
    newer = make_version(failing.campaign, name="newer", active=False)
    round_ = make_round(failing.campaign, None)
    Round.objects.filter(pk=round_.pk).update(learner=newer)
    query = make_query(failing.campaign, f"{QUERY} Again?", round=round_, node="facts")
    make_response(query, WRONG, version=newer)
    text = " ".join(page(admin, failing.campaign).split())
    assert "By version of the learner" in text
    rows = text.partition("By version of the learner")[2]
    assert rows.index(f">{newer}") < rows.index(f">{failing.round.learner}")


def test_an_observer_reads_figures_and_no_texts(client, failing):
    client.force_login(make_member(failing.campaign, "observer"))
    text = page(client, failing.campaign)
    assert "facts" in text
    assert QUERY[:20] not in text


def test_a_text_that_is_hard_to_bear_is_not_shown_there(admin, failing):
    set_settings(failing.campaign, harm_by_category={"facts": "severe"})
    text = page(admin, failing.campaign)
    assert f"Query {failing.pk}, tagged severe" in text
    assert QUERY[:20] not in text


def test_the_page_comes_first_and_its_figures_after_it(admin, failing):
    address = reverse("weaknesses", args=[failing.campaign.slug])
    assert "hx-get" in admin.get(address).content.decode()
    part = admin.get(f"{address}?figures=true", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_a_reviewer_says_what_they_find(client, failing):
    reviewer = make_member(failing.campaign, "reviewer")
    client.force_login(reviewer)
    address = reverse("attack-finding", args=[failing.campaign.slug, failing.pk])
    response = client.post(address, {"said": "unfair", "reason": "Nobody could know."}, follow=True)
    row = AttackFinding.objects.get(user=reviewer)
    assert (row.is_fair, row.fails, row.source) == (False, None, "person")
    assert "As people confirmed: the question is not fair" in " ".join(
        response.content.decode().split()
    )


def test_what_was_found_stands_on_the_page_and_in_the_form(client, failing):
    reviewer = make_member(failing.campaign, "reviewer")
    client.force_login(reviewer)
    slug, address = (
        failing.campaign.slug,
        reverse("query", args=[failing.campaign.slug, failing.pk]),
    )
    for said, reason in (("unfair", "Nobody could know."), ("holds", "It is right after all.")):
        client.post(
            reverse("attack-finding", args=[slug, failing.pk]), {"said": said, "reason": reason}
        )
    text = " ".join(client.get(address).content.decode().split())
    assert f"{reviewer.username}, " in text
    assert 'most of its answers are good enough. <q dir="auto">It is right after all.</q>' in text
    assert "Nobody could know." not in text
    assert re.search(r'of <a href="#side-\d+">answer 1</a>, [^<]*: the answer fails', text)
    assert re.search(r'value="holds"[^>]*checked', text)
    client.force_login(make_member(failing.campaign, "engineer"))
    text = client.get(address).content.decode()
    assert "It is right after all." in text
    assert "Say this instead" not in text


def test_who_is_to_answer_first_is_not_told_what_others_found(client, failing):
    make_item(failing.campaign, query=failing)
    reviewer = make_member(failing.campaign, "reviewer")
    found = AttackFinding(query=failing, source="person", user=make_user("other"))
    found.is_fair, found.reason = False, "Nobody could know."
    found.save()
    client.force_login(reviewer)
    address = reverse("query", args=[failing.campaign.slug, failing.pk])
    assert "Nobody could know." in client.get(address).content.decode()
    lease_next(user=reviewer, campaign=failing.campaign)
    text = client.get(address).content.decode()
    assert "Nobody could know." not in text
    assert "You are to answer an item about it first" in text


def test_a_finding_without_a_choice_is_refused(admin, failing):
    address = reverse("attack-finding", args=[failing.campaign.slug, failing.pk])
    assert "Not done" in admin.post(address, {}, follow=True).content.decode()
    assert not AttackFinding.objects.filter(source="person").exists()


def test_an_annotator_may_not(client, failing):
    client.force_login(make_member(failing.campaign))
    address = reverse("attack-finding", args=[failing.campaign.slug, failing.pk])
    assert client.post(address, {"said": "fails"}).status_code == 403


def test_it_is_downloaded_as_a_table(admin, failing):
    text = admin.get(reverse("weaknesses-csv", args=[failing.campaign.slug])).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["kind"] for row in rows} == {"facts", "shares", "all"}
    facts = next(row for row in rows if row["kind"] == "facts")
    assert (facts["tries"], facts["failed"], facts["confirmed_by_checker"]) == ("1", "1", "1")


def test_and_read_over_rest(failing):
    client = APIClient()
    client.force_authenticate(make_member(failing.campaign, "owner"))
    found = client.get(f"/api/v1/campaigns/{failing.campaign.slug}/weaknesses/").json()
    assert found["total"]["failed"] == 1
    assert found["clusters"] is None
    said = client.post(
        f"/api/v1/campaigns/{failing.campaign.slug}/queries/{failing.pk}/finding/",
        {"is_fair": True, "fails": False},
        format="json",
    )
    assert said.status_code == 201, said.content
    found = client.get(f"/api/v1/campaigns/{failing.campaign.slug}/weaknesses/").json()
    assert found["total"]["failed"] == 0
