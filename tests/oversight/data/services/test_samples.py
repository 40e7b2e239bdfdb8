"""Every format's sample: guessed, read, written, and found again in the rows field by field."""

import io
import json
import zipfile

import pytest

from oversight.data.importers import FORMATS, LabelledRow, Source, Told, guessing, read_rows
from oversight.data.importers.samples import samples
from oversight.data.services.imports import (
    File,
    ImportRequest,
    Target,
    import_campaign,
    import_into,
)
from oversight.models import Comment, Critique, Judgement, Preference, Query, Response, ReviewItem

pytestmark = pytest.mark.django_db
COLUMNS = {
    "prompt": "task",
    "response_a": "first answer",
    "response_b": "second answer",
    "label": "better",
    "annotator": "worker",
}
NO_SAMPLE = {"queries-jsonl", "queries-csv"}  # the samples of `queries` are theirs


def told(name):
    return Told("person", COLUMNS) if name == "columns" else Told()


def load(name, **fields):
    request = ImportRequest(
        **{"format": name, "slug": "new-one", "held_out_share": 0, "told": told(name)} | fields
    )
    with samples()[name].open("rb") as stream:
        return import_campaign(stream=stream, request=request)


def rows(name):
    with samples()[name].open("rb") as stream:
        return list(read_rows(stream, name, told(name)))


def judgements():
    """What was said: the query, both answers, who, and what; by id."""
    return [
        (
            each.query.text,
            each.response_a.text,
            each.response_b.text if each.response_b else None,
            each.source,
            each.version.name if each.version else each.annotator_label,
            each.choice or each.overall,
        )
        for each in Judgement.objects.order_by("pk")
    ]


def preferred():
    rows = Preference.objects.order_by("pk").values_list("chosen__text", "rejected__text", "source")
    return list(rows)


def test_every_format_has_a_sample():
    assert samples().keys() == FORMATS.keys() - NO_SAMPLE


@pytest.mark.parametrize("name", sorted(samples()))
def test_it_is_guessed(name):
    with samples()[name].open("rb") as stream:
        assert guessing.guess(stream).format == name
        assert stream.tell() == 0


@pytest.mark.parametrize("name", sorted(samples()))
def test_every_text_of_its_rows_is_in_the_database(name):
    load(name)
    for row in rows(name):
        query = getattr(row, "query", row)
        kept = Query.objects.get(text=query.text)
        assert kept.messages == (query.turns and list(query.turns))
        assert (kept.node, kept.reference) == (query.node, query.reference)
        if isinstance(row, LabelledRow):
            for answer in row.answers:
                response = Response.objects.get(
                    query=kept, version__name=answer.name, text=answer.text
                )
                assert response.messages == (answer.turns and list(answer.turns))
                assert response.is_marked_correct == answer.is_correct


@pytest.mark.parametrize("name", sorted(samples().keys() - {"gsm8k-solutions"}))
def test_the_same_file_again_brings_nothing(name):
    """Of solutions a query that repeats is refused: which of its solutions were meant is unknown."""
    campaign = load(name).campaign
    kinds = (Query, Response, Judgement, Preference, ReviewItem, Critique, Comment)
    before = [kind.objects.count() for kind in kinds]
    with samples()[name].open("rb") as stream:
        again = import_into(target=Target(campaign, 0), file=File(stream, name, told(name)))
    assert [kind.objects.count() for kind in kinds] == before
    assert +again.counts == {}
    assert len(again.duplicate_lines) == len(rows(name))


@pytest.mark.fault("import-files")
@pytest.mark.parametrize("name", ["pandalm", "prm800k", "bigbench-mistake", "processbench"])
def test_a_row_that_stands_twice_in_one_file_is_written_once(name):
    with samples()[name].open("rb") as stream:
        rows = [value for _, value in FORMATS[name].records(Source(stream))]
    doubled = [row for row in rows for _ in "12"]
    content = json.dumps(doubled) if name == "pandalm" else "\n".join(map(json.dumps, doubled))
    once = load(name)
    request = ImportRequest(format=name, slug="doubled", held_out_share=0)
    twice = import_campaign(stream=io.BytesIO(content.encode()), request=request)
    assert twice.counts == once.counts
    assert len(twice.duplicate_lines) == len(rows)


