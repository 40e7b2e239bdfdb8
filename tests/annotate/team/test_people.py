"""How people do: their figures, pausing them, leaving out what they said, their time."""

import csv
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.services.leases import lease_next, skip_assignment
from annotate.team.selectors.figures import Share, days_of, figures_of
from annotate.team.services import exclude_labels, pause_person, resume_person
from annotate.work.services.flags import flag_assignment
from annotate.work.services.submissions import submit_annotation
from oversight.data.selectors.preferences import standing_preferences
from oversight.errors import InvalidCampaign, NotAllowed, WrongState
from oversight.models import AuditEntry, CampaignMember, ItemState, Judgement
from tests.factories import make_campaign, make_item, make_member, make_round, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def ada(campaign):
    return make_member(campaign, user=make_user("ada"))


@pytest.fixture
def ben(campaign):
    return make_member(campaign, user=make_user("ben"))


@pytest.fixture
def mia(campaign):
    return make_member(campaign, "manager", make_user("mia"))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def judge(person, campaign, choice, seconds=30.0):
    row = lease_next(user=person, campaign=campaign)
    Assignment.objects.filter(pk=row.pk).update(leased_at=timezone.now() - timedelta(hours=1))
    row.refresh_from_db()
    return submit_annotation(
        assignment=row, submission=uuid4(), choice=choice, strength=2, verdicts={}, seconds=seconds
    )


def in_round(campaign, **fields):
    item = make_item(campaign, **fields)
    item.round = campaign.rounds.first() or make_round(item.response_a.version)
    item.save()
    return item


def today():
    return timezone.now().date()


def figures(campaign, person):
    (found,) = figures_of(campaign, person)
    return found


class TestFigures:
    def test_of_somebody_who_has_done_nothing(self, campaign, ada):
        found = figures(campaign, ada)
        assert (found.done, found.today, found.seconds, found.items_an_hour) == (0, 0, 0, None)
        assert found.gold == found.agreed == found.skipped == Share(0, 0)
        assert (found.gold.percent, found.gold.interval) == (None, None)
        assert (found.roles, found.is_paused) == (["annotator"], False)

    def test_what_was_judged_and_how_fast(self, campaign, ada):
        for _ in range(5):
            make_item(campaign)
            judge(ada, campaign, "a", seconds=20.0)
        found = figures(campaign, ada)
        assert (found.done, found.today, found.seconds) == (5, 5, 100)
        assert found.items_an_hour == 180

    def test_a_few_seconds_tell_no_pace(self, campaign, ada):
        for _ in range(2):
            make_item(campaign)
            judge(ada, campaign, "a", seconds=1.5)
        assert figures(campaign, ada).items_an_hour is None
        html = (
            signed_in(ada)
            .get(reverse("annotate:me", args=["maths"]), {"figures": "true"})
            .content.decode()
        )
        assert "3 s" in html
        assert "too little to tell a pace" in html

    def test_where_the_answer_is_known(self, campaign, ada):
        for choice in ("a", "a", "b"):
            make_item(campaign, kind="gold", expected="a")
            judge(ada, campaign, choice)
        make_item(campaign)
        judge(ada, campaign, "b")
        gold = figures(campaign, ada).gold
        assert gold == Share(2, 3)
        low, high = gold.interval
        assert (round(low, 1), round(high, 1)) == (9.4, 99.2)

    def test_agreement_counts_each_other_answer_to_the_same_item(self, campaign, ada, ben):
        carl = make_member(campaign)
        make_item(campaign, annotators=3)
        for person, choice in ((ada, "a"), (ben, "a"), (carl, "b")):
            judge(person, campaign, choice)
        assert figures(campaign, ada).agreed == Share(1, 2)
        assert figures(campaign, carl).agreed == Share(0, 2)

    def test_what_was_skipped_and_flagged(self, campaign, ada):
        for _ in range(3):
            make_item(campaign)
        skip_assignment(assignment=lease_next(user=ada, campaign=campaign), reason="")
        flagged = lease_next(user=ada, campaign=campaign)
        flag_assignment(assignment=flagged, kind="other", reason="?")
        judge(ada, campaign, "a")
        found = figures(campaign, ada)
        assert (found.skipped, found.flagged) == (Share(1, 3), Share(1, 3))

    def test_other_campaigns_count_for_nothing(self, campaign, ada):
        other = make_campaign()
        make_member(other, user=ada)
        make_item(other)
        judge(ada, other, "a")
        assert figures(campaign, ada).done == 0

    def test_who_is_no_member_any_more_is_still_there(self, campaign, ada, mia):
        make_item(campaign)
        judge(ada, campaign, "a")
        ada.memberships.all().delete()
        assert [each.username for each in figures_of(campaign)] == ["ada", "mia"]
        assert figures(campaign, ada).roles == []

    def test_the_number_of_queries_does_not_grow_with_people(self, campaign, mia):
        browser = signed_in(mia)
        with CaptureQueriesContext(connection) as few:
            browser.get(reverse("annotate:people", args=["maths"]), {"figures": "true"})
        for _ in range(20):
            make_member(campaign)
        with CaptureQueriesContext(connection) as many:
            page = browser.get(reverse("annotate:people", args=["maths"]), {"figures": "true"})
        assert len(page.context["people"]) == 21
        assert len(many) == len(few)


