"""Step labels and critique ratings as datasets: over REST and by command."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.feedback.services.answer_parts import LabelledStep
from oversight.feedback.services.judgements import record_judgement
from oversight.feedback.services.ratings import record_critique_ratings, record_step_labels
from oversight.models import Critique, ItemKind, ReviewItem, Source, Split
from tests.factories import make_campaign, make_member, make_query, make_response, make_version

pytestmark = pytest.mark.django_db
TEXT = "2 + 2 = 4\n4 * 3 = 13\n\n  #### 13 "
SCORES = {
    "points_out_problem": 7,
    "misses_severe": 1,
    "has_nitpick": 2,
    "has_fake": 3,
    "concise": 6,
    "overall": 5,
}


def rows_of(name, campaign):
    blocks = encoded(registered()[name], Wanted(campaign, simulated=True), Encoding())
    return [json.loads(line) for block in blocks for line in block.splitlines()]


def step_label_rows(campaign):
    return rows_of("process-labels", campaign)


def critique_rating_rows(campaign):
    return rows_of("critique-ratings", campaign)


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


def make_judgement(campaign, kind, text=TEXT, person=None, **fields):
    query = make_query(campaign, **fields)
    response = make_response(query, text)
    item = ReviewItem.objects.create(
        campaign=campaign, query=query, response_a=response, kind=kind, problem="A wrong product."
    )
    person = person or make_member(campaign)
    return record_judgement(
        item=item, user=person, order_shown="a", was_critique_shown=False, seconds=12.5
    )


def label_steps(campaign, labels=(1, -1), **fields):
    judgement = make_judgement(campaign, ItemKind.STEPS, **fields)
    places = [(0, 9), (10, 20), (24, 31)]
    steps = [
        LabelledStep(start, end, label) for (start, end), label in zip(places, labels, strict=False)
    ]
    record_step_labels(judgement=judgement, steps=steps)
    return judgement


def rate(campaign, **fields):
    judgement = make_judgement(campaign, ItemKind.CRITIQUE_RATING, **fields)
    critic = make_version(campaign, "critic", active=False)
    critiques = [
        Critique.objects.create(
            response=judgement.response_a, version=critic, sample=n, verdict="flawed", summary=words
        )
        for n, words in enumerate(("Line two.", "All is well."))
    ]
    critiques[0].comments.create(
        number=1, quote="4 * 3 = 13", quote_match="exact", start=10, end=20, severity="critical"
    )
    ratings = {row.pk: SCORES for row in critiques}
    record_critique_ratings(judgement=judgement, ratings=ratings)
    return judgement, critiques


def test_a_labelled_solution_has_prm800ks_fields(campaign):
    judgement = label_steps(campaign)
    [row] = step_label_rows(campaign)
    assert row["label"]["steps"] == [
        {
            "completions": [{"text": "2 + 2 = 4", "rating": 1, "flagged": None}],
            "human_completion": None,
            "chosen_completion": 0,
        },
        {
            "completions": [{"text": "4 * 3 = 13", "rating": -1, "flagged": None}],
            "human_completion": None,
            "chosen_completion": 0,
        },
    ]
    assert (row["label"]["finish_reason"], row["label"]["total_time"]) == ("found_error", 12500)
    assert row["question"]["problem"] == judgement.query.text
    assert row["question"]["pre_generated_steps"] == ["2 + 2 = 4", "4 * 3 = 13", "#### 13"]
    assert (row["id"], row["source"], row["generation"]) == (judgement.pk, Source.PERSON, 0)


def test_a_solution_without_a_bad_step_ends_as_one(campaign):
    label_steps(campaign, labels=(1, 0, 1))
    [row] = step_label_rows(campaign)
    assert row["label"]["finish_reason"] == "solution"
    assert [step["completions"][0]["rating"] for step in row["label"]["steps"]] == [1, 0, 1]


def test_a_labeler_is_the_same_in_all_rows_and_not_named(campaign):
    person = make_member(campaign)
    label_steps(campaign, person=person)
    label_steps(campaign, person=person)
    label_steps(campaign)
    rows = list(step_label_rows(campaign))
    assert rows[0]["labeler"] == rows[1]["labeler"] != rows[2]["labeler"]
    assert person.username not in json.dumps(rows)


def test_held_out_queries_and_other_campaigns_stay_out(campaign):
    label_steps(campaign, split=Split.HELD_OUT)
    label_steps(make_campaign())
    assert list(step_label_rows(campaign)) == []


def test_a_rated_critique_comes_with_its_text_and_what_it_was_rated_beside(campaign):
    judgement, critiques = rate(campaign)
    first, second = critique_rating_rows(campaign)
    assert {name: first[name] for name in SCORES} == SCORES
    assert first["rated_together"] == second["rated_together"] == [row.pk for row in critiques]
    assert (first["summary"], first["problem"]) == ("Line two.", "A wrong product.")
    assert json.loads(first["comments"])[0]["quote"] == "4 * 3 = 13"
    assert first["critic"] == str(critiques[0].version)
    assert first["response"] == TEXT
    assert (first["id"], second["comments"]) == (judgement.pk, "[]")


def test_rows_cost_the_same_number_of_queries_however_many(
    campaign, django_assert_num_queries, streamed
):
    for _ in range(3):
        rate(campaign)
        label_steps(campaign)
    with django_assert_num_queries(2):  # how large the campaign is, for the one that each streams
        assert len(list(step_label_rows(campaign))) == 3
        assert len(list(critique_rating_rows(campaign))) == 6
    assert len(streamed) == 2


@pytest.mark.parametrize(
    ("name", "make"), [("api-step-labels", label_steps), ("api-critique-ratings", rate)]
)
def test_engineers_read_them_over_rest_and_annotators_do_not(client, campaign, name, make):
    first = make(campaign)
    first = first[0] if isinstance(first, tuple) else first
    make(campaign)
    url = reverse(name, args=[campaign.slug])
    client.force_login(make_member(campaign, "engineer"))
    answer = client.get(url)
    assert answer["Content-Type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert rows[0]["id"] == first.pk
    later = b"".join(client.get(url, {"after_id": first.pk}).streaming_content).splitlines()
    assert 0 < len(later) < len(rows)
    assert client.get(url, {"after_id": "x"}).status_code == 400
    client.force_login(make_member(campaign, "annotator"))
    assert client.get(url).status_code == 403
    client.force_login(make_member(make_campaign(), "engineer"))
    assert client.get(url).status_code == 404


def test_the_command_writes_a_whole_file(campaign, tmp_path, capfd):
    label_steps(campaign)
    rate(campaign)
    out = tmp_path / "steps.jsonl"
    call_command("export_labels", campaign="maths", kind="steps", out=str(out))
    [row] = [json.loads(line) for line in out.read_text().splitlines()]
    assert row["label"]["finish_reason"] == "found_error"
    call_command("export_labels", campaign="maths", kind="critique_ratings", out="-")
    assert len(capfd.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"campaign": "nowhere", "out": "x"}, "there is no campaign 'nowhere'"),
        ({"campaign": "maths", "out": "/"}, "is a folder"),
        ({"campaign": "maths", "out": "/nowhere/x"}, "cannot write"),
    ],
)
def test_the_command_says_what_is_wrong(campaign, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("export_labels", kind="steps", **options)
