"""What a reviewer decides, and what follows."""

import pytest

from annotate.errors import AnswersChanged, NotTheirs
from annotate.models import Annotation, Review
from annotate.review.selectors.comparing import comparison_of
from annotate.review.selectors.standing import seen, standing_answers
from annotate.review.services.deciding import accept, correct, send_back
from annotate.review.services.holding import answer_blind, claim_review
from annotate.team.services import pause_person
from annotate.work.selectors.history import refusal_of, standing_annotation
from annotate.work.selectors.reviews import sent_back_to
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item, settle_item, withdraw_item
from oversight.models import Comment, Critique, ItemKind, Judgement, Notification, Preference, Round
from oversight.trust.selectors.judged_pairs import repeated_answers
from tests.annotate.review.conftest import make_answered, said_by, submit
from tests.factories import make_member, make_round

pytestmark = pytest.mark.django_db


def looked_at(answered):
    return seen(standing_answers(answered.item))


def decide(answered, review, **changes):
    about = {"review": review, "by": answered.reviewer, "looked_at": looked_at(answered)}
    return {**about, **changes}


def correct_it(answered, review, preference="6", **changes):
    said = decide(answered, review, preference=preference, rationale="Sums.", **changes)
    return correct(**said)


def back_to(answered, review, person=0, note="Read line 3 again."):
    judgement = answered.judgement(answered.people[person])
    return send_back(**decide(answered, review, judgement_id=judgement.pk, note=note))


def preferred(answered):
    row = Preference.objects.filter(item=answered.item, superseded_by__isnull=True).first()
    return row and row.weight and {answered.item.response_a_id: "a"}.get(row.chosen_id, "b")


def moves(review):
    return [(each.kind, each.by and each.by.username) for each in review.moves.all()]


def test_accepting_leaves_what_the_answers_mean(answered):
    review = answered.answered()
    before = Judgement.objects.count()
    done = accept(**decide(answered, review, note="Fine."))
    assert (done.state, done.outcome) == ("adjudicated", "accepted")
    assert (Judgement.objects.count(), preferred(answered)) == (before, None)
    assert done.moves.last().note == "Fine."


def test_a_correction_is_the_last_word():
    answered = make_answered("aa")
    review = answered.answered()
    assert preferred(answered) == "a"
    done = correct_it(answered, review)
    assert (done.outcome, preferred(answered)) == ("corrected", "b")
    said = Judgement.objects.get(user=answered.reviewer)
    assert (said.item.adjudicates, said.item.state) == (answered.item, "closed")
    assert (said.choice, said.strength, said.rationale) == ("b", 2, "Sums.")
    assert Annotation.objects.get(judgement=said).payload["choice"] == "b"
    # Reckoned again it is the same.
    assert settle_item(item=lock_item(answered.item.pk)) is False
    assert moves(review)[-1] == ("corrected", answered.reviewer.username)


def test_what_was_given_back_in_another_order_means_the_same():
    answered = make_answered("aa")
    correct_it(answered, answered.answered(order="ba"), preference="2")
    assert preferred(answered) == "b"


def test_of_one_answer_too():
    answered = make_answered("a")
    correct_it(answered, answered.answered())
    assert preferred(answered) == "b"


def test_what_it_decides_answers_who_were_level(answered):
    answered.campaign.judging.is_adjudicated = True
    answered.campaign.judging.save()
    settle_item(item=lock_item(answered.item.pk))
    assert answered.item.adjudication.state == "open"
    correct_it(answered, answered.answered())
    answered.item.adjudication.refresh_from_db()
    assert (preferred(answered), answered.item.adjudication.state) == ("b", "closed")
    assert not answered.item.adjudication.is_by_review


def test_who_was_asked_last_has_the_last_word(answered):
    first = answered.answered()
    correct_it(answered, first)
    mine = Annotation.objects.get(judgement__user=answered.reviewer)
    again = answered.ask()
    answered.reviewer = make_member(answered.campaign, "reviewer")
    claim_review(review=again, user=answered.reviewer)
    correct_it(answered, answered.answered(), preference="2")
    assert preferred(answered) == "a"
    # A correction of the one before comes no later.
    submit(mine.assignment, "b", corrects=mine.pk)
    assert preferred(answered) == "a"


def test_corrections_do_not_make_people_look_worse_than_they_are():
    """They are there where the reviewer thought otherwise, and nowhere else."""
    answered = make_answered("aa")
    correct_it(answered, answered.answered())
    assert [len(each) for each in repeated_answers(answered.campaign)] == [2]


def test_a_known_answer_measures_people_and_stays_as_it_is():
    answered = make_answered("b", kind=ItemKind.GOLD, expected="a")
    review = answered.answered()
    assert comparison_of(review, answered.reviewer).known == "A is better"
    with pytest.raises(WrongState, match="right answer of this item is known"):
        correct_it(answered, review)
    with pytest.raises(WrongState, match="right answer of this item is known"):
        back_to(answered, review)
    assert accept(**decide(answered, review)).outcome == "accepted"
    assert not Judgement.objects.filter(user=answered.reviewer).exists()


