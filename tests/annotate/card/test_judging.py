"""Beyond the preference: comments of one's own, scores, rewrites, arms."""

import pytest

from annotate.models import Annotation, Assignment
from annotate.queue.services.leases import lease_next
from oversight.models import (
    BlindAnswer,
    Comment,
    CommentVerdict,
    Judgement,
    Preference,
    PreferenceKind,
    Response,
    ResponseRating,
    Split,
)
from tests.annotate.records import WRONG, make_answer, url
from tests.factories import make_campaign, make_item, make_member, make_query, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client, pair, assignment):
    def send(preference="7", name="submit", **fields):
        shown = [pair.comments[0].critique_id]
        data = {**make_answer(assignment, preference), "critique": shown, **fields}
        return client.post(url(name, assignment), data)

    return send


def test_a_comment_left_as_it_is_is_kept(send, pair):
    first = pair.comments[0]
    send(
        **{
            f"verdict-{first.pk}": "valid",
            f"edit-{first.pk}-explanation": first.explanation.replace("\n", "\r\n") + " ",
            f"edit-{first.pk}-severity": first.severity,
        }
    )
    assert CommentVerdict.objects.get().action == "kept"
    assert Comment.objects.count() == 3


def test_an_edited_comment_becomes_one_of_the_persons_own(send, pair):
    first = pair.comments[0]
    send(
        **{
            f"edit-{first.pk}-explanation": "Chairs are no beads.",
            f"edit-{first.pk}-severity": "major",
        }
    )
    verdict = CommentVerdict.objects.get()
    assert (verdict.comment, verdict.action, verdict.verdict) == (first, "edited", "")
    mended = Comment.objects.get(revises=first)
    assert mended.critique.author == pair.user
    assert (mended.severity, mended.explanation) == ("major", "Chairs are no beads.")
    assert (mended.quote, mended.start, mended.end) == (first.quote, first.start, first.end)
    assert (mended.principle, mended.category) == (first.principle, first.category)


def test_a_deleted_comment_is_only_deleted(send, pair):
    first = pair.comments[0]
    send(
        **{
            f"delete-{first.pk}": "on",
            f"verdict-{first.pk}": "fake",
            f"edit-{first.pk}-explanation": "changed before it was deleted",
        }
    )
    verdict = CommentVerdict.objects.get()
    assert (verdict.action, verdict.verdict) == ("deleted", "fake")
    assert not Comment.objects.filter(revises=first).exists()


def added(letter="A", number=0, **fields):
    values = {"quote": "4 * 7 = 28", "severity": "minor", "explanation": "Say why.", **fields}
    return {f"added-{letter}-{number}-{name}": value for name, value in values.items()}


def test_an_added_comment_points_where_it_was_selected(send, pair):
    send(**added(quote="= 62", start="48", end="52", category="style", fix="= 50"))
    start = WRONG.rindex("= 62")
    comment = Comment.objects.get(critique__author=pair.user)
    assert (comment.quote, comment.start, comment.end) == ("= 62", start, start + 4)
    assert (comment.category, comment.suggested_fix, comment.quote_match) == (
        "style",
        "= 50",
        "exact",
    )
    assert comment.critique.response == pair.item.response_a
    verdict = comment.verdicts.get()
    assert (verdict.action, verdict.verdict) == ("added", "valid")


@pytest.mark.parametrize(
    ("fields", "start", "match"),
    [
        pytest.param({"quote": "4 * 7 = 28"}, 0, "exact", id="no-offsets"),
        pytest.param(
            {"quote": "31 + 28", "start": "2", "end": "9"}, 11, "exact", id="wrong-offsets"
        ),
        pytest.param({"quote": "31 + 28", "start": "9", "end": "99999"}, 11, "exact", id="outside"),
        pytest.param({"quote": "chairs"}, None, "none", id="not-in-it"),
        pytest.param({"quote": ""}, None, "none", id="something-missing"),
    ],
)
def test_a_quote_is_looked_for_where_offsets_do_not_lead_to_it(send, pair, fields, start, match):
    send(**added(**fields))
    comment = Comment.objects.get(critique__author=pair.user)
    assert (comment.start, comment.quote_match) == (start, match)


