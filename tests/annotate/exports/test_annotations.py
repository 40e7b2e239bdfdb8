"""All that people entered goes out, what no longer stands too, and nobody's name."""

import json

import pytest
from django.urls import reverse

from annotate.models import Annotation, Assignment
from tests.annotate.records import make_answer
from tests.oversight.data.exported import read_csv, rows_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(client, pair):
    """The pair, judged: A is clearly better, its first comment valid, with a reason."""
    assignment = pair.lease()
    Assignment.objects.update(order_shown="ab")
    shown = [pair.comments[0].critique_id]
    fields = {f"verdict-{pair.comments[0].pk}": "valid", "critique": shown, "rationale": "=So."}
    client.post(
        reverse("annotate:submit", args=[assignment.pk]), {**make_answer(assignment, "1"), **fields}
    )
    return Assignment.objects.get()


def test_an_answer_comes_with_all_that_was_entered(pair, submitted):
    [row] = rows_of("annotations", pair.campaign)
    annotation = Annotation.objects.get()
    assert (row["id"], row["annotation"], row["state"]) == (submitted.pk, annotation.pk, "standing")
    assert (row["choice"], row["strength"], row["rationale"]) == ("a", 3, "=So.")
    assert json.loads(row["entered"]) == annotation.payload
    [verdict] = json.loads(row["verdicts"])
    assert (verdict["comment"], verdict["verdict"]) == (pair.comments[0].pk, "valid")
    assert (row["judgement"], row["item"]) == (annotation.judgement_id, pair.item.pk)
    assert row["response_ids"] == pair.item.response_ids


def test_nobodys_name_leaves(pair, submitted):
    text = written("annotations", pair.campaign).decode()
    person = submitted.annotator
    assert person.username not in text
    assert f'"annotator": "{person.pk}"' not in text
    [row] = rows_of("annotations", pair.campaign)
    [judged] = rows_of("judgements", pair.campaign)
    assert row["annotator"] == judged["annotator"] != ""


def test_a_correction_leaves_the_first_answer_in(client, pair, submitted):
    standing = Annotation.objects.get()
    client.post(
        reverse("annotate:correct", args=[submitted.pk]),
        {**make_answer(submitted, "7"), "corrects": standing.pk},
    )
    first, second = rows_of("annotations", pair.campaign)
    assert (first["state"], second["state"]) == ("superseded", "standing")
    assert second["supersedes"] == first["annotation"]
    assert (first["choice"], second["choice"]) == ("a", "b")


def test_a_skip_is_a_row_with_its_reason(pair):
    pair.lease()
    Assignment.objects.update(state="skipped", reason="+ unsure")
    [row] = rows_of("annotations", pair.campaign)
    assert (row["state"], row["skip_reason"], row["annotation"]) == ("skipped", "+ unsure", 0)
    from oversight.data.selectors.encodings import Encoding, Format

    [cells] = read_csv(written("annotations", pair.campaign, Encoding(Format.CSV)))
    assert cells["skip_reason"] == "'+ unsure"


def test_a_simulated_annotator_is_left_out_unless_asked_for(pair, submitted):
    type(submitted.annotator).objects.filter(pk=submitted.annotator_id).update(is_simulated=True)
    assert rows_of("annotations", pair.campaign) == []
    [row] = rows_of("annotations", pair.campaign, simulated=True)
    assert row["source"] == "simulated"


def test_nothing_of_another_campaign_or_a_held_out_query(pair, submitted):
    from tests.factories import make_campaign

    assert rows_of("annotations", make_campaign()) == []