class TestPages:
    def test_figures_come_after_the_page(self, campaign, ada, mia):
        browser, address = signed_in(mia), reverse("annotate:people", args=["maths"])
        assert 'hx-get="?figures=true"' in browser.get(address).text
        part = browser.get(address, {"figures": "true"}, headers={"HX-Request": "true"})
        assert "ada" in part.text
        assert "<html" not in part.text

    @pytest.mark.parametrize("of_whom", ["person", "me"])
    def test_so_do_one_persons(self, campaign, ada, mia, of_whom):
        browser = signed_in(ada if of_whom == "me" else mia)
        more = [ada.pk] if of_whom == "person" else []
        address = reverse(f"annotate:{of_whom}", args=["maths", *more])
        assert 'hx-get="?figures=true"' in browser.get(address).text
        part = browser.get(address, {"figures": "true"}, headers={"HX-Request": "true"}).text
        assert "Items judged" in part
        assert "<html" not in part

    def test_one_persons(self, campaign, ada, mia):
        make_item(campaign)
        judge(ada, campaign, "a")
        address = reverse("annotate:person", args=["maths", ada.pk])
        page = signed_in(mia).get(address, {"figures": "true"})
        assert page.context["figures"].done == 1
        assert [(each.day, each.items) for each in page.context["worked"]] == [(today(), 1)]

    def test_of_nobody_elses_campaign(self, campaign, mia):
        other = make_member(make_campaign())
        page = signed_in(mia).get(reverse("annotate:person", args=["maths", other.pk]))
        assert page.status_code == 404

    def test_ones_own_and_nobody_elses(self, campaign, ada, ben):
        make_item(campaign)
        judge(ada, campaign, "a")
        browser = signed_in(ada)
        page = browser.get(reverse("annotate:me", args=["maths"]), {"figures": "true"})
        assert (page.context["who"], page.context["figures"].done) == (ada, 1)
        assert "ben" not in page.content.decode()
        assert browser.get(reverse("annotate:person", args=["maths", ada.pk])).status_code == 403
        assert browser.get(reverse("annotate:people", args=["maths"])).status_code == 403

    def test_who_reviews_reads_and_changes_nothing(self, campaign, ada):
        browser = signed_in(make_member(campaign, "reviewer"))
        page = browser.get(reverse("annotate:person", args=["maths", ada.pk])).content.decode()
        assert "Leave them out" not in page
        assert "Pause<" not in page