def test_comments_on_both_sides_follow_the_order_shown(send, pair, assignment):
    Assignment.objects.update(order_shown="ba")
    send(**added("A", quote="59 - 9 = 50"), **added("B", 1, quote="59 + 12 = 71"))
    found = Comment.objects.filter(critique__author=pair.user)
    by_quote = {comment.quote: comment.critique.response for comment in found}
    assert by_quote == {
        "59 - 9 = 50": pair.item.response_b,
        "59 + 12 = 71": pair.item.response_a,
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param(added(severity=""), "how severe", id="no-severity"),
        pytest.param(
            added(quote="", explanation="", fix="= 50"), "what is wrong", id="a-fix-alone"
        ),
        pytest.param(
            added(quote="", severity="", explanation="", category="style"),
            "how severe",
            id="a-category-alone",
        ),
        pytest.param(added(explanation=" "), "what is wrong", id="no-explanation"),
        pytest.param(added(severity="awful"), "no severity", id="unknown-severity"),
        pytest.param(added("C"), "no response C", id="unknown-place"),
        pytest.param(added(category="x" * 201), "longer than 200", id="long-category"),
        pytest.param({"score-A-flaw": "awful"}, "no severity", id="unknown-flaw"),
        pytest.param({"score-A-overall": "8"}, "from 1 to 7", id="overall"),
        pytest.param({"rewrite-A": "a\0b"}, "Null characters", id="nul"),
        pytest.param({"edit-1-severity": "awful"}, "no severity", id="edited-severity"),
        pytest.param({"delete-999999": "on"}, "were not shown", id="foreign-comment"),
    ],
)
def test_what_does_not_fit_is_refused_and_kept(send, fields, words):
    response = send(**{"rationale": "my reason", **fields})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "my reason" in page
    assert Annotation.objects.count() == 0


def test_a_blank_form_for_a_comment_adds_none(send, pair):
    send(**added(quote=" ", severity="", explanation=""))
    assert not Comment.objects.filter(critique__author=pair.user).exists()


def test_scores_go_with_the_response_that_stood_there(send, pair):
    Assignment.objects.update(order_shown="ba")
    send(**{"score-A-flaw": "none", "score-A-overall": "6", "score-B-flaw": "critical"})
    rows = {row.response_id: (row.worst_flaw, row.overall) for row in ResponseRating.objects.all()}
    assert rows == {
        pair.item.response_b_id: ("none", 6),
        pair.item.response_a_id: ("critical", None),
    }


def test_a_rewrite_is_kept_and_preferred_to_its_original(send, pair):
    send(**{"rewrite-A": WRONG.replace("59 + 12 = 71\n", "")})
    rewrite = Response.objects.get(revises=pair.item.response_a)
    assert (rewrite.author, rewrite.version, rewrite.purpose) == (pair.user, None, "rewrite")
    preference = Preference.objects.get(kind=PreferenceKind.REWRITTEN)
    assert (preference.chosen, preference.rejected) == (rewrite, pair.item.response_a)
    assert (preference.source, preference.judgement) == ("person", Judgement.objects.get())
    # The comparison gives its own preference besides.
    assert Preference.objects.get(kind=PreferenceKind.COMPARED).chosen == pair.item.response_b


@pytest.mark.parametrize("text", [WRONG, WRONG.replace("\n", "\r\n") + "\r\n", "  "])
def test_a_text_sent_untouched_is_no_rewrite(send, text):
    send(**{"rewrite-A": text})
    assert not Response.objects.filter(revises__isnull=False).exists()


def test_a_rewrite_of_a_held_out_query_trains_nothing(client, pair):
    query = make_query(pair.campaign, split=Split.HELD_OUT)
    make_item(pair.campaign, query=query, priority=5)
    row = pair.lease()
    client.post(url("submit", row), make_answer(row, **{"rewrite-A": "Another text."}))
    assert Response.objects.filter(text="Another text.").exists()
    assert not Preference.objects.exists()


def test_a_rewrite_is_exported(send, pair, client):
    from oversight.data.selectors.preferences import preference_rows

    send(**{"rewrite-A": "Better."})
    rows = {row["chosen"][0]["content"]: row for row in preference_rows(pair.campaign)}
    assert rows["Better."]["chosen_version"] == "person@0"
    assert rows["Better."]["rejected"][0]["content"] == WRONG


def test_a_campaign_may_ask_for_a_reason(send, pair):
    set_settings(pair.campaign, is_rationale_required=True)
    assert "asks for a reason" in send().content.decode()
    assert send(rationale="Right result.").status_code == 302


# Arms


