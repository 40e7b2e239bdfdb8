"""Who is to answer first sees nowhere what others said and wrote, and of that what stands alone."""

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Assignment
from annotate.queue.services.leases import lease_next
from annotate.review.services.holding import answer_blind
from oversight.feedback.services.answer_parts import NewComment
from oversight.feedback.services.own_comments import record_comments
from oversight.models import Judgement, Purpose, Response
from tests.annotate.records import make_answer
from tests.annotate.review.conftest import said_by
from tests.factories import make_item, make_member

pytestmark = pytest.mark.django_db


def of(review, name="review"):
    return reverse(f"annotate:{name}", args=[review.campaign.slug, review.pk])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_who_reviews_answers_before_they_see_the_others(page, answered):
    review = answered.ask()
    page.post(of(review, "review-claim"))
    card = page.get(of(review)).text
    assert "You review this item" in card
    assert "What was answered" not in card
    item = page.get(reverse("item", args=[answered.campaign.slug, answered.item.pk])).text
    assert answered.people[0].username not in item
    assert "You are to answer this item first" in item
    items = page.get(reverse("campaign-answers", args=[answered.campaign.slug])).text
    assert answered.people[0].username not in items.partition("<tbody>")[2]
    compared = page.post(of(review), make_answer(Assignment(), "1"), follow=True).text
    assert "What was answered" in compared
    assert all(person.username in compared for person in answered.people)
    assert compared.count("differs from yours") == 1
    item = page.get(reverse("item", args=[answered.campaign.slug, answered.item.pk])).text
    assert answered.people[0].username in item


def test_who_holds_an_item_does_not_see_what_others_said_of_it(answered):
    make_item(answered.campaign, annotators=2)
    first, manager = answered.people[0], make_member(answered.campaign, "manager")
    row = answered.answer(first, "a")
    theirs = client_of(manager)
    address = reverse("item", args=[answered.campaign.slug, row.item_id])
    assert first.username in theirs.get(address).text
    lease_next(user=manager, campaign=answered.campaign)
    assert first.username not in theirs.get(address).text


def commented(answered, person, words):
    """Let the person's answer, as it stands, have come with a comment on the first response."""
    said = NewComment(severity="major", explanation=words)
    return record_comments(
        judgement=answered.judgement(person), response=answered.item.response_a, comments=[said]
    )


def test_what_others_wrote_of_the_answers_is_nowhere_before_the_reviewers_own(page, answered):
    written = commented(answered, answered.people[0], "Out by nine.")
    slug, item = answered.campaign.slug, answered.item
    Response.objects.create(
        query=item.query,
        text="They are 41 beads.",
        author=answered.people[0],
        revises=item.response_a,
        purpose=Purpose.REWRITE,
    )
    places = [
        reverse("item", args=[slug, item.pk]),
        reverse("query", args=[slug, item.query_id]),
        f"/api/v1/campaigns/{slug}/critiques/",
    ]
    assert all("Out by nine." in page.get(each).text for each in places)
    in_place = [places[1], f"/api/v1/campaigns/{slug}/responses/"]
    assert all("They are 41 beads." in page.get(each).text for each in in_place)
    review = answered.claim()
    assert not any("They are 41 beads." in page.get(each).text for each in in_place)
    assert not any("Out by nine." in page.get(each).text for each in places)
    assert page.get(f"{places[2]}{written.pk}/").status_code == 404
    answer_blind(review=review, user=answered.reviewer, said=said_by("6"), order_shown="ab")
    assert all("Out by nine." in page.get(each).text for each in places)


def test_comments_of_an_answer_that_was_corrected_or_taken_back_are_not_shown(page, answered):
    person = answered.people[0]
    commented(answered, person, "Out by nine.")
    item = reverse("item", args=[answered.campaign.slug, answered.item.pk])
    first = answered.judgement(person)
    corrected = Judgement.objects.create(
        query=first.query,
        item=first.item,
        response_a=first.response_a,
        response_b=first.response_b,
        source=first.source,
        user=person,
        choice="tie",
        supersedes=first,
    )
    assert "Out by nine." not in page.get(item).text
    commented(answered, person, "Out by eight.")
    assert "Out by eight." in page.get(item).text
    fields = ("query", "item", "response_a", "response_b", "source", "user")
    same = {name: getattr(corrected, name) for name in fields}
    Judgement.objects.create(**same, supersedes=corrected, is_retraction=True)
    assert "Out by" not in page.get(item).text
