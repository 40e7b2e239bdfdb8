"""The same form sent again: the same answer is one answer, another one is told what stands."""

from uuid import uuid4

import pytest
from django.urls import reverse

from annotate.models import Annotation, Assignment, Flag
from annotate.redteam.services.chats import say, start_chat
from annotate.work.policies.resubmission import says_the_same
from annotate.work.services.qualification import answer_practice_item
from oversight.errors import WrongState
from oversight.models import Arm, BackendKind, BlindAnswer, Choice, Judgement, ReviewItem
from tests.annotate.records import make_answer, make_critique, url
from tests.factories import make_item, set_settings

pytestmark = [pytest.mark.django_db, pytest.mark.fault("submissions")]


def send(client, row, answer, name="submit"):
    return client.post(url(name, row), answer, follow=True).content.decode()


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        pytest.param({}, True, id="a retry"),
        pytest.param({"seconds": "99"}, True, id="longer on the page"),
        pytest.param({"preference": "7"}, False, id="the other one"),
        pytest.param({"preference": "2"}, False, id="less clearly"),
        pytest.param({"rationale": "Since."}, False, id="another reason"),
        pytest.param({"verdict": "fake"}, False, id="another verdict"),
        pytest.param({"score-A-overall": "2"}, False, id="another score"),
        pytest.param({"rewrite-A": "#### 50"}, False, id="rewritten"),
        pytest.param({"delete": "on"}, False, id="a comment deleted"),
        pytest.param(
            {"added-A-0-explanation": "No beads.", "added-A-0-severity": "minor"},
            False,
            id="a comment added",
        ),
    ],
)
def test_another_answer_from_the_same_form_is_told_what_stands(
    client, pair, assignment, change, is_same
):
    comment = pair.comments[0]
    named = {"verdict": f"verdict-{comment.pk}", "delete": f"delete-{comment.pk}"}
    answer = make_answer(
        assignment, critique=comment.critique_id, **{f"verdict-{comment.pk}": "valid"}
    )
    assert "Saved." in send(client, assignment, answer)
    changed = {named.get(name, name): value for name, value in change.items()}
    page = send(client, assignment, {**answer, **changed})
    assert ("Saved." in page) == is_same
    assert ("your first answer stands: A, clearly" in page) == (not is_same)
    assert Annotation.objects.count() == Judgement.objects.count() == 1


def test_a_critique_that_came_meanwhile_makes_no_other_answer(client, pair, assignment):
    answer = make_answer(assignment)
    assert "Saved." in send(client, assignment, answer)
    critique = make_critique(pair.item.response_b, sample=1, summary="Again.")
    assert "Saved." in send(client, assignment, {**answer, "critique": critique.pk})


def test_another_form_for_the_same_item_is_told_what_stands(client, assignment):
    send(client, assignment, make_answer(assignment))
    page = send(client, assignment, make_answer(assignment, "7"))
    assert "Not saved. You have answered this item already" in page
    assert "your first answer stands: A, clearly" in page


def test_a_retry_of_what_was_corrected_meanwhile_is_told_so(client, assignment):
    answer = make_answer(assignment)
    send(client, assignment, answer)
    corrects = Annotation.objects.get().pk
    send(client, assignment, make_answer(assignment, "7", corrects=corrects), "correct")
    page = send(client, assignment, answer)
    assert "Saved." not in page
    assert "your correction of it stands: B, clearly" in page


def test_a_correction_sent_again(client, assignment):
    send(client, assignment, make_answer(assignment))
    first = Annotation.objects.get().pk
    correction = make_answer(assignment, "7", corrects=first)
    for _ in range(2):
        assert "Saved: your correction stands" in send(client, assignment, correction, "correct")
    page = send(client, assignment, {**correction, "preference": "4"}, "correct")
    assert "Saved:" not in page
    assert "your correction of it stands: B, clearly" in page
    assert Annotation.objects.count() == 2
    # The card that comes back can be sent: it has a submission of its own, and corrects what stands.
    assert correction["submission"] not in page
    again = make_answer(assignment, "4", corrects=Annotation.objects.last().pk)
    assert "Saved: your correction stands" in send(client, assignment, again, "correct")


def test_another_blind_answer_is_told_what_stands(client, assignment):
    Assignment.objects.update(arm=Arm.BLIND_FIRST)
    blind = make_answer(assignment, phase="blind")
    for _ in range(2):
        assert "Your first answer is saved" in send(client, assignment, blind)
    page = send(client, assignment, {**blind, "preference": "7"})
    assert "Your first answer is saved" not in page
    assert "that stands: A, clearly" in page
    assert BlindAnswer.objects.get().choice == Choice.A
    assert "Saved." in send(client, assignment, make_answer(assignment, "7"))