def set_arm(arm, propensity=0.25):
    Assignment.objects.update(arm=arm, arm_propensity=propensity)


def test_a_hidden_critique_is_not_shown_and_the_arm_is_kept(client, pair, assignment):
    set_arm("hidden")
    page = client.get(url("assignment", assignment)).content.decode()
    assert page.count("without a critique") == 1
    assert "irrelevant fact" not in page
    client.post(url("submit", assignment), make_answer(assignment, "7"))
    judgement = Judgement.objects.get()
    assert (judgement.arm, judgement.arm_propensity) == ("hidden", 0.25)
    assert judgement.was_critique_shown is False


def test_where_no_response_has_a_critique_it_is_said_once(client):
    campaign = make_item(make_campaign()).campaign
    person = make_member(campaign)
    client.force_login(person)
    row = lease_next(user=person, campaign=campaign)
    page = client.get(url("assignment", row)).text
    assert page.count("There is no critique of") == 1
    assert "There is no critique of these responses." in page


def test_a_hidden_critique_cannot_be_claimed_to_have_been_shown(send):
    set_arm("hidden")
    assert send().status_code == 422
    assert not Judgement.objects.exists()


def test_blind_first_keeps_both_answers(client, send, pair, assignment):
    set_arm("blind_first")
    page = client.get(url("assignment", assignment)).content.decode()
    assert "irrelevant fact" not in page
    assert 'name="phase" value="blind"' in page
    first = make_answer(assignment, "2", phase="blind", rationale="looked right")
    page = client.post(url("submit", assignment), first, follow=True).content.decode()
    assert "irrelevant fact" in page
    assert "Your first answer was <strong>A</strong>" in page
    assert not Judgement.objects.exists()
    send("7", seconds="3")
    blind, judgement = BlindAnswer.objects.get(), Judgement.objects.get()
    assert (blind.choice, blind.strength, blind.seconds, blind.rationale) == (
        "a",
        2,
        12.5,
        "looked right",
    )
    assert (judgement.choice, judgement.strength, judgement.seconds) == ("b", 3, 3.0)
    assert (judgement.arm, judgement.was_critique_shown) == ("blind_first", True)


def test_a_blind_answer_sent_twice_stays_the_first_and_is_never_the_final_one(client, assignment):
    set_arm("blind_first")
    for preference in "27":
        data = make_answer(assignment, preference, phase="blind")
        client.post(url("submit", assignment), data)
    assert BlindAnswer.objects.get().choice == "a"
    assert not Judgement.objects.exists()


def test_the_final_answer_needs_the_blind_one(send, assignment):
    set_arm("blind_first")
    assert "without the critique first" in send().content.decode()
    assert not Judgement.objects.exists()


def test_a_blind_answer_where_none_is_asked_is_refused(client, assignment):
    data = make_answer(assignment, "1", phase="blind")
    assert client.post(url("submit", assignment), data).status_code == 422
    assert not BlindAnswer.objects.exists()


# What differs


def test_the_difference_of_two_responses(client, assignment):
    page = client.get(url("diff", assignment), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "<del>" in page
    assert "<ins>" in page
    whole = client.get(url("diff", assignment)).content.decode()
    assert "Back to the item" in whole


@pytest.mark.parametrize("query", ["?of=AC", "?of=BA"])
def test_there_is_no_difference_of_what_is_not_shown(client, assignment, query):
    assert client.get(url("diff", assignment) + query).status_code == 404


def test_a_difference_of_what_cannot_be_read_is_refused(client, assignment):
    assert client.get(url("diff", assignment) + "?of=%00").status_code == 400


def test_nobody_else_sees_the_difference(client, pair, assignment):
    client.force_login(pair.another())
    assert client.get(url("diff", assignment)).status_code == 404


# What the person is told


@pytest.mark.parametrize(
    ("shown", "preference", "words"),
    [
        (True, "7", "Saved. You agree with the known answer."),
        (True, "2", "Saved. The known answer: B is better."),
        (False, "2", "Saved."),
    ],
)
def test_who_may_see_how_they_did_does(client, pair, assignment, shown, preference, words):
    set_settings(pair.campaign, is_result_shown=shown)
    pair.item.expected = "b"
    pair.item.save()
    data = make_answer(assignment, preference)
    page = client.post(url("submit", assignment), data, follow=True).content.decode()
    assert words in page
    assert shown or "known answer" not in page
