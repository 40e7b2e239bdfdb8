"""Labelled steps: read from PRM800K and BIG-Bench-Mistake, and exported as they were read."""

import io
import json
from pathlib import Path

import pytest

from oversight.data.importers import read_rows
from oversight.data.services.imports import ImportRequest, import_campaign
from oversight.errors import BadRows
from oversight.models import Campaign, Judgement, ReviewItem, StepLabel
from tests.oversight.data.services.test_process_labels import step_label_rows

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "bigbench-mistake"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"needs the published data set in {DATA}, which is not there"
)


def completion(text, rating):
    return {"text": text, "rating": rating, "flagged": None}


def step(*completions, chosen=0, human=None):
    return {
        "completions": list(completions),
        "human_completion": human,
        "chosen_completion": chosen,
    }


def solution(*steps, planned=None, **fields):
    return {
        "labeler": "340d89bc-f5b7-45e9-b272-909ba68ee363",
        "question": {"problem": "Two and two?", "pre_generated_steps": planned},
        "label": {"steps": list(steps), "total_time": 2500, "finish_reason": "found_error"},
        **fields,
    }


def stream(*rows):
    return io.BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))


def read(*rows, format_name="prm800k"):
    return list(read_rows(stream(*rows), format_name))


def test_the_chosen_trajectory_is_read_up_to_the_first_error():
    [row] = read(
        solution(
            step(completion("a bad try", -1), completion("Two", 1), chosen=1),
            step(chosen=None, human={"text": "and two"}),
            step(completion("make five.", -1), completion("make four.", 1), chosen=None),
            planned=["Two", "and two", "make five.", "# Answer\n\n5"],
        )
    )
    assert row.steps == ("Two", "and two", "make five.", "# Answer\n\n5")
    assert (row.labels, row.seconds) == ((1, 1, -1), 2.5)


def test_a_step_without_a_rating_ends_the_labels():
    [row] = read(
        solution(step(completion("One", 0)), step(completion("Two", None)), planned=["One", "Two"])
    )
    assert (row.steps, row.labels) == (("One", "Two"), (0,))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "“question” is missing"),
        (solution(), "there are no steps"),
        (solution(step(completion("x", 2))), "“rating” must be -1, 0 or 1"),
        (solution(step(completion("x", True))), "“rating” must be -1, 0 or 1"),
        (solution(step(completion("x", 1), chosen=3)), "“chosen_completion” is not"),
        (solution(step(completion(" ", 1))), "“text” is empty"),
    ],
)
def test_bad_solutions_are_named_with_the_reason(row, words):
    with pytest.raises(BadRows, match=words):
        read(row)


@pytest.mark.parametrize("index", [5, -1, "0", True, 0.5])
def test_a_mistake_is_the_place_of_a_step(index):
    row = {"input": "Q", "steps": ["a", "b"], "mistake_index": index}
    with pytest.raises(BadRows, match="mistake_index"):
        read(row, format_name="bigbench-mistake")


@pytest.mark.django_db
def test_what_was_labelled_is_a_judgement_and_what_was_not_is_asked():
    rows = [
        solution(
            step(completion("a\nb", 1)), step(completion("c", -1)), planned=["a\nb", "c", "d"]
        ),
        solution(planned=["x", "y"]),
    ]
    request = ImportRequest(format="prm800k", slug="steps", held_out_share=0)
    imported = import_campaign(stream=stream(*rows), request=request)
    assert imported.counts == {
        "queries": 1,
        "responses": 2,
        "judgements": 1,
        "step labels": 2,
        "items": 1,
    }
    judgement = Judgement.objects.get()
    text = judgement.response_a.text
    labels = StepLabel.objects.values_list("start", "end", "label")
    assert [(text[start:end], label) for start, end, label in labels] == [("a\nb", 1), ("c", -1)]
    assert (judgement.annotator_label, judgement.seconds) == (rows[0]["labeler"], 2.5)
    item = ReviewItem.objects.get()
    assert (item.kind, item.response_a.text) == ("steps", "x\ny")


@pytest.mark.django_db
def test_what_is_exported_is_read_again_as_the_same():
    rows = [solution(step(completion("a", 1)), step(completion("c", -1)), planned=["a", "c", "d"])]
    request = ImportRequest(format="prm800k", slug="steps", held_out_share=0)
    import_campaign(stream=stream(*rows), request=request)
    exported = list(step_label_rows(Campaign.objects.get()))
    [before], [after] = read(*rows), read(*exported)
    assert (after.steps, after.labels, after.seconds) == (
        before.steps,
        before.labels,
        before.seconds,
    )


@needs_data
@pytest.mark.parametrize(
    ("name", "mistakes"), [("logical_deduction", 294), ("multistep_arithmetic", 238)]
)
def test_published_mistakes_are_read_whole(name, mistakes):
    with (DATA / f"{name}.jsonl").open("rb") as file:
        rows = list(read_rows(file, "bigbench-mistake"))
    assert len(rows) == 300
    assert sum(row.labels[-1] == -1 for row in rows) == mistakes
    assert all(0 not in row.labels for row in rows)


@needs_data
@pytest.mark.django_db
def test_published_mistakes_become_process_labels():
    with (DATA / "multistep_arithmetic.jsonl").open("rb") as file:
        request = ImportRequest(format="bigbench-mistake", slug="mistakes", held_out_share=0)
        import_campaign(stream=file, request=request)
    rows = list(step_label_rows(Campaign.objects.get()))
    assert len(rows) == 300
    first = rows[0]["label"]
    assert [one["completions"][0]["rating"] for one in first["steps"]] == [1, 1, 1, -1]
    assert first["total_time"] == 0