def test_other_labels_of_steps_are_told_what_stands(client, pair):
    ReviewItem.objects.create(
        campaign=pair.campaign, query=pair.item.query, response_a=pair.item.response_a, kind="steps",
        priority=9,
    )  # fmt: skip
    row = pair.lease()
    answer = make_answer(row, **{"step-0": "good", "step-1": "good", "step-2": "bad"})
    assert "Saved." in send(client, row, answer, "submit_steps")
    assert "Saved." in send(client, row, answer, "submit_steps")
    page = send(client, row, {**answer, "step-1": "bad"}, "submit_steps")
    assert "Saved." not in page
    assert "Labels of steps: 1 good, 2 good, 3 bad" in page


def test_another_flag_is_told_what_stands(client, assignment):
    flag = {"kind": "broken", "reason": "Cut off."}
    for _ in range(2):
        assert "Flagged." in send(client, assignment, flag, "flag")
    page = send(client, assignment, {**flag, "reason": "An address."}, "flag")
    assert "Flagged." not in page
    assert "that stands: Broken or unreadable. Cut off." in page
    assert Flag.objects.get().reason == "Cut off."


def test_another_reason_to_skip_is_told_so(client, assignment):
    for _ in range(2):
        assert "Skipped." in send(client, assignment, {"reason": "Too long."}, "skip")
    page = send(client, assignment, {"reason": "Too hard."}, "skip")
    assert "Skipped." not in page
    assert "You have skipped this before" in page


def test_another_answer_for_practice_is_told_what_stands(client, pair):
    campaign = pair.campaign
    set_settings(campaign, qualification_items=2, qualification_share=1.0)
    gold = [make_item(campaign, kind="gold", expected="b", state="practice") for _ in range(2)]
    answer_practice_item(
        user=pair.user, campaign=campaign, item_id=gold[0].pk, choice="b", order_shown="ba"
    )
    page = reverse("annotate:practice", args=[campaign.slug])
    sent = {"item": gold[0].pk, "preference": "4", "submission": str(uuid4())}
    assert "your first answer stands: A is better" in client.post(page, sent, follow=True).text


def test_what_is_said_twice_in_a_conversation_is_said_once(pair):
    learner = pair.item.response_a.version
    type(learner).objects.filter(pk=learner.pk).update(backend=BackendKind.TRANSFORMERS)
    chat = start_chat(user=pair.user, campaign=pair.campaign, text="First.")
    assert say(chat=chat, text="First.", number=1) == chat.turns.get()
    with pytest.raises(WrongState, match=r"something else here.*First\."):
        say(chat=chat, text="Second.", number=1)
    assert chat.turns.count() == 1


def test_the_page_of_a_conversation_says_which_turn_it_begins(client, pair):
    set_settings(pair.campaign, is_red_teaming_open=True)
    learner = pair.item.response_a.version
    type(learner).objects.filter(pk=learner.pk).update(backend=BackendKind.TRANSFORMERS)
    chat = start_chat(user=pair.user, campaign=pair.campaign, text="First.")
    chat.turns.update(state="done")
    page = client.get(reverse("annotate:chat", args=[chat.pk])).text
    assert '<input type="hidden" name="number" value="2"' in page
    sent = {"text": "Second.", "number": "2"}
    for _ in range(2):
        client.post(reverse("annotate:chat-say", args=[chat.pk]), sent)
    assert list(chat.turns.values_list("text", flat=True)) == ["First.", "Second."]


def test_what_is_kept_as_json_is_compared_as_json():
    sent = {"choice": Choice.A, "strength": 2, "seconds": 1.5, "scores": {"a": (1, 2)}}
    kept = {
        "choice": "a",
        "strength": 2,
        "seconds": 9,
        "scores": {"a": [1, 2]},
        "order_shown": "ab",
    }
    assert says_the_same(kept, sent)
    assert not says_the_same(kept, {**sent, "strength": 3})
    assert not says_the_same(kept, {**sent, "rationale": "Since."})


def test_an_id_that_another_item_has_is_refused(client, pair, assignment):
    make_item(pair.campaign)
    submission = str(uuid4())
    send(client, assignment, {**make_answer(assignment), "submission": submission})
    second = pair.lease()
    page = send(client, second, {**make_answer(second), "submission": submission})
    assert "Not saved: this form was sent before, for another item." in page
