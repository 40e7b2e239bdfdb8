"""What people say of themselves, and the seats that are spread over it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from annotate.models import Assignment
from annotate.queue.selectors.assignments import progress_of
from annotate.queue.services.leases import lease_next, skip_assignment
from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import PersonAttribute
from oversight.people.services.accounts import forget_person
from oversight.people.services.attributes import say_of_oneself
from tests.factories import make_campaign, make_item, make_member, set_settings

pytestmark = pytest.mark.django_db
ASKED = {"Region": ["Europe", "Asia"], "Speaks": ["German", "Thai"]}


@pytest.fixture
def campaign():
    campaign = make_campaign(slug="maths")
    set_settings(campaign, attributes=ASKED, annotators_per_item=2)
    return campaign


@pytest.fixture
def url(campaign):
    return reverse("annotate:about", args=[campaign.slug])


def somebody(campaign, region=""):
    person = make_member(campaign)
    say_of_oneself(user=person, campaign=campaign, said={"Region": region})
    return person


def said_by(person):
    return dict(PersonAttribute.objects.filter(user=person).values_list("name", "value"))


class TestSaying:
    def test_the_queue_leads_to_the_questions_and_each_may_be_left_open(
        self, client, campaign, url
    ):
        person = make_member(campaign)
        client.force_login(person)
        queue = reverse("annotate:next", args=[campaign.slug])
        assert "asks a little about you" in client.get(queue).text
        assert (
            client.post(url, {"q0": "Asia", "q1": ""}, follow=True).redirect_chain[-1][0] == queue
        )
        assert said_by(person) == {"Region": "Asia"}
        assert "asks a little about you" in client.get(queue).text
        client.post(url, {"q0": "Europe", "q1": "Thai"})
        assert said_by(person) == {"Region": "Europe", "Speaks": "Thai"}
        page = client.get(queue).text
        assert "asks a little about you" not in page
        assert url in page

    def test_only_an_answer_that_is_offered_is_kept(self, client, campaign, url):
        person = make_member(campaign)
        client.force_login(person)
        assert client.post(url, {"q0": "Mars"}).status_code == 422
        with pytest.raises(WrongState, match="Mars"):
            say_of_oneself(user=person, campaign=campaign, said={"Region": "Mars"})
        with pytest.raises(WrongState):
            say_of_oneself(user=person, campaign=campaign, said={"Age": "old"})
        assert said_by(person) == {}

    def test_what_is_asked_no_more_counts_as_not_said(self, client, campaign, url):
        person = somebody(campaign, "Asia")
        set_settings(campaign, attributes={"Region": ["North", "South"]})
        client.force_login(person)
        assert "selected>Asia" not in client.get(url).text
        assert (
            "asks a little about you" in client.get(reverse("annotate:next", args=["maths"])).text
        )

    def test_a_campaign_that_asks_nothing_says_so(self, client, campaign, url):
        set_settings(campaign, attributes={})
        client.force_login(make_member(campaign))
        assert "asks nothing about you" in client.get(url).text

    def test_hostile_words_stay_words(self, client, campaign, url):
        set_settings(campaign, attributes={"<b>x</b>": ["<script>", "'\" onload=x"]})
        client.force_login(make_member(campaign))
        page = client.get(url).text
        assert "<b>x</b>" not in page
        assert "<script>\n" not in page
        assert "&lt;script&gt;" in page

    def test_a_forgotten_person_has_said_nothing(self, campaign):
        person = somebody(campaign, "Asia")
        forget_person(person=person)
        assert said_by(person) == {}


class TestSettings:
    @pytest.mark.parametrize(
        "asked",
        [{"Region": ["Asia"]}, {"Region": ["Asia", "Asia"]}, {"": ["a", "b"]}, {"R": ["a", "b" * 61]},
         {"R": "ab"}, ["R"], {str(n): ["a", "b"] for n in range(6)}],
    )  # fmt: skip
    def test_what_cannot_be_asked(self, campaign, asked):
        with pytest.raises(ValidationError):
            change_settings(campaign=campaign, attributes=asked)

    def test_seats_are_spread_over_what_is_asked_alone(self, campaign):
        change_settings(campaign=campaign, spread_over="Region")
        with pytest.raises(ValidationError, match="none of what people are asked"):
            change_settings(campaign=campaign, spread_over="Age")
        with pytest.raises(ValidationError, match="none of what people are asked"):
            change_settings(campaign=campaign, attributes={"Speaks": ["German", "Thai"]})

    def test_the_page_takes_them_as_lines(self, client, campaign):
        client.force_login(make_member(campaign, "manager"))
        address = reverse("settings-group", args=[campaign.slug, "judging"])
        form = client.get(address).context["form"]
        sent = {field.html_name: field.value() for field in form if field.value() is not None}
        sent |= {"attributes": "Age: young, old", "spread_over": "Age"}
        assert client.post(address, sent).status_code == 302
        campaign.judging.refresh_from_db()
        assert campaign.judging.attributes == {"Age": ["young", "old"]}
        assert "of different Age" in client.get(reverse("campaign-edit", args=[campaign.slug])).text


class TestSpreading:
    @pytest.fixture(autouse=True)
    def spread(self, campaign):
        set_settings(campaign, spread_over="Region")

    def test_two_of_one_group_do_not_judge_the_same_item(self, campaign):
        item = make_item(campaign, annotators=2)
        first, same, other = (somebody(campaign, each) for each in ("Asia", "Asia", "Europe"))
        assert lease_next(user=first, campaign=campaign).item == item
        assert lease_next(user=same, campaign=campaign) is None
        assert progress_of(same, campaign).open == 0
        assert lease_next(user=other, campaign=campaign).item == item

    def test_who_has_not_said_it_is_a_group_of_their_own(self, campaign):
        item = make_item(campaign, annotators=2)
        first, second, other = (somebody(campaign, each) for each in ("", "", "Asia"))
        assert lease_next(user=first, campaign=campaign).item == item
        assert lease_next(user=second, campaign=campaign) is None
        assert lease_next(user=other, campaign=campaign).item == item

    def test_who_gave_the_item_back_holds_nobody_off(self, campaign):
        item = make_item(campaign, annotators=2)
        first, same = (somebody(campaign, "Asia") for _ in range(2))
        skip_assignment(assignment=lease_next(user=first, campaign=campaign))
        assert lease_next(user=same, campaign=campaign).item == item

    def test_without_the_setting_anybody_judges(self, campaign):
        set_settings(campaign, spread_over="")
        item = make_item(campaign, annotators=2)
        for _ in range(2):
            assert lease_next(user=somebody(campaign, "Asia"), campaign=campaign).item == item


@pytest.mark.django_db(transaction=True)
def test_two_of_one_group_at_once_do_not_both_get_in():
    campaign = make_campaign(slug="maths")
    set_settings(campaign, attributes=ASKED, annotators_per_item=2, spread_over="Region")
    people = [somebody(campaign, "Asia") for _ in range(4)]
    items = [make_item(campaign, annotators=2) for _ in range(3)]
    together = Barrier(len(people))

    def lease(person):
        try:
            together.wait()
            return lease_next(user=person, campaign=campaign)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        held = list(pool.map(lease, people))
    assert sorted(each.item_id for each in held if each) == [item.pk for item in items]
    for item in items:
        item.refresh_from_db()
        assert item.seats_free == 1
    assert Assignment.objects.count() == 3
