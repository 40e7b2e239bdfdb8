"""A file becomes a campaign whole, or not at all."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from oversight.data.services.imports import ImportRequest, import_campaign, import_queries
from oversight.errors import BadRows, InvalidCampaign, WrongState
from oversight.models import (
    BackendKind,
    Campaign,
    Judgement,
    MemberRole,
    ModelVersion,
    Preference,
    Query,
    Response,
    ReviewItem,
    Source,
    Split,
)
from tests.factories import make_campaign, make_query, make_user
from tests.oversight.data.import_files import jsonl, judged, load, solved

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"needs the published data sets in {DATA}, which is not there"
)


def test_it_makes_a_campaign_of_queries():
    imported = load(jsonl({"text": "One?", "node": "kind", "reference": "1"}, {"text": "Two?"}))
    query = Query.objects.get(text="One?")
    assert imported.counts == {"queries": 2}
    assert (query.node, query.reference, query.origin) == ("kind", "1", "imported")
    assert Campaign.objects.get().basics.taxonomy == ["kind"]


def test_without_an_owner_everybody_with_an_account_is_let_in():
    make_user("root", is_superuser=True)
    make_user("ann")
    make_user("gone", is_active=False)
    make_user("robot", is_simulated=True)
    campaign = load(jsonl({"text": "One?"})).campaign
    roles = campaign.members.values_list("user__username", "role")
    assert set(roles) == {("root", MemberRole.OWNER), ("ann", MemberRole.ANNOTATOR)}


def test_the_owner_becomes_admin():
    owner = make_user()
    campaign = load(jsonl({"text": "One?"}), owner=owner).campaign
    assert campaign.members.get(user=owner).role == MemberRole.OWNER


def test_bad_rows_leave_nothing_even_after_full_batches():
    rows = [{"text": f"Query {'x' * number}?"} for number in range(1200)]
    with pytest.raises(BadRows, match="line 1201"):
        load(jsonl(*rows, {}))
    assert not Campaign.objects.exists()


def test_a_taken_slug_is_refused():
    make_campaign(slug="new-one")
    with pytest.raises(WrongState, match="new-one exists already"):
        load(jsonl({"text": "One?"}))


@pytest.mark.parametrize("slug", ["", "a b", "new", "x" * 51, "a/../b"])
def test_a_slug_must_be_an_address(slug):
    with pytest.raises(InvalidCampaign, match="slug"):
        load(jsonl({"text": "One?"}), slug=slug)


@pytest.mark.parametrize("share", [-0.1, 1, float("nan")])
def test_the_held_out_share_must_be_one(share):
    with pytest.raises(InvalidCampaign, match="held-out share"):
        load(jsonl({"text": "One?"}), held_out_share=share)


def test_queries_that_repeat_are_left_out_and_named():
    imported = load(jsonl({"text": "One?"}, {"text": "Two?"}, {"text": "One?"}))
    assert imported.duplicate_lines == [3]
    assert Query.objects.count() == 2


def test_appending_adds_what_is_new():
    campaign = make_campaign(slug="new-one")
    make_query(campaign, "One?")
    imported = load(jsonl({"text": "One?"}, {"text": "Two?"}), is_append=True)
    assert (imported.counts["queries"], imported.duplicate_lines) == (1, [1])


def test_appending_needs_a_campaign():
    with pytest.raises(InvalidCampaign, match="no campaign new-one"):
        load(jsonl({"text": "One?"}), is_append=True)


def test_an_unknown_format_is_refused():
    with pytest.raises(InvalidCampaign, match="no format"):
        load(b"[]", "pandas")


def test_a_share_of_the_clusters_is_held_out_and_the_same_ones_each_time():
    rows = [{"text": f"What about {'z' * number}?"} for number in range(300)]
    splits = []
    for slug in ("first", "second"):
        campaign = load(jsonl(*rows), slug=slug, held_out_share=0.2).campaign
        splits.append(set(campaign.queries.filter(split=Split.HELD_OUT).values_list("text")))
    assert splits[0] == splits[1]
    assert 30 <= len(splits[0]) <= 90


def test_a_query_like_a_held_out_one_is_held_out_too():
    campaign = make_campaign()
    content = jsonl({"text": "What is 1 + 1?"})
    import_queries(
        campaign=campaign, stream=io.BytesIO(content), format="queries-jsonl", held_out_share=0.9999
    )
    content = jsonl({"text": "What is 7 + 9?"})
    import_queries(campaign=campaign, stream=io.BytesIO(content), format="queries-jsonl")
    assert set(campaign.queries.values_list("split", flat=True)) == {Split.HELD_OUT}


def test_solutions_become_responses_and_one_question_for_people():
    load(jsonl(solved("One?", a="1", b="2"), solved("Two?", a="3", b="4")), "gsm8k-solutions")
    assert Response.objects.count() == 4
    assert [item.query.text for item in ReviewItem.objects.order_by("pk")] == ["One?", "Two?"]
    assert set(ModelVersion.objects.values_list("backend", flat=True)) == {BackendKind.RECORDED}
    assert Query.objects.first().reference == "42"


@pytest.mark.parametrize(("asked", "compared"), [(2, 2), (3, 3), (4, 3)])
def test_people_compare_as_many_different_responses_as_were_asked_for(asked, compared):
    row = solved("One?", a="1", b="2", c="2 ", d="3")
    load(jsonl(row), "gsm8k-solutions", responses_per_item=asked)
    texts = Response.objects.in_bulk(ReviewItem.objects.get().response_ids).values()
    assert len({response.text.strip() for response in texts}) == compared


@pytest.mark.parametrize("count", [1, 5])
def test_people_compare_two_to_four(count):
    with pytest.raises(InvalidCampaign, match="2 to 4 responses"):
        load(jsonl(solved("One?", a="1", b="2")), "gsm8k-solutions", responses_per_item=count)


def test_nobody_is_asked_about_two_equal_responses():
    load(jsonl(solved("One?", a="1", b="1\n")), "gsm8k-solutions")
    assert not ReviewItem.objects.exists()


def test_a_repeated_query_with_solutions_is_refused():
    with pytest.raises(BadRows, match="line 2: its query is there already"):
        load(jsonl(solved("One?", a="1", b="2"), solved("One?", a="3", b="4")), "gsm8k-solutions")


def test_the_truth_does_not_choose_the_pair():
    rows = [solved(f"Query {'x' * n}?", a="1", b="2", c="3", d="4") for n in range(60)]
    load(jsonl(*rows), "gsm8k-solutions", slug="first")
    for row in rows:
        row["a"]["is_correct"] = True
    load(jsonl(*rows), "gsm8k-solutions", slug="second")
    pairs = [
        list(
            ReviewItem.objects.filter(campaign__slug=slug)
            .order_by("pk")
            .values_list("response_a__text", "response_b__text")
        )
        for slug in ("first", "second")
    ]
    assert pairs[0] == pairs[1]
    assert len(set(pairs[0])) > 6


def test_choices_become_human_judgements_and_the_majority_a_preference():
    load(json.dumps([judged([1, 1, 0])]).encode(), "pandalm")
    judgements = Judgement.objects.order_by("annotator_label")
    assert [(j.source, j.annotator_label, j.choice, j.p_a_better) for j in judgements] == [
        (Source.PERSON, "annotator 1", "a", 1.0),
        (Source.PERSON, "annotator 2", "a", 1.0),
        (Source.PERSON, "annotator 3", "tie", 0.5),
    ]
    preference = Preference.objects.get()
    assert (preference.chosen.text, preference.source) == ("Hi", Source.PERSON)
    assert preference.judgement == judgements[0]


@pytest.mark.parametrize("choices", [[1, 2, 0], [0, 0, 1], [0, 0, 0]])
def test_without_a_majority_nothing_is_preferred(choices):
    load(json.dumps([judged(choices)]).encode(), "pandalm")
    assert not Preference.objects.exists()


def test_judged_held_out_queries_give_no_preference():
    load(json.dumps([judged([2, 2, 2])]).encode(), "pandalm", held_out_share=0.9999)
    assert Judgement.objects.count() == 3
    assert not Preference.objects.exists()


def test_the_same_query_in_several_rows_is_one_query():
    rows = [judged([1, 1, 1]), judged([2, 2, 2], cmp_key="m_o"), judged([2, 2, 2], response1="Ho")]
    load(json.dumps(rows).encode(), "pandalm")
    assert Query.objects.count() == 1
    responses = Response.objects.order_by("version__name", "sample")
    assert [(r.version.name, r.sample, r.text) for r in responses] == [
        ("m", 0, "Hi"),
        ("m", 1, "Ho"),
        ("n", 0, "Hello"),
        ("o", 0, "Hello"),
    ]


def test_preferences_keep_their_source_and_nothing_is_held_out():
    row = {"prompt": "One?", "chosen": "1", "rejected": "2", "source": "simulated", "p_w": 0.9}
    load(jsonl(row), "preferences", held_out_share=0.9999)
    preference = Preference.objects.get()
    assert (preference.source, preference.p_w, preference.p_l) == (Source.SIMULATED, 0.9, 0.0)
    assert preference.query.split == Split.TRAIN


@pytest.mark.fault("export")
def test_a_row_that_is_in_the_file_already_is_left_out_and_named():
    row = {"prompt": "One?", "chosen": "1", "rejected": "2", "source": "person"}
    imported = load(jsonl(row, row, row | {"p_w": 0.9}, row), "preferences")
    assert imported.duplicate_lines == [2, 4]
    assert Preference.objects.count() == 2


@needs_data
def test_gsm8k_can_be_annotated_at_once(django_assert_max_num_queries):
    path = DATA / "gsm8k/example_model_solutions.jsonl"
    with path.open("rb") as stream, django_assert_max_num_queries(100):
        request = ImportRequest(format="gsm8k-solutions", slug="gsm8k")
        imported = import_campaign(stream=stream, request=request)
    assert imported.counts == {"queries": 1319, "responses": 5276, "items": 1319}
    held_out = Query.objects.filter(split=Split.HELD_OUT).count()
    assert 90 <= held_out <= 180


@needs_data
def test_pandalm_comes_with_its_people():
    with (DATA / "pandalm/testset-v1.json").open("rb") as stream:
        request = ImportRequest(format="pandalm", slug="pandalm", held_out_share=0)
        imported = import_campaign(stream=stream, request=request)
    assert imported.counts["judgements"] == 2997
    assert imported.counts["queries"] == 170


def test_the_command_says_what_it_did(tmp_path, capsys):
    owner = make_user("olga")
    path = tmp_path / "My queries.jsonl"
    path.write_bytes(jsonl({"text": "One?"}, {"text": "One?"}))
    call_command("import_campaign", path, format="queries-jsonl", owner="olga")
    assert owner.memberships.get().campaign.slug == "my-queries"
    words = "1 queries; 1 left out, there already or like another of the file (line 2)"
    assert words in capsys.readouterr().out


@pytest.mark.fault("line-ends")
@pytest.mark.parametrize(
    ("format_name", "content"),
    [
        (
            "known-answers",
            jsonl({"query": "q\r\nr", "a": "1\r2", "b": "1\r\n3", "expected": "a"}),
        ),
        (
            "preferences",
            jsonl({"prompt": "q\r\nr", "chosen": "1\r2", "rejected": "1\r\n3", "source": "critic"}),
        ),
        ("gsm8k-solutions", jsonl(solved("q\r\nr", a="1\r2", b="1\r\n3"))),
        (
            "pandalm",
            json.dumps(
                [judged([1, 1, 1], instruction="q\r\nr", response1="1\r2", response2="1\r\n3")]
            ).encode(),
        ),
        (
            "bigbench-mistake",
            jsonl({"input": "q\r\nr", "steps": ["1\r2", "1\r\n3"], "mistake_index": None}),
        ),
        ("queries-jsonl", jsonl({"text": "q\r\nr", "reference": "1\r\n2"})),
        ("queries-csv", b'text,reference\r\n"q\r\nr","1\r2"\r\n'),
        ("xstest", b'prompt,type\r\n"q\r\nr",k\r\n'),
    ],
)
def test_every_format_is_kept_with_lf(format_name, content):
    load(content, format_name)
    query = Query.objects.get()
    texts = [query.reference, *Response.objects.values_list("text", flat=True)]
    assert query.text == "q\nr"
    assert not any("\r" in text for text in texts)


@pytest.mark.fault("identity")
def test_the_command_says_which_lines_contradict(tmp_path, capsys):
    path = tmp_path / "queries.jsonl"
    path.write_bytes(jsonl({"text": "One?", "reference": "1"}, {"text": "One?", "reference": "2"}))
    call_command("import_campaign", path, format="queries-jsonl")
    assert "line 2: the reference stays “1”, this line says “2”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        pytest.param(".", {}, "Is a directory", id="folder"),
        pytest.param("nothing", {}, "No such file", id="missing"),
        pytest.param("bad.jsonl", {}, "bad.jsonl:1: “text” is missing", id="bad-row"),
        pytest.param("bad.jsonl", {"owner": "nobody"}, "no user 'nobody'", id="owner"),
        pytest.param("bad.jsonl", {"append": True}, "no campaign bad", id="append"),
    ],
)
def test_the_command_fails_in_words(tmp_path, path, options, message):
    (tmp_path / "bad.jsonl").write_text("{}")
    values = {"format": "queries-jsonl", "slug": "bad"} | options
    with pytest.raises(CommandError, match=message):
        call_command("import_campaign", tmp_path / path, **values)