class TestPause:
    def test_nothing_new_and_what_is_held_goes_to_others(self, campaign, ada, ben, mia):
        item = make_item(campaign)
        held = lease_next(user=ada, campaign=campaign)
        assert lease_next(user=ben, campaign=campaign) is None
        assert pause_person(campaign=campaign, person=ada, by=mia) == 1
        held.refresh_from_db()
        assert held.state == AssignmentState.EXPIRED
        assert lease_next(user=ada, campaign=campaign) is None
        assert lease_next(user=ben, campaign=campaign).item == item

    def test_they_go_on_afterwards(self, campaign, ada, mia):
        item = make_item(campaign)
        pause_person(campaign=campaign, person=ada, by=mia)
        resume_person(campaign=campaign, person=ada, by=mia)
        assert lease_next(user=ada, campaign=campaign).item == item

    def test_they_are_told(self, campaign, ada, mia):
        make_item(campaign)
        pause_person(campaign=campaign, person=ada, by=mia)
        browser = signed_in(ada)
        page = browser.post(reverse("annotate:lease", args=["maths"]), follow=True)
        assert "You are paused" in page.content.decode()
        assert not Assignment.objects.exists()

    def test_a_role_that_is_given_meanwhile_is_paused_too(self, campaign, ada, mia):
        make_item(campaign)
        pause_person(campaign=campaign, person=ada, by=mia)
        fields = {"username": "ada", "role": "reviewer"}
        signed_in(mia).post(reverse("campaign-members", args=["maths"]), fields)
        assert CampaignMember.objects.filter(user=ada, paused_at__isnull=False).count() == 2
        assert lease_next(user=ada, campaign=campaign) is None

    def test_twice_is_refused(self, campaign, ada, mia):
        with pytest.raises(WrongState):
            resume_person(campaign=campaign, person=ada, by=mia)
        pause_person(campaign=campaign, person=ada, by=mia)
        with pytest.raises(WrongState):
            pause_person(campaign=campaign, person=ada, by=mia)

    def test_an_owner_is_paused_by_owners_alone(self, campaign, mia):
        owner = make_member(campaign, "owner")
        with pytest.raises(NotAllowed):
            pause_person(campaign=campaign, person=owner, by=mia)
        with pytest.raises(NotAllowed):
            exclude_labels(campaign=campaign, person=owner, since=today(), reason="x", by=mia)
        pause_person(campaign=campaign, person=owner, by=make_member(campaign, "owner"))

    def test_by_the_page(self, campaign, ada, mia):
        browser = signed_in(mia)
        for name in ("annotate:person-pause", "annotate:person-resume"):
            browser.post(reverse(name, args=["maths", ada.pk]))
        acts = AuditEntry.objects.order_by("pk").values_list("act", "by__username")
        assert list(acts) == [("person.paused", "mia"), ("person.resumed", "mia")]


