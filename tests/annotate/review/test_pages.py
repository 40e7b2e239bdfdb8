"""The board, and one review from the board to its end."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Annotation, Assignment, Review
from annotate.queue.services.leases import lease_next
from annotate.review.selectors.standing import seen, standing_answers
from annotate.review.services.choosing import ask_for_review
from annotate.work.services.steps_and_ratings import submit_steps
from oversight.lists import PER_PAGE
from oversight.models import MemberRole, Preference, ReviewItem
from tests.annotate.records import make_answer
from tests.annotate.review.conftest import make_answered, submit
from tests.factories import make_item, make_member, make_query, make_response, set_settings

pytestmark = pytest.mark.django_db


def board(answered, **asked):
    return reverse("annotate:reviews", args=[answered.campaign.slug], query=asked)


def of(review, name="review"):
    return reverse(f"annotate:{name}", args=[review.campaign.slug, review.pk])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def decided(page, answered, review, decision, **said):
    looked_at = seen(standing_answers(answered.item))
    body = {"decision": decision, "looked_at": looked_at, **said}
    return page.post(of(review, "review-decide"), body, follow=True)


def test_the_board_says_what_waits_and_nothing_of_what_was_answered(page, answered):
    assert "Nothing here" in page.get(board(answered)).text
    answered.ask()
    html = page.get(board(answered)).text
    assert f"Item {answered.item.pk}" in html
    assert "Asked for" in html
    assert "Noor has 31 beads" in html
    assert "is better" not in html
    assert answered.people[0].username not in html


def test_the_board_opens_where_something_waits(page, answered):
    answered.claim()
    html = page.get(board(answered)).text
    assert f"Item {answered.item.pk}" in html
    assert f"Item {answered.item.pk}" not in page.get(board(answered, state="todo")).text


def test_the_board_is_narrowed(page, answered):
    review = answered.claim()
    make_member(answered.campaign, "manager", answered.reviewer)
    shown = f"Item {answered.item.pk}"
    assert shown not in page.get(board(answered, state="todo")).text
    assert shown in page.get(board(answered, state="in_review", mine="on")).text
    assert shown in page.get(board(answered, state="in_review", reason="by_hand")).text
    other = page.get(board(answered, state="in_review", reason="random"))
    assert shown not in other.text
    assert "No review is like that" in other.text
    assert page.get(board(answered, state="gone")).status_code == 400
    assert review.state == "in_review"


def test_the_board_goes_page_by_page_at_the_same_cost(page, answered, django_assert_num_queries):
    items = [make_item(answered.campaign, state="closed") for _ in range(PER_PAGE + 1)]
    first = [Review(campaign=answered.campaign, item=item, reasons=["random"]) for item in items]
    Review.objects.bulk_create(first[:2])
    page.get(board(answered))
    with django_assert_num_queries(16):
        page.get(board(answered))
    Review.objects.bulk_create(first[2:])
    with django_assert_num_queries(16):
        html = page.get(board(answered)).text
    assert 'rel="next"' in html
    last = page.get(board(answered, after=Review.objects.order_by("pk")[PER_PAGE - 1].pk)).text
    assert f"Item {items[-1].pk}" in last
    assert 'rel="next"' not in last


def test_it_is_asked_for_from_the_page_of_the_item(page, answered):
    html = page.get(reverse("item", args=[answered.campaign.slug, answered.item.pk])).text
    assert "Review this" in html
    ask = reverse("annotate:review-ask", args=[answered.campaign.slug, answered.item.pk])
    assert page.post(ask).url == of(Review.objects.get())
    still_open = make_item(answered.campaign)
    ask = reverse("annotate:review-ask", args=[answered.campaign.slug, still_open.pk])
    assert "Not done: it is not closed" in page.post(ask, follow=True).text


def test_what_is_missing_in_the_blind_answer_is_said(page, answered):
    review = answered.claim()
    response = page.post(of(review), {"submission": "none"})
    assert response.status_code == 422
    assert "Choose which response is better" in response.text
    foreign = make_answer(Assignment(), "1", critique="999999")
    assert page.post(of(review), foreign).status_code == 422
    assert not review.answers.exists()


def test_it_is_accepted(page, answered):
    review = answered.answered()
    assert "Accepted: the answers stay" in decided(page, answered, review, "accept").text
    html = page.get(of(review)).text
    assert "Accepted as it is" in html
    assert f"{answered.reviewer.username} accepted the answers" in html


def test_it_is_corrected(page, answered):
    review = answered.answered()
    done = decided(page, answered, review, "correct", preference="6", rationale="Sums.")
    assert "Corrected: your answer is the last word" in done.text
    assert Preference.objects.get().chosen == answered.item.response_b
    assert "has the last word" in page.get(of(review)).text


def test_letters_are_those_of_the_items_page_whatever_the_card_had(page, answered):
    # The first place of the card was B of the item.
    review = answered.answered("1", order="ba")
    html = " ".join(page.get(of(review)).text.split())
    assert "B, clearly <span" in html
    assert "saw A and B the other way round" in html
    assert html.index(answered.item.response_a.text[:10]) < html.index("What was answered")
    letters = [html.index(f'id="response-{letter}"') for letter in "AB"]
    assert letters[0] < html.index('data-part="response-A"') < letters[1]
    shown = html[html.index('data-part="response-A"') : letters[1]]
    assert answered.item.response_a.text.split("\n")[-1] in shown
    # Chosen by its words: the decision goes by the places of the card.
    assert '<option value="1" selected>B, clearly</option>' in html
    decided(page, answered, review, "correct", preference="1", rationale="Sums.")
    assert Preference.objects.get().chosen == answered.item.response_b


def test_nobodys_answer_is_chosen_beforehand_to_be_sent_back(page, answered):
    html = page.get(of(answered.answered())).text
    choice = html.partition('id="back-answer"')[2].partition("</select>")[0]
    assert "Choose one" in choice
    assert "selected" not in choice


def test_the_only_answer_needs_no_choosing_to_be_sent_back():
    lone = make_answered("a")
    html = client_of(lone.reviewer).get(of(lone.answered())).text
    choice = html.partition('id="back-answer"')[2].partition("</select>")[0]
    assert "Choose one" not in choice
    assert lone.people[0].username in choice


def test_it_is_sent_back_and_the_annotator_sees_the_note(page, answered):
    review, annotator = answered.answered(), answered.people[0]
    said = answered.judgement(annotator)
    decided(page, answered, review, "send_back", answer=said.pk, note="Read <b>line 3</b>.")
    theirs = client_of(annotator)
    assert "Sent back to you" in theirs.get(reverse("annotate:home")).text
    queue = theirs.get(reverse("annotate:next", args=[answered.campaign.slug])).text
    assert "Sent back to you" in queue
    assert "Read &lt;b&gt;line 3&lt;/b&gt;." in queue
    work = theirs.get(reverse("annotate:history", args=[answered.campaign.slug])).text
    assert "A reviewer says:" in work
    mine = Annotation.objects.get(judgement=said)
    correct = reverse("annotate:correct", args=[mine.assignment_id])
    assert "Sent back to you." in theirs.get(correct).text
    done = theirs.post(correct, make_answer(mine.assignment, "6", corrects=mine.pk), follow=True)
    assert "looks at it once more" in done.text
    assert f"Item {answered.item.pk}" in page.get(board(answered, state="second_look")).text
    assert "Sent back to you" not in theirs.get(queue_of(answered)).text


def test_who_has_a_card_open_is_told_there_what_was_sent_back(page, answered):
    review, annotator = answered.answered(), answered.people[0]
    said = answered.judgement(annotator)
    decided(page, answered, review, "send_back", answer=said.pk, note="Read line 3.")
    make_item(answered.campaign)
    lease_next(user=annotator, campaign=answered.campaign)
    card = client_of(annotator).get(queue_of(answered), follow=True).text
    correct = reverse("annotate:correct", args=[said.annotation.assignment_id])
    assert "A reviewer sent an answer back to you" in card
    assert correct in card
    assert "A reviewer sent an answer back" not in client_of(annotator).get(correct).text


def queue_of(answered):
    return reverse("annotate:next", args=[answered.campaign.slug])


@pytest.mark.parametrize(
    ("decision", "words"),
    [("correct", "Choose what the answer is."), ("send_back", "they read it")],
)
def test_what_a_decision_lacks_is_said(page, answered, decision, words):
    response = decided(page, answered, answered.answered(), decision)
    assert response.status_code == 422
    assert words in response.text


def test_an_answer_that_changed_meanwhile_is_shown_with_what_was_entered(page, answered):
    review, before = answered.answered(), seen(standing_answers(answered.item))
    mine = Annotation.objects.get(judgement__user=answered.people[0])
    submit(mine.assignment, "b", corrects=mine.pk)
    body = {"decision": "correct", "looked_at": before, "preference": "2", "rationale": "Mine."}
    response = page.post(of(review, "review-decide"), body)
    assert response.status_code == 409
    assert "an answer has changed since you looked" in response.text
    assert "Mine." in response.text
    assert 'value="2" selected' in response.text
    assert Review.objects.get().state == "in_review"


def test_somebody_elses_review_shows_no_answers(page, answered):
    answered.answered()
    other = client_of(make_member(answered.campaign, "reviewer"))
    html = other.get(of(Review.objects.get())).text
    assert answered.people[0].username not in html
    assert "has this review" in html
    response = decided(other, answered, Review.objects.get(), "accept")
    assert response.status_code == 409


def test_who_has_answered_it_is_told_so(answered):
    make_member(answered.campaign, "reviewer", answered.people[0])
    review, theirs = answered.ask(), client_of(answered.people[0])
    assert "somebody else reviews it" in theirs.get(of(review)).text
    assert "somebody else reviews it" in theirs.post(of(review, "review-claim"), follow=True).text
    assert Review.objects.get().reviewer is None


def test_a_review_is_given_back(page, answered):
    review = answered.claim()
    assert "Given back" in page.post(of(review, "review-give-back"), follow=True).text
    assert Review.objects.get().state == "todo"
    again = page.post(of(review, "review-give-back"), follow=True)
    assert "Not done: nobody has it" in again.text


def test_consent_comes_before_the_texts(page, answered):
    review = answered.claim()
    set_settings(answered.campaign, content_warning="Grim.")
    assert page.get(of(review)).url.startswith(queue_of(answered))
    html = page.get(board(answered, state="in_review")).text
    assert "Noor has 31 beads" not in html


def test_what_is_hard_to_bear_is_blurred(page, answered):
    answered.item.query.node = "grim"
    answered.item.query.save()
    review = answered.answered()
    set_settings(answered.campaign, harm_by_category={"grim": "severe"})
    assert "Show it" in page.get(of(review)).text
    assert "Tagged severe" in page.get(board(answered, state="in_review")).text


def test_a_known_answer_is_shown_afterwards_and_only_accepted(db):
    known = make_answered("b", kind="gold", expected="a")
    review, page = known.claim(), client_of(known.reviewer)
    assert "is known" not in page.get(of(review)).text
    known.answered()
    html = page.get(of(review)).text
    assert "The right answer is known: A is better." in html
    assert "Correct them" not in html
    assert "Send one back" not in html


def test_labels_of_steps_are_accepted_or_sent_back_and_not_corrected(db):
    answered = make_answered("a")
    query = make_query(answered.campaign)
    item = ReviewItem.objects.create(
        campaign=answered.campaign, query=query, response_a=make_response(query), kind="steps"
    )
    annotator = answered.people[0]
    row = lease_next(user=annotator, campaign=answered.campaign)
    submit_steps(assignment=row, submission=uuid4(), labels={0: -1})
    review = ask_for_review(item_id=item.pk, by=answered.reviewer)
    page = client_of(answered.reviewer)
    page.post(of(review, "review-claim"))
    assert "Is each step right?" in page.get(of(review)).text
    sent = {"submission": str(uuid4()), "step-0": "good"}
    html = page.post(of(review), sent, follow=True).text
    assert "Labels of steps: 1 bad" in html
    assert "Labels of steps: 1 good" in html
    assert "Correct them" not in html
    assert "Send one back" in html


def test_what_waits_is_told_where_people_look(page, answered):
    answered.ask()
    story = page.get(reverse("campaign", args=[answered.campaign.slug])).text
    assert "1 item is to be reviewed" in story
    observer = client_of(make_member(answered.campaign, MemberRole.OBSERVER))
    assert (
        "to be reviewed"
        not in observer.get(reverse("campaign", args=[answered.campaign.slug])).text
    )
    assert "1 review waits for you" in page.get(queue_of(answered)).text
    annotator = client_of(answered.people[0])
    assert "for you</a>" not in annotator.get(queue_of(answered)).text


def test_the_items_page_tells_of_it(page, answered):
    answered.answered()
    html = page.get(reverse("item", args=[answered.campaign.slug, answered.item.pk])).text
    assert "review: took it" in html
