import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotate.models import Annotation
from annotate.simulation.judging import Judge, best_of, right_answer
from annotate.simulation.page import read_page
from models_srv.domains.arithmetic import checker
from models_srv.domains.arithmetic.domain import ARITHMETIC
from oversight.embedded.whereabouts import note_address
from oversight.management.commands.up import _take_lock
from oversight.models import CommentVerdict, ItemState, Judgement, Preference, ReviewItem, Source
from tests.annotate.records import QUERY, RIGHT, WRONG, make_reviewed_pair
from tests.factories import make_campaign, make_item, make_query, make_response, make_user

SIDES = ("response_a", "response_b", "response_c", "response_d")
PADDED = RIGHT.replace("\n####", "\nThat is all.\n####")


def run(campaign, *arguments):
    out = StringIO()
    call_command("simulate_annotators", "--campaign", campaign.slug, *arguments, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def truths(monkeypatch):
    """The checker's answers for the texts of these tests, whatever it reads as a problem."""
    monkeypatch.setattr(checker, "is_correct", lambda query, text: text.endswith("#### 50"))
    monkeypatch.setattr(
        checker, "comment_is_valid", lambda query, text, quote, category: quote == "59 + 12 = 71"
    )


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        pytest.param((RIGHT, WRONG), "1", id="a-correct"),
        pytest.param((WRONG, RIGHT), "7", id="b-correct"),
        pytest.param((WRONG, WRONG), "both_bad", id="both-wrong"),
        pytest.param((RIGHT, RIGHT), "4", id="same"),
        pytest.param((RIGHT, PADDED), "3", id="a-shorter"),
        pytest.param((PADDED, RIGHT), "5", id="b-shorter"),
    ],
)
def test_the_right_answer(truths, shown, answer):
    assert right_answer(ARITHMETIC, QUERY, *shown) == answer


def test_what_the_checker_cannot_read_is_a_tie(monkeypatch):
    monkeypatch.setattr(checker, "is_correct", lambda query, text: None)
    assert right_answer(ARITHMETIC, "?", "a", "b") == "4"


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        pytest.param((WRONG, RIGHT, ""), "B", id="the-right-one"),
        pytest.param((PADDED, WRONG, RIGHT), "C", id="the-shorter-of-two"),
        pytest.param((RIGHT, WRONG, RIGHT), "4", id="two-alike"),
        pytest.param((WRONG, "", "?"), "both_bad", id="none"),
    ],
)
def test_the_best_of_several(truths, shown, answer):
    assert best_of(ARITHMETIC, QUERY, dict(zip("ABC", shown, strict=True))) == answer


def test_of_several_wrong_ones_that_is_best_of_which_most_is_right(monkeypatch):
    monkeypatch.setattr(type(ARITHMETIC), "is_correct", lambda *_: False)
    monkeypatch.setattr(type(ARITHMETIC), "share_right", lambda _, query, text: len(text) / 9)
    assert best_of(ARITHMETIC, QUERY, {"A": "x", "B": "xxx", "C": "xx"}) == "B"
    monkeypatch.setattr(type(ARITHMETIC), "is_correct", lambda *_: None)
    assert best_of(ARITHMETIC, QUERY, {"A": "x", "B": "xxx", "C": "xx"}) == "4"


def test_the_best_does_not_depend_on_the_places(truths):
    texts = [WRONG, RIGHT, PADDED]
    for index in range(30):
        judge = Judge(ARITHMETIC, 0.5, 1, index)
        one = dict(zip("ABC", texts, strict=True))
        other = dict(zip("CAB", texts, strict=True))
        first, second = judge.best(QUERY, one), judge.best(QUERY, other)
        assert one.get(first, first) == other.get(second, second)


def test_an_answer_does_not_depend_on_who_stands_left(truths):
    for index in range(30):
        judge = Judge(ARITHMETIC, 0.5, 1, index)
        one, other = judge.preference(QUERY, RIGHT, WRONG), judge.preference(QUERY, WRONG, RIGHT)
        assert other == (str(8 - int(one)) if one.isdigit() else one)


def test_the_accuracy_is_the_share_of_right_answers(truths):
    answers = [
        Judge(ARITHMETIC, 0.8, 1, index).preference(QUERY, RIGHT, WRONG) for index in range(1000)
    ]
    assert answers.count("1") / 1000 == pytest.approx(0.8, abs=0.04)
    assert "2" not in answers  # A is right: what is wrong is another side, not another strength


