"""A query is its exact text; what is nearly the same stays on one side of the split."""

import io
import json
import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from oversight.campaigns.policies.splitting import loose_key
from oversight.campaigns.services.queries import NewQuery, add_queries, place_of
from oversight.data.selectors.preferences import preference_rows
from oversight.data.services.imports import ImportRequest, import_campaign, import_queries
from oversight.models import Origin, Preference, Query, Split
from tests.factories import make_campaign, make_query, make_round, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.fault("identity")]
EMPTY = NewQuery("Two and two?")
DIFFERENT = [
    pytest.param("What is 2⁵ - 5?", "What is 25 - 5?", id="superscript"),
    pytest.param("What does polish mean?", "What does Polish mean?", id="case"),
    pytest.param("if a:\n    b\nc", "if a:\n    b\n    c", id="indent"),
    pytest.param("a  b", "a b", id="spaces"),
    pytest.param(" One?", "One?", id="leading-space"),
    pytest.param("print(1)\n", "print(1)", id="last-line-end"),
    pytest.param("a\tb", "a b", id="tab"),
    pytest.param("x₁ + 1", "x1 + 1", id="subscript"),
    pytest.param("½ of 4", "1⁄2 of 4", id="fraction"),
    pytest.param("ﬁne", "fine", id="ligature"),
    pytest.param("Ａ", "A", id="full-width"),
    pytest.param("straße", "strasse", id="sharp-s"),
    pytest.param("a\u00a0b", "a b", id="no-break-space"),
    pytest.param("a\nb", "a b", id="line-end"),
    pytest.param("a\u2028b", "a\nb", id="line-separator"),
]


def jsonl(*rows):
    return io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())


def add(campaign, *queries, **options):
    return add_queries(campaign=campaign, queries=queries, origin=Origin.PERSON, **options)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_texts_are_different_queries_of_one_cluster(one, other):
    campaign = make_campaign()
    added = add(campaign, NewQuery(one), NewQuery(other))
    later = add(make_campaign(), NewQuery(one)), add(campaign, NewQuery(other), NewQuery(one))
    assert len(set(added.ids)) == 2
    assert not added.duplicates
    assert later[1].ids == added.ids[::-1]
    texts = dict(Query.objects.filter(campaign=campaign).values_list("pk", "text"))
    assert [texts[pk] for pk in added.ids] == [one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Café?", unicodedata.normalize("NFD", "Café?"), id="decomposed"),
        pytest.param("a\nb", "a\r\nb", id="crlf"),
        pytest.param("a\nb", "a\rb", id="cr"),
    ],
)
def test_two_ways_of_writing_one_text_are_one_query(one, other):
    added = add(make_campaign(), NewQuery(one), NewQuery(other))
    assert added.ids[0] == added.ids[1]
    assert [each.index for each in added.duplicates] == [1]