class TestLeavingOut:
    def test_what_was_said_counts_for_nothing_and_is_still_there(self, campaign, ada, mia):
        item = in_round(campaign)
        judge(ada, campaign, "a")
        assert standing_preferences(campaign).count() == 1
        left_out = exclude_labels(
            campaign=campaign, person=ada, since=today(), reason="Guessed.", by=mia
        )
        assert left_out == 1
        assert not Judgement.objects.standing().filter(item=item).exists()
        assert standing_preferences(campaign).count() == 0
        said, nothing = Judgement.objects.filter(item=item).order_by("pk")
        assert (said.choice, nothing.supersedes, nothing.rationale) == ("a", said, "Guessed.")
        assert Annotation.objects.count() == 2

    def test_what_others_said_makes_the_preference_anew(self, campaign, ada, ben, mia):
        item = in_round(campaign, annotators=2)
        judge(ada, campaign, "a")
        judge(ben, campaign, "b")
        assert not standing_preferences(campaign).exists()
        exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)
        assert standing_preferences(campaign).get().chosen_id == item.response_b_id

    def test_an_open_item_is_asked_of_somebody_else(self, campaign, ada, ben, mia):
        item = in_round(campaign, annotators=2)
        judge(ada, campaign, "a")
        exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)
        carl = make_member(campaign)
        for person in (ben, carl):
            judge(person, campaign, "b")
        item.refresh_from_db()
        assert (item.state, item.seats_free) == (ItemState.CLOSED, 0)

    def test_what_was_said_before_that_day_stays(self, campaign, ada, mia):
        in_round(campaign)
        judge(ada, campaign, "a")
        tomorrow = today() + DAY
        with pytest.raises(WrongState, match="no answer"):
            exclude_labels(campaign=campaign, person=ada, since=tomorrow, reason="x", by=mia)
        assert standing_preferences(campaign).count() == 1
        assert not AuditEntry.objects.exists()

    def test_twice_leaves_nothing_more_out(self, campaign, ada, mia):
        in_round(campaign)
        judge(ada, campaign, "a")
        exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)
        with pytest.raises(WrongState):
            exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)

    def test_others_answers_stay(self, campaign, ada, ben, mia):
        for person in (ada, ben):
            in_round(campaign)
            judge(person, campaign, "a")
        exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)
        assert [row.user for row in Judgement.objects.standing()] == [ben]

    def test_why_has_to_be_said(self, campaign, ada, mia):
        with pytest.raises(InvalidCampaign):
            exclude_labels(campaign=campaign, person=ada, since=today(), reason=" ", by=mia)
        address = reverse("annotate:person", args=["maths", ada.pk])
        browser = signed_in(mia)
        assert browser.post(address, {"since": "2026-01-01"}).status_code == 422

    def test_by_the_page(self, campaign, ada, mia):
        in_round(campaign)
        judge(ada, campaign, "a")
        browser, address = signed_in(mia), reverse("annotate:person", args=["maths", ada.pk])
        fields = {"since": today().isoformat(), "reason": "Guessed."}
        assert browser.post(address, fields).status_code == 302
        assert browser.post(address, fields).status_code == 200
        entry = AuditEntry.objects.get()
        assert entry.details == {
            "person": ada.pk,
            "since": today().isoformat(),
            "count": 1,
            "reason": "Guessed.",
        }
        assert signed_in(ada).get(reverse("annotate:history", args=["maths"])).status_code == 200


class TestTime:
    def test_each_item_counts_once_and_left_out_work_is_paid(self, campaign, ada, mia):
        for _ in range(2):
            in_round(campaign)
            judge(ada, campaign, "a", seconds=90.0)
        exclude_labels(campaign=campaign, person=ada, since=today(), reason="x", by=mia)
        (day,) = days_of(campaign, since=today(), until=today())
        assert (day.username, day.day, day.items, day.minutes) == ("ada", today(), 2, 3.0)
        assert days_of(campaign, since=today() - 2 * DAY, until=today() - DAY) == []

    def test_it_comes_as_a_file_that_is_written_down(self, campaign, ada, mia):
        make_item(campaign)
        judge(ada, campaign, "a", seconds=30.0)
        browser, address = signed_in(mia), reverse("annotate:work-file", args=["maths"])
        browser.head(address)
        assert not AuditEntry.objects.exists()
        rows = list(csv.reader(browser.get(address).content.decode().splitlines()))
        assert rows == [
            ["person", "day_utc", "items", "active_minutes"],
            ["ada", today().isoformat(), "1", "0.5"],
        ]
        assert AuditEntry.objects.get().act == "data.exported"

    def test_a_name_is_no_formula(self, campaign, mia):
        odd = make_member(campaign, user=make_user("-1+1"))
        make_item(campaign)
        judge(odd, campaign, "a")
        page = signed_in(mia).get(reverse("annotate:work-file", args=["maths"]))
        assert b"\n'-1+1," in page.content

    @pytest.mark.parametrize(
        "query",
        [
            {"since": "2026-02-01", "until": "2026-01-01"},
            {"until": "0001-01-01"},
            {"since": "9999-12-31"},
            {"since": "yesterday"},
        ],
    )
    def test_days_that_cannot_be_are_refused(self, campaign, mia, query):
        page = signed_in(mia).get(reverse("annotate:work-file", args=["maths"]), query)
        assert page.status_code == 422
