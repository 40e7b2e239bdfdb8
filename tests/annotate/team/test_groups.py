"""Agreement within and between groups of people, and how long the open work takes."""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.models import Annotation
from annotate.queue.services.leases import lease_next
from annotate.team.policies.shares import Share, difference_beyond_chance
from annotate.team.selectors import effort as effort_selector
from annotate.team.selectors.effort import effort_of
from annotate.team.selectors.figures import Day
from annotate.team.selectors.groups import FEWEST, groups_of
from annotate.work.services.submissions import submit_annotation
from annotate.work.services.taking_back import take_back
from oversight.models import PersonAttribute
from tests.factories import make_campaign, make_item, make_member, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = make_campaign(slug="maths")
    set_settings(campaign, attributes={"Region": ["Europe", "Asia"]})
    return campaign


def people_of(campaign, region, count):
    people = [make_member(campaign) for _ in range(count)]
    for person in people:
        PersonAttribute.objects.create(user=person, campaign=campaign, name="Region", value=region)
    return people


def judge(campaign, person, choice, seconds=30.0):
    row = lease_next(user=person, campaign=campaign)
    row.leased_at = row.leased_at.replace(year=row.leased_at.year - 1)
    row.save(update_fields=["leased_at"])
    submit_annotation(
        assignment=row, submission=uuid4(), choice=choice, strength=2, verdicts={}, seconds=seconds
    )


class TestGroups:
    def test_each_two_answers_to_one_item_are_compared(self, campaign):
        europe, asia = people_of(campaign, "Europe", 3), people_of(campaign, "Asia", 3)
        make_item(campaign, annotators=6)
        for person, choice in zip(europe + asia, "aabbbb", strict=True):
            judge(campaign, person, choice)
        (question,) = groups_of(campaign)
        assert [(each.value, each.people, each.within) for each in question.groups] == [
            ("Europe", 3, Share(1, 3)),
            ("Asia", 3, Share(3, 3)),
        ]
        assert question.between == Share(3, 9)

    def test_of_a_few_people_nothing_is_told(self, client, campaign):
        europe = people_of(campaign, "Europe", FEWEST)
        asia = people_of(campaign, "Asia", FEWEST - 1)
        make_item(campaign, annotators=5)
        for person in europe + asia:
            judge(campaign, person, "a")
        (question,) = groups_of(campaign)
        assert [each.within for each in question.groups] == [Share(3, 3), None]
        assert question.between == Share(0, 0)
        client.force_login(make_member(campaign, "manager"))
        page = client.get(
            reverse("annotate:people", args=[campaign.slug]), {"figures": "true"}
        ).text
        assert "fewer than 3" in page
        assert "not told of so few" in page

    def test_what_was_taken_back_is_not_compared(self, campaign):
        europe = people_of(campaign, "Europe", 3)
        make_item(campaign, annotators=3)
        for person in europe:
            judge(campaign, person, "a")
        take_back(annotation=Annotation.objects.latest("pk"))
        (question,) = groups_of(campaign)
        assert question.groups[0].within == Share(1, 1)

    def test_where_nothing_is_asked_there_is_nothing(self, client, campaign):
        set_settings(campaign, attributes={})
        assert groups_of(campaign) == []
        client.force_login(make_member(campaign, "manager"))
        page = client.get(
            reverse("annotate:people", args=[campaign.slug]), {"figures": "true"}
        ).text
        assert "Do groups judge alike?" not in page


class TestEffort:
    def test_open_work_at_the_pace_of_the_last_week(self, client, campaign):
        person = make_member(campaign)
        for _ in range(6):
            make_item(campaign)
            judge(campaign, person, "a", seconds=30.0)
        make_item(campaign, annotators=12)
        set_settings(campaign, human_budget=10, human_minutes=6)
        effort = effort_of(campaign)
        assert (effort.open, effort.seconds_each, effort.people) == (12, 30.0, 1)
        assert effort.minutes == 6
        assert effort.days == pytest.approx(6 / 3)  # they began today
        assert (effort.minutes_of_round, effort.answers_of_round) == (5, 10)
        client.force_login(make_member(campaign, "reviewer"))
        page = " ".join(
            client.get(
                reverse("annotate:people", args=[campaign.slug]), {"figures": "true"}
            ).text.split()
        )
        assert "about 6 minutes of work" in page
        assert "that takes about 2 days" in page
        assert "buys about 10 answers in 5 minutes" in page

    def test_the_pace_is_of_the_days_since_somebody_began(self, campaign, monkeypatch):
        today = timezone.now().astimezone(UTC).date()
        worked = [Day("noor", False, today - timedelta(days=ago), 3, 120.0) for ago in (0, 3)]
        monkeypatch.setattr(effort_selector, "days_of", lambda *_, **__: worked)
        assert effort_of(campaign).minutes_a_day == 1.0

    def test_one_quick_answer_tells_no_pace(self, client, campaign):
        person = make_member(campaign)
        make_item(campaign)
        judge(campaign, person, "a", seconds=2.0)
        make_item(campaign)
        effort = effort_of(campaign)
        assert (effort.seconds_each, effort.is_measured, effort.days) == (60.0, False, None)
        client.force_login(make_member(campaign, "reviewer"))
        page = " ".join(
            client.get(
                reverse("annotate:people", args=[campaign.slug]), {"figures": "true"}
            ).text.split()
        )
        assert "Too little was judged in the last seven days to tell the pace." in page
        assert "Too few answers have been timed so far" in page

    def test_a_round_asks_several_people_of_each_item(self, campaign):
        set_settings(campaign, human_budget=10, annotators_per_item=3)
        assert effort_of(campaign).answers_of_round == 30

    def test_where_nobody_has_worked(self, campaign):
        make_item(campaign)
        effort = effort_of(campaign)
        assert (effort.seconds_each, effort.is_measured, effort.days) == (60.0, False, None)
        assert effort.answers_of_round == campaign.routing.human_budget

    def test_programs_tell_nothing_of_the_pace(self, campaign):
        person = make_member(campaign)
        make_item(campaign)
        judge(campaign, person, "a")
        person.is_simulated = True
        person.save()
        assert effort_of(campaign).people == 0


def test_only_what_is_beyond_chance_is_a_drift():
    assert difference_beyond_chance(Share(50, 100), Share(90, 100)) == -40
    assert difference_beyond_chance(Share(85, 100), Share(90, 100)) is None
    assert difference_beyond_chance(Share(0, 0), Share(90, 100)) is None
