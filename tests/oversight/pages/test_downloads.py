"""What a list of items shows can be had as a file."""

import csv
import io
import json

import pytest
from django.urls import reverse

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.campaigns.services.words import read_words
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(admin):
    campaign = seed_campaign(slug="many", items=80, seed=1)
    admin.force_login(make_member(campaign, "owner"))
    return campaign


def had(client, file, **query):
    response = client.get(reverse("items-download", args=["many", file]), query)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def test_the_answers_to_the_items_of_the_list_and_no_others(admin, seeded):
    rows = list(csv.DictReader(io.StringIO(had(admin, "annotations.csv", kind="gold"))))
    assert rows
    assert {row["kind"] for row in rows} == {"gold"}
    listed = admin.get(reverse("campaign-answers", args=["many"]), {"kind": "gold"})
    shown = {
        each.judgement.pk
        for each in listed.context["answer_rows"]
        if each.judgement.source == "person" and each.row.item.query.split == "train"
    }
    assert {int(row["judgement"]) for row in rows} - {0} == shown


@pytest.mark.parametrize("file", ["judgements.jsonl", "preferences.jsonl", "annotations.jsonl"])
def test_each_dataset_takes_the_filter(admin, seeded, file):
    read_words()
    every = had(admin, file).splitlines()
    some = had(admin, file, state="closed", q="how many").splitlines()
    items = set(seeded.items.filter(state="closed").values_list("pk", flat=True))
    assert 0 < len(some) <= len(every)
    assert {int(json.loads(line)["item"]) for line in some} <= items
    assert had(admin, file, node="none % such 'kind'") == ""


def test_simulated_answers_come_where_the_list_is_of_those(admin, seeded):
    plain = [json.loads(line)["source"] for line in had(admin, "annotations.jsonl").splitlines()]
    assert set(plain) == {"person"}
    simulated = had(admin, "annotations.jsonl", source="simulated").splitlines()
    assert "simulated" in {json.loads(line)["source"] for line in simulated}


@pytest.mark.parametrize("address", ["kto.csv", "annotations.xls", "annotations.csv?no=filter"])
def test_what_is_not_understood_is_not_found(admin, seeded, address):
    file, _, query = address.partition("?")
    path = reverse("items-download", args=["many", file])
    assert admin.get(f"{path}?{query}").status_code == 404


def test_head_reads_nothing(admin, seeded):
    response = admin.head(reverse("items-download", args=["many", "annotations.csv"]))
    assert list(response.streaming_content) == []