def test_it_reads_a_page():
    page = read_page(
        '<form method="post" action="/a/submit/"><input type="hidden" name="t" value="1">'
        '<p data-part="query">1 &lt; 2</p>'
        '<div data-part="response-A">x <mark>y<sup><a href="#1">1</a></sup></mark>\nz</div>'
        '<article class="comment minor"><span data-part="category">slip</span>'
        '<blockquote data-part="quote">y</blockquote>'
        '<input type="radio" name="verdict-5" value="valid"></article>'
        '<div data-part="response-B">w</div></form>'
    )
    assert page.texts == {"query": "1 < 2", "response-A": "x y\nz", "response-B": "w"}
    comment = page.comments["A"][0]
    assert (comment.texts, comment.verdict_name) == (
        {"category": "slip", "quote": "y"},
        "verdict-5",
    )
    assert page.form_to("/submit/").fields == [("t", "1")]


@pytest.mark.django_db(transaction=True)
def test_they_judge_everything_over_http(truths, live_server):
    pair = make_reviewed_pair(make_campaign(checker="arithmetic"), annotators=2)
    for number in range(4):
        make_reviewed_pair(
            pair.campaign, query=make_query(pair.campaign, f"Query {number}?"), annotators=2
        )
    arguments = ["--annotators", "3", "--accuracy", "1", "--base-url", live_server.url]
    summary = run(pair.campaign, *arguments)
    assert (summary["annotations"], summary["errors"]) == (10, [])
    assert set(Judgement.objects.values_list("source", "choice")) == {(Source.SIMULATED, "b")}
    assert set(pair.campaign.items.values_list("state", flat=True)) == {ItemState.CLOSED}
    assert Preference.objects.count() == 5
    verdicts = CommentVerdict.objects.values_list("comment__number", "verdict")
    assert set(verdicts) == {(1, "valid"), (2, "fake"), (3, "fake")}
    assert run(pair.campaign, *arguments)["annotations"] == 0


@pytest.mark.django_db(transaction=True)
def test_they_judge_items_of_four(truths, live_server):
    campaign = make_campaign(checker="arithmetic")
    query = make_query(campaign, QUERY)
    answers = [make_response(query, text) for text in (WRONG, "None.", RIGHT, "#### 1")]
    make_item(campaign, query=query, **dict(zip(SIDES, answers, strict=True)))
    run(campaign, "--annotators", "1", "--accuracy", "1", "--base-url", live_server.url)
    assert Judgement.objects.get().choice == "c"
    assert Preference.objects.filter(chosen=answers[2], source=Source.SIMULATED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_it_leaves_to_people_what_no_checker_can_judge(truths, live_server):
    pair = make_reviewed_pair(make_campaign(checker="arithmetic"))
    steps = ReviewItem.objects.create(
        campaign=pair.campaign, kind="steps", priority=9.0,
        query=pair.item.query, response_a=pair.item.response_a,
    )  # fmt: skip
    arguments = ["--annotators", "1", "--base-url", live_server.url]
    assert run(pair.campaign, *arguments)["annotations"] == 1
    steps.refresh_from_db()
    assert (steps.state, steps.seats_free) == (ItemState.OPEN, 1)


@pytest.mark.django_db(transaction=True)
def test_it_stops_at_the_most_items(truths, live_server):
    pair = make_reviewed_pair(make_campaign(checker="arithmetic"), annotators=4)
    arguments = ["--annotators", "4", "--max-items", "2", "--base-url", live_server.url]
    assert run(pair.campaign, *arguments)["annotations"] == 2
    assert Annotation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_finds_what_was_started_at_another_port(truths, live_server, settings, tmp_path):
    pair = make_reviewed_pair(make_campaign(checker="arithmetic"))
    settings.VAR = tmp_path
    lock = _take_lock(tmp_path)
    note_address(tmp_path, live_server.url)
    assert run(pair.campaign, "--annotators", "1")["annotations"] == 1
    lock.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "arguments", "words"),
    [
        ({}, [], "has no checker"),
        ({"checker": "arithmetic"}, ["--accuracy", "2"], "from 0 to 1"),
        ({"checker": "arithmetic"}, ["--base-url", "http://127.0.0.1:9"], "could not be reached"),
    ],
)
def test_it_says_what_is_wrong(fields, arguments, words):
    with pytest.raises(CommandError, match=words):
        run(make_campaign(**fields), "--annotators", "1", *arguments)


@pytest.mark.django_db
def test_it_says_that_there_is_no_such_campaign():
    with pytest.raises(CommandError, match="no campaign 'nope'"):
        call_command("simulate_annotators", "--campaign", "nope")


@pytest.mark.django_db
def test_it_takes_no_persons_name():
    campaign = make_campaign(checker="arithmetic")
    make_user(f"sim-{campaign.slug}-1")
    with pytest.raises(CommandError, match="is a person"):
        run(campaign, "--annotators", "1")