PRIME, NO, YES = "Is 91 prime?", "No: 91 = 7 × 13.", "Yes, 91 is prime."
SKY = "Why is the sky blue?"


def test_judgements_of_several_annotators():
    load("judgements")
    sea = (SKY, "It reflects the sea.", "Air scatters blue light.")
    assert judgements() == [
        (PRIME, YES, NO, "person", "w1", "b"),
        (PRIME, YES, NO, "person", "w2", "b"),
        (PRIME, YES, NO, "critic", "judge-model", "a"),
        (*sea, "person", "w1", "tie"),
    ]
    assert preferred() == [(NO, YES, "person"), (YES, NO, "critic")]
    first = Judgement.objects.earliest("pk")
    assert (first.strength, first.rationale, first.seconds) == (3, "It can be divided.", 12.5)
    assert Preference.objects.get(source="person").judgement == first


def test_a_majority_is_of_one_source_and_a_draw_prefers_nothing():
    lines = [("w1", "a"), ("w2", "b"), ("w3", "a"), ("w3b", "tie")]
    table = "prompt,response_a,response_b,annotator,source,label\n" + "".join(
        f"q,x,y,{who},person,{label}\n" for who, label in lines
    )
    request = ImportRequest(format="judgements", slug="new-one", held_out_share=0)
    import_campaign(stream=io.BytesIO(table.encode()), request=request)
    assert preferred() == []
    turned = "prompt,response_a,response_b,annotator,source,label\n" + "".join(
        f"r,{'y,x' if who == 'w2' else 'x,y'},{who},person,{label}\n" for who, label in lines[:3]
    )
    target = Target(Query.objects.get().campaign, 0)
    import_into(target=target, file=File(io.BytesIO(turned.encode()), "judgements"))
    [(chosen, rejected, _)] = preferred()
    assert (chosen, rejected) == ("x", "y"), "whoever was shown y first"


def test_ratings_and_kto_rate_single_answers():
    load("ratings")
    assert judgements() == [
        (PRIME, NO, None, "person", "w1", 7),
        (PRIME, YES, None, "person", "w1", 1),
        (PRIME, YES, None, "critic", "judge-model", 2),
    ]
    load("trl-kto", slug="kto")
    assert [each[1:] for each in judgements()[3:]] == [
        (" blue.", None, "person", "annotator", 7),
        ("Green.", None, "person", "annotator", 1),
    ]


def test_a_ranking_is_a_judgement_of_each_pair():
    load("rankings")
    said = [(a, b, who, choice) for _, a, b, _, who, choice in judgements()]
    assert said == [
        ("Yes.", NO, "w1", "b"),
        ("Yes.", "No.", "w1", "b"),
        (NO, "No.", "w1", "a"),
        ("Yes.", NO, "w2", "b"),
        ("Yes.", "No.", "w2", "b"),
        (NO, "No.", "w2", "tie"),
    ]
    assert preferred() == [(NO, "Yes.", "person"), ("No.", "Yes.", "person")]


def test_hh_rlhf_parts_dialogues_where_they_differ():
    load("hh-rlhf")
    talk = Query.objects.get(messages__isnull=False)
    assert talk.messages == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello!"},
    ]
    chosen = Preference.objects.get(query=talk).chosen
    assert [turn["content"] for turn in chosen.messages] == ["Name a bird.", "A wren."]
    empty = Preference.objects.get(query__text="Say nothing.")
    assert (empty.chosen.text, empty.rejected.text) == ("", "Nothing.")
    assert {each[3:] for each in judgements()} == {("person", "crowdworker", "a")}


def test_rewardbench_is_nobodys_judgement():
    load("rewardbench-2")
    assert {each[3:5] for each in judgements()} == {("checker", "RewardBench 2")}
    right = Response.objects.filter(is_marked_correct=True)
    assert {*right.values_list("text", flat=True)} == {NO, "Red", "Green", "Blue"}
    ties = [each for each in judgements() if each[5] == "tie"]
    assert len(ties) == 3 + 1 + 3  # Red, Green, Blue; Brown, Pink; the three wrong ones of sums
    assert len(preferred()) == 3 + 6


