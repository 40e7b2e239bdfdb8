"""Spreading the news: the triggers write it where it happens, the permission says who hears of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.models import Assignment, FlagKind, Review
from annotate.queue.services.leases import lease_next
from annotate.work.services.flags import flag_assignment
from oversight.models import (
    EventKind,
    News,
    Notification,
    Round,
    SourceReliability,
    WebhookDelivery,
    WebhookEndpoint,
)
from oversight.people.policies.notifications import KINDS
from oversight.people.services.news import SENTENCES, spread_news
from oversight.people.services.notifications import announce, mark_read, notify
from oversight.versions.services.promotion import make_active
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_round,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
ROLES = ("owner", "manager", "reviewer", "annotator", "engineer", "observer")


@pytest.fixture
def campaign():
    return make_campaign(name="Sums")


def told(campaign):
    people = {role: make_member(campaign, role) for role in ROLES}
    while spread_news():
        pass
    rows = Notification.objects.filter(campaign=campaign)
    return {role for role, person in people.items() if rows.filter(user=person).exists()}


def test_every_kind_has_its_sentence():
    assert set(SENTENCES) == set(KINDS) - {EventKind.SENT_BACK}


def test_a_flag(campaign):
    make_item(campaign)
    News.objects.all().delete()  # a version was put to work for it
    person = make_member(campaign)
    flag_assignment(
        assignment=lease_next(user=person, campaign=campaign), kind=FlagKind.BROKEN, reason="?"
    )
    assert told(campaign) == {"owner", "manager", "reviewer"}
    row = Notification.objects.first()
    assert row.url == reverse("annotate:flags", args=[campaign.slug])
    assert row.text.startswith("Somebody flagged item")


@pytest.mark.parametrize(("cancelled", "words"), [("", "is done"), ("review", "was cancelled")])
def test_a_round(campaign, cancelled, words):
    round_ = make_round(make_version(campaign))
    News.objects.all().delete()
    why = {"cancelled_by": make_user(), "outcome": "?"} if cancelled else {}
    Round.objects.filter(pk=round_.pk).update(
        stage="done", finished_at=timezone.now(), cancelled_in=cancelled, **why
    )
    assert told(campaign) == {"owner", "manager"}
    assert Notification.objects.first().text == f"Round {round_.number} {words}"


def test_a_version(campaign):
    version = make_version(campaign, active=False)
    make_active(version=version, reason="better")
    assert told(campaign) == {"owner", "manager", "engineer"}
    assert Notification.objects.first().text == f"{version} was put to work as learner"


def test_an_alarm(campaign):
    version = make_version(campaign, "critic", active=False)
    SourceReliability.objects.create(
        campaign=campaign, round=make_round(make_version(campaign, active=False)),
        version=version, source="critic", judged_by="person", method="audits",
        pairs=9, audited=9, p_w=0.9, p_l=0.1, drift={"alarm": "People agree less."},
    )  # fmt: skip
    assert told(campaign) == {"owner", "manager"}
    assert f"People agree with {version} less" in Notification.objects.first().text


def begin_reviews(campaign, count):
    News.objects.all().delete()
    items = [make_item(campaign, state="closed") for _ in range(count)]
    News.objects.all().delete()  # a version was put to work for them
    rows = [Review(campaign=campaign, item=item, reasons=["random"]) for item in items]
    Review.objects.bulk_create(rows)
    announce(campaign=campaign, kind=EventKind.REVIEW_WAITING, data={"count": count})
    return items


def test_a_review(campaign):
    begin_reviews(campaign, 2)
    assert told(campaign) == {"owner", "manager", "reviewer"}
    assert Notification.objects.first().text == "2 items wait for a review"


def test_reviews_are_one_row_that_counts_while_it_is_unread(campaign):
    boss = make_member(campaign, "owner")
    for count in (1, 2):
        begin_reviews(campaign, count)
        spread_news()
    row = Notification.objects.get(user=boss)
    assert row.text == "3 items wait for a review"
    mark_read(user=boss)
    begin_reviews(campaign, 1)
    spread_news()
    texts = Notification.objects.filter(user=boss).order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["3 items wait for a review", "4 items wait for a review"]


def test_nobody_is_told_of_reviews_of_what_they_answered_themselves(campaign):
    boss, other = make_member(campaign, "owner"), make_member(campaign, "owner")
    (item,) = begin_reviews(campaign, 1)
    Assignment.objects.create(
        campaign=campaign, item=item, annotator=boss, state="submitted", expires_at=timezone.now()
    )
    spread_news()
    assert [row.user for row in Notification.objects.all()] == [other]


def test_an_item_that_is_closed_is_no_news(campaign):
    item = make_item(campaign)
    News.objects.all().delete()
    type(item).objects.update(state="closed", closed_at=timezone.now())
    assert not News.objects.exists()


def test_nobody_is_told_twice_and_strangers_nothing(campaign):
    begin_reviews(campaign, 2)
    stranger = make_member(make_campaign(), "owner")
    boss = make_member(campaign, "owner")
    make_member(campaign, "reviewer", boss)
    assert spread_news() == 1
    assert spread_news() == 0
    assert Notification.objects.filter(user=boss).count() == 1
    assert not Notification.objects.filter(user=stranger).exists()


def test_what_was_sent_back_is_one_persons_and_webhooks_hear_of_it(campaign):
    ann = make_member(campaign)
    WebhookEndpoint.objects.create(
        campaign=campaign, url="https://a.example/", events=["answer.sent_back"], created_by=ann
    )
    url = reverse("annotate:history", args=[campaign.slug])
    for _ in range(2):
        notify(
            user=ann,
            kind="answer.sent_back",
            campaign=campaign,
            url=url,
            text="Sent back",
            key="answer 5",
        )
    assert [(row.kind, row.data) for row in WebhookDelivery.objects.all()] == [
        ("answer.sent_back", {"url": url})
    ]
    assert not News.objects.exists()