def test_it_is_sent_back_corrected_and_looked_at_again(answered):
    review, annotator = answered.answered(), answered.people[0]
    back_to(answered, review)
    assert [each.note for each in sent_back_to(annotator, answered.campaign)] == [
        "Read line 3 again."
    ]
    mine = Annotation.objects.get(judgement__user=annotator)
    submit(mine.assignment, "b", corrects=mine.pk)
    review.refresh_from_db()
    assert (review.state, review.sent_back_to, review.note) == ("second_look", None, "")
    assert sent_back_to(annotator, answered.campaign) == []
    assert moves(review)[-2:] == [
        ("sent_back", answered.reviewer.username),
        ("answered_again", annotator.username),
    ]
    told = Notification.objects.order_by("pk").values_list("user__username", "kind", "text")
    assert list(told) == [
        (annotator.username, "answer.sent_back", "Sent back to you: Read line 3 again."),
        (answered.reviewer.username, "review.waiting", "What you sent back was answered again"),
    ]
    assert accept(**decide(answered, review)).state == "adjudicated"
    assert preferred(answered) == "b"


def test_what_is_sent_back_may_be_corrected_though_its_round_has_gone_on(answered):
    answered.campaign.judging.undo_minutes = 0
    answered.campaign.judging.save()
    answered.item.round = make_round(answered.campaign.versions.first(), stage="train")
    answered.item.save()
    mine = Annotation.objects.get(judgement__user=answered.people[0]).assignment
    assert "has gone on" in refusal_of(standing_annotation(mine))
    back_to(answered, answered.answered())
    assert refusal_of(standing_annotation(mine)) == ""
    assert Round.objects.count() == 1


def test_the_reviewer_may_decide_without_waiting(answered):
    review = answered.answered()
    back_to(answered, review)
    correct_it(answered, review)
    assert sent_back_to(answered.people[0], answered.campaign) == []


def test_nothing_is_sent_to_who_cannot_answer(answered):
    review, owner = answered.answered(), make_member(answered.campaign, "owner")
    with pytest.raises(WrongState, match="say what"):
        back_to(answered, review, note=" ")
    pause_person(campaign=answered.campaign, person=answered.people[0], by=owner)
    with pytest.raises(WrongState, match="is paused"):
        back_to(answered, review)
    answered.campaign.members.filter(user=answered.people[1]).delete()
    with pytest.raises(WrongState, match="does not annotate here any more"):
        back_to(answered, review, 1)


def test_an_answer_that_changed_meanwhile_is_looked_at_again(answered):
    review, before = answered.answered(), looked_at(answered)
    mine = Annotation.objects.get(judgement__user=answered.people[0])
    submit(mine.assignment, "b", corrects=mine.pk)
    with pytest.raises(AnswersChanged):
        accept(**decide(answered, review, looked_at=before))
    assert Review.objects.get().state == "in_review"


def test_only_who_has_it_decides_and_only_after_answering(answered):
    review = answered.claim()
    with pytest.raises(WrongState, match="answer it yourself first"):
        accept(**decide(answered, review))
    other = make_member(answered.campaign, "reviewer")
    with pytest.raises(NotTheirs):
        accept(**decide(answered, answered.answered(), by=other))


def test_an_item_that_is_gone_is_not_decided(answered):
    review, before = answered.answered(), looked_at(answered)
    withdraw_item(item=lock_item(answered.item.pk))
    with pytest.raises(WrongState, match="withdrawn meanwhile"):
        correct_it(answered, review, looked_at=before)
    assert not Judgement.objects.filter(user=answered.reviewer).exists()


def test_a_review_is_decided_once(answered):
    review = answered.answered()
    correct_it(answered, review)
    with pytest.raises(WrongState, match="this review is over"):
        correct_it(answered, review)
    assert Judgement.objects.filter(user=answered.reviewer).count() == 1


def test_what_else_the_reviewer_said_goes_with_the_correction():
    answered = make_answered("aa")
    comment, other = Comment.objects.order_by("pk")[:2]
    critique = comment.critique
    review = answered.claim()
    sent = {
        f"verdict-{comment.pk}": "valid",
        f"delete-{other.pk}": "on",
        "critique": str(critique.pk),
        "added-B-0-quote": "59",
        "added-B-0-severity": "minor",
        "added-B-0-explanation": "Why 59?",
        "score-A-overall": "2",
        "rewrite-A": "#### 50",
    }
    answer_blind(review=review, user=answered.reviewer, said=said_by("6", **sent), order_shown="ab")
    correct_it(answered, review)
    said = Judgement.objects.get(user=answered.reviewer)
    verdicts = said.comment_verdicts.values_list("comment", "verdict", "action")
    assert {*verdicts} >= {(comment.pk, "valid", "kept"), (other.pk, "", "deleted")}
    assert said.response_ratings.get().overall == 2
    assert Annotation.objects.get(judgement=said).payload["rewrites"] == {"a": "#### 50"}
    added = Critique.objects.get(author=answered.reviewer).comments.get()
    assert (added.explanation, added.critique.response) == ("Why 59?", answered.item.response_b)


def test_it_is_sent_back_to_one_person_at_a_time(answered):
    review = answered.answered()
    back_to(answered, review)
    review.refresh_from_db()
    with pytest.raises(WrongState, match=r"sent back to .* already"):
        back_to(answered, review, person=1)
    back_to(answered, review, note="Line 4, too.")
    assert [each.note for each in sent_back_to(answered.people[0], answered.campaign)] == [
        "Line 4, too."
    ]