def test_ultrafeedback_ranks_and_criticises():
    load("ultrafeedback")
    assert {each[3:5] for each in judgements()} == {("critic", "gpt-4")}
    best = "Air scatters blue light more than red."
    assert [chosen for chosen, _, _ in preferred()].count(best) == 3
    summaries = Critique.objects.values_list("response__version__name", "summary")
    assert ("alpaca-7b", "The cause is wrong.") in summaries
    assert Critique.objects.count() == 3


def test_alpaca_eval_tells_people_from_models():
    load("alpaca-eval")
    assert [each[3:] for each in judgements()] == [
        ("critic", "alpaca_eval_gpt4", "a"),
        ("critic", "alpaca_eval_gpt4", "tie"),
        ("person", "annotator 4", "b"),
    ]


def test_arena_keeps_what_was_judged_and_no_later_turn():
    load("arena")
    assert [each[3:] for each in judgements()] == [
        ("person", "arena_user_973", "a"),
        ("person", "author_2", "b"),
        ("critic", "gpt-4 pair-v2", "tie"),
        ("person", "arena_user_1", "both_bad"),
    ]
    first_turn = Judgement.objects.get(source="critic")
    assert (first_turn.response_a.text, first_turn.response_a.messages) == ("Sun.", None)
    assert len(Judgement.objects.get(annotator_label="author_2").response_a.messages) == 3


def test_critiques_are_tied_to_what_they_quote():
    load("compare")
    comment = Comment.objects.get()
    assert (comment.quote_match, comment.severity) == ("exact", "critical")
    text = comment.critique.response.text
    assert text[comment.start : comment.end] == "reflects the sea"
    assert comment.critique.p_flawed == 0.95
    assert ReviewItem.objects.count() == 3
    assert ReviewItem.objects.filter(response_c__isnull=False).count() == 1
    tools = Response.objects.get(messages__isnull=False)
    assert tools.messages[0]["tool_calls"][0]["name"] == "weather"


def test_other_tools_exports_keep_who_said_what():
    load("label-studio")
    assert [each[1:] for each in judgements()] == [
        ("A wren.", "A carp.", "person", "ann@example.org", "a"),
        ("4", None, "person", "4", 7),
        ("An oak.", "A rose.", "person", "4", "a"),
    ]
    assert Judgement.objects.earliest("pk").rationale == "A carp is a fish."
    load("argilla", slug="argilla")
    assert [each[1:] for each in judgements()[3:]] == [
        ("A wren.", "A carp.", "person", "9b2c", "a"),
        ("4", None, "person", "9b2c", 7),
        ("A rose.", "An oak.", "person", "9b2c", "b"),
    ]


def test_inspect_logs_keep_answers_and_their_scores():
    load("inspect")
    marks = Response.objects.order_by("pk").values_list("text", "is_marked_correct")
    assert list(marks) == [("Yes.", False), ("No: 7 × 13.", True), ("4", None)]
    assert Query.objects.get(messages__isnull=False).reference == "4"


def test_inspect_logs_are_read_as_archives_too():
    log = json.loads(samples()["inspect"].read_bytes())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps(log["eval"]))
        for sample in log["samples"]:
            name = f"samples/{sample['id']}_epoch_{sample.get('epoch', 1)}.json"
            archive.writestr(name, json.dumps(sample))
        archive.writestr("summaries.json", "[]")
    packed.seek(0)
    assert guessing.guess(packed).format == "inspect"
    imported = import_campaign(
        stream=packed, request=ImportRequest(format="inspect", slug="packed", held_out_share=0)
    )
    texts = Response.objects.order_by("pk").values_list("text", flat=True)
    assert (list(texts), imported.counts["queries"]) == (["Yes.", "No: 7 × 13.", "4"], 2)


def test_columns_of_ones_own():
    load("columns")
    assert [each[1:] for each in judgements()] == [
        ("Yes.", "No.", "person", "w1", "b"),
        ("4", "5", "person", "w2", "a"),
    ]