@pytest.mark.parametrize("is_at_once", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_case_width_and_space_alone_never_take_a_query_to_the_other_side(is_at_once, order):
    texts = ["what does polish mean?", "What does Polish  mean?", "WHAT DOES POLISH MEAN?"][::order]
    for number in range(8):
        campaign = make_campaign()
        queries = [NewQuery(f"{'x' * number} {text}") for text in texts]
        for some in [queries] if is_at_once else [[query] for query in queries]:
            add(campaign, *some, held_out_share=0.5)
        rows = Query.objects.filter(campaign=campaign)
        assert rows.count() == 3
        assert rows.values("cluster", "split").distinct().count() == 1


@given(text=st.text(max_size=20), other=st.text(max_size=20))
def test_what_was_one_text_before_has_one_loose_key(text, other):
    def folded(text):
        return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

    assert (loose_key(text) == loose_key(other)) == (folded(text) == folded(other))


def test_a_template_filled_in_twice_is_one_cluster():
    campaign = make_campaign()
    add(campaign, NewQuery("Ann has 3 pens."), NewQuery("Bob has 40 pens."))
    assert Query.objects.values("cluster").distinct().count() == 1
    assert place_of(campaign, "Cy has 7 pens.")[0] == Query.objects.first().cluster


def test_labels_stay_with_their_own_prompt():
    rows = [
        {"prompt": "What is 2⁵ - 5?", "chosen": "27", "rejected": "20", "source": "person"},
        {"prompt": "What is 25 - 5?", "chosen": "20", "rejected": "27", "source": "person"},
    ]
    campaign = import_campaign(
        stream=jsonl(*rows), request=ImportRequest(format="preferences", slug="sums")
    ).campaign
    exported = [
        (row["prompt"][0]["content"], row["chosen"][0]["content"])
        for row in preference_rows(campaign)
    ]
    assert exported == [("What is 2⁵ - 5?", "27"), ("What is 25 - 5?", "20")]
    assert Preference.objects.values("query").distinct().count() == 2


def test_a_reference_that_was_missing_is_filled():
    campaign = make_campaign()
    query = make_query(campaign, "Two and two?")
    added = add(campaign, EMPTY, NewQuery("Two and two?", node="sums", reference="4\r\n"))
    query.refresh_from_db()
    assert (query.reference, query.node) == ("4\n", "sums")
    assert not added.conflicts


def test_one_file_may_bring_the_text_first_and_the_reference_later():
    add(make_campaign(), EMPTY, NewQuery("Two and two?", "sums", "4"), EMPTY)
    assert Query.objects.values_list("reference", "node").get() == ("4", "sums")


@pytest.mark.parametrize("is_at_once", [True, False])
def test_another_reference_is_said_and_what_is_there_stays(is_at_once):
    campaign = make_campaign()
    first, second = NewQuery("Two and two?", "sums", "4"), NewQuery("Two and two?", "maths", "5")
    if not is_at_once:
        add(campaign, first)
    added = add(campaign, first, EMPTY, second)
    said = [(each.index, each.field, each.kept, each.brought) for each in added.conflicts]
    assert said == [(2, "reference", "4", "5"), (2, "node", "sums", "maths")]
    assert Query.objects.values_list("reference", "node").get() == ("4", "sums")


def test_a_round_has_planned_with_the_kind_that_its_query_had():
    campaign = make_campaign()
    round_ = make_round(make_version(campaign))
    query = make_query(campaign, "Two and two?", round=round_, slot=0)
    added = add(campaign, NewQuery("Two and two?", "sums", "4"))
    query.refresh_from_db()
    assert (query.reference, query.node) == ("4", "")
    assert [(each.field, each.kept) for each in added.conflicts] == [("node", "")]


def test_an_import_names_the_lines_that_contradict():
    campaign = make_campaign()
    rows = [
        {"text": "Two?", "reference": "2"},
        {"text": "Three?"},
        {"text": "Two?", "reference": "3"},
    ]
    imported = import_queries(campaign=campaign, stream=jsonl(*rows), format="queries-jsonl")
    [conflict] = imported.conflicts
    assert (conflict.line, conflict.field, conflict.kept, conflict.brought) == (
        3, "reference", "2", "3",
    )  # fmt: skip
    assert imported.duplicate_lines == [3]


def test_rows_of_an_older_database_are_named_exactly():
    campaign = make_campaign()
    texts = ["What does Polish mean?", "a\r\nb", "Café?"]
    rows = [make_query(campaign, text, split=Split.TRAIN) for text in texts]
    for row in rows:
        folded = row.loose_key + "0" * 48
        Query.objects.filter(pk=row.pk).update(text_sha256=folded, loose_key="")
    migration = import_module("oversight.migrations.0018_exact_identity")
    with connection.schema_editor() as editor:
        migration.name_exactly(apps, editor)
    for row in rows:
        digest, key = row.text_sha256, row.loose_key
        row.refresh_from_db()
        assert (row.text_sha256, row.loose_key) == (digest, key)
