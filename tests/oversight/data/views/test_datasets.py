"""The page Data: what can be downloaded, snapshots made, read and compared."""

import pytest
from django.urls import reverse

from oversight.data.services.snapshots import make_snapshot
from oversight.models import Preference, Snapshot, Source
from tests.factories import make_member
from tests.oversight.data.exported import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    world = make_world(["One.", "<script>alert(1)</script> | [x](javascript:y)"])
    client.force_login(make_member(world, "engineer"))
    return world


def url(name, world, *args):
    return reverse(name, args=[world.slug, *args])


def test_each_dataset_is_there_with_its_rows_and_files(client, world):
    page = client.get(url("campaign-data", world)).text
    assert "Preferences, as conversations" in page
    assert "Annotations as they were entered" in page
    assert reverse("api-dataset", args=[world.slug, "kto.parquet"]) in page


def test_simulated_labels_are_counted_where_asked_for(client, world):
    row = world.preferences.first()
    Preference.objects.create(
        campaign=world, query=row.query, chosen=row.chosen, rejected=row.rejected,
        source=Source.SIMULATED,
    )  # fmt: skip

    def counted(**query):
        context = client.get(url("campaign-data", world), {"counted": "true"} | query).context
        return context["datasets"][0]["rows"]

    assert (counted(), counted(simulated="true")) == (2, 3)


def test_counting_stops_where_it_gets_long(client, world, monkeypatch):
    monkeypatch.setattr("oversight.data.views.datasets.MOST_COUNTED", 1)
    assert "over 1" in client.get(url("campaign-data", world), {"counted": "true"}).text


def test_the_page_waits_for_no_count_and_fetches_them_after(client, world):
    page = client.get(url("campaign-data", world)).text
    assert 'hx-get="?counted=true"' in page
    assert '<noscript><a href="?counted=true">' in page
    part = client.get(
        url("campaign-data", world), {"counted": "true"}, headers={"HX-Request": "true"}
    )
    assert "hx-get" not in part.text
    assert part.text.strip().startswith("<tbody")
    assert "…" not in part.text


def test_a_snapshot_is_made_and_shown(client, world):
    answer = client.post(
        url("campaign-freeze", world), {"name": "Mine", "sources": ["person"]}, follow=True
    )
    snapshot = Snapshot.objects.get()
    assert answer.redirect_chain[-1][0] == url("campaign-snapshot", world, snapshot.sha256)
    assert "labels of people" in answer.text
    assert snapshot.created_by is not None
    again = client.post(url("campaign-freeze", world), {"sources": ["person"]}, follow=True)
    assert "There is one of exactly these rows already" in again.text
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"nodes": "none such"}, "nothing to freeze"),
        ({"first_round": 3, "last_round": 1}, "This is before where it begins"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "This is before where it begins"),
        ({"least_belief": "2"}, "less than or equal to 1"),
    ],
)
def test_what_cannot_be_made_is_said(client, world, fields, words):
    answer = client.post(url("campaign-freeze", world), fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Snapshot.objects.exists()


def test_the_card_runs_nothing_that_somebody_wrote(client, world):
    snapshot = make_snapshot(campaign=world)
    Snapshot.objects.update(note="<img src=x onerror=y> <script>z</script>", name="<b>N</b>")
    page = client.get(url("campaign-snapshot", world, snapshot.sha256)).text
    for hostile in ("<script>alert", "<script>z", "<img src=x", 'javascript:y"', "<b>N"):
        assert hostile not in page
    assert "<h3>Known limits</h3>" in page


def test_two_are_compared(client, world):
    before = make_snapshot(campaign=world)
    row = world.preferences.first()
    Preference.objects.create(
        campaign=world, query=row.query, chosen=row.rejected, rejected=row.chosen,
        source=row.source, supersedes=row, round=row.round, item=row.item,
    )  # fmt: skip
    after = make_snapshot(campaign=world)
    page = client.get(url("campaign-snapshot", world, after.sha256), {"with": before.sha256}).text
    assert "The other answer is preferred" in page
    assert "The first 1 rows that differ" in page
    nothing = client.get(url("campaign-snapshot", world, after.sha256), {"with": "x" * 64})
    assert nothing.status_code == 200
