"""The pages around the card: home, next, lease."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.models import Assignment
from annotate.queue.services.leases import lease_next
from oversight.models import ItemState, MemberRole, ReviewItem, Stage
from tests.annotate.records import make_answer
from tests.annotate.work.test_corrections import make_round
from tests.factories import make_campaign, make_item, make_member

pytestmark = pytest.mark.django_db


def url(name, pair):
    return reverse(f"annotate:{name}", args=[pair.campaign.slug])


def test_home_lists_the_persons_campaigns_with_counts(client, pair):
    other = make_campaign(name="Not mine")
    make_item(other)
    make_item(pair.campaign)
    make_member(pair.campaign, MemberRole.OWNER, pair.user)
    page = client.get(reverse("annotate:home")).content.decode()
    assert "Word problems" in page
    assert "2 open" in page
    assert "Not mine" not in page


def test_home_says_so_when_there_is_no_campaign(db):
    client = Client()
    client.force_login(make_member(make_campaign(), MemberRole.ENGINEER))
    assert "No campaign yet" in client.get(reverse("annotate:home")).content.decode()


def test_home_asks_as_often_for_many_campaigns(client, pair, django_assert_num_queries):
    for _ in range(5):
        make_item(campaign := make_campaign())
        make_member(campaign, user=pair.user)
    with django_assert_num_queries(5):  # session, person, campaigns, their counts, flags
        client.get(reverse("annotate:home"))


def test_next_offers_to_start_and_leases_nothing(client, pair):
    page = client.get(url("next", pair))
    assert "Start" in page.content.decode()
    assert Assignment.objects.count() == 0


def test_next_leads_to_the_current_item(client, pair):
    assignment = pair.lease()
    response = client.get(url("next", pair))
    assert response.url == reverse("annotate:assignment", args=[assignment.pk])


def test_next_says_when_all_is_done(client, pair):
    pair.item.state = ItemState.CLOSED
    pair.item.save()
    assert "All done" in client.get(url("next", pair)).content.decode()


def test_it_says_when_nothing_was_ever_asked(client, pair):
    new = make_campaign(name="New")
    make_member(new, user=pair.user)
    page = client.get(reverse("annotate:next", args=[new.slug])).content.decode()
    assert "Nothing has been asked yet" in page
    assert "All done" not in page
    assert "Nothing asked yet" in client.get(reverse("annotate:home")).content.decode()


def test_it_says_how_many_are_open_and_counts_no_further_than_it_says(client, pair):
    ReviewItem.objects.bulk_create(
        ReviewItem(
            campaign=pair.campaign,
            query=pair.item.query,
            response_a=pair.item.response_a,
            response_b=pair.item.response_b,
        )
        for _ in range(99)
    )
    home = reverse("annotate:home")
    assert "100 open" in client.get(home).content.decode()
    make_item(pair.campaign)
    assert "more than 100 open" in client.get(home).content.decode()
    assert "More than 100" in client.get(url("next", pair)).content.decode()
    card = client.post(url("lease", pair), follow=True).content.decode()
    # The lease is one of them, and what is left can be counted.
    assert "0 judged · 101 open" in card


def test_lease_leads_to_the_item(client, pair):
    response = client.post(url("lease", pair))
    assignment = Assignment.objects.get(annotator=pair.user)
    assert response.url == reverse("annotate:assignment", args=[assignment.pk])


def test_lease_without_items_leads_back(client, pair):
    lease_next(user=pair.another(), campaign=pair.campaign)
    response = client.post(url("lease", pair), follow=True)
    assert "Nothing is left for you" in response.content.decode()
    assert "All done" in response.content.decode()


@pytest.mark.parametrize(("name", "method"), [("lease", "get"), ("next", "post")])
def test_wrong_method(client, pair, name, method):
    assert getattr(client, method)(url(name, pair)).status_code == 405


@pytest.mark.parametrize(("name", "method"), [("lease", "post"), ("next", "get")])
@pytest.mark.parametrize("role", [MemberRole.ENGINEER, None])
def test_wrong_person(pair, name, method, role):
    client = Client()
    client.force_login(make_member(pair.campaign if role else make_campaign(), role or "annotator"))
    assert getattr(client, method)(url(name, pair)).status_code == 404


def test_an_archived_campaign_is_not_annotated(client, pair):
    pair.campaign.archived_at = pair.campaign.created_at
    pair.campaign.save()
    assert client.post(url("lease", pair)).status_code == 404
    page = client.get(url("next", pair)).text
    assert "The campaign is archived" in page
    assert url("lease", pair) not in page
    assert not Assignment.objects.filter(annotator=pair.user).exists()


@pytest.mark.parametrize("column", ["finished_at", "archived_at"])
def test_where_a_campaign_has_ended_the_own_work_stays_to_be_read(client, pair, column):
    row = pair.lease()
    client.post(reverse("annotate:submit", args=[row.pk]), make_answer(row))
    setattr(pair.campaign, column, timezone.now())
    pair.campaign.save()
    home = client.get(reverse("annotate:home")).text
    assert "No campaign yet" not in home
    assert "Nothing to judge right now" in home
    page = client.get(url("next", pair)).text
    assert "Open for you" not in page
    assert "Undo" not in page
    for name in ("history", "me"):
        assert url(name, pair) in home
        assert url(name, pair) in page
        assert client.get(url(name, pair)).status_code == 200
    assert "The campaign has ended: it stands." in client.get(url("history", pair)).text


def test_one_that_ended_before_the_person_judged_anything_is_not_listed(client, pair):
    pair.campaign.finished_at = timezone.now()
    pair.campaign.save()
    home = client.get(reverse("annotate:home")).text
    assert "No campaign yet" in home
    assert pair.campaign.name not in home


def test_own_work_and_figures_are_one_press_away_while_judging(client, pair):
    make_item(pair.campaign)
    row = pair.lease()
    card = client.get(reverse("annotate:assignment", args=[row.pk])).text
    client.post(reverse("annotate:submit", args=[row.pk]), make_answer(row))
    home = client.get(reverse("annotate:home")).text
    for name in ("history", "me"):
        assert url(name, pair) in card
        assert url(name, pair) in home


def test_they_stay_so_when_a_new_round_begins(client, pair):
    row = pair.lease()
    client.post(reverse("annotate:submit", args=[row.pk]), make_answer(row))
    make_round(pair.campaign, Stage.ATTACK)
    page = client.get(url("next", pair)).text
    assert "All done" in page
    assert url("history", pair) in page


def test_who_is_not_signed_in_is_sent_to_sign_in(pair):
    page, form = Client().get(url("next", pair)), Client().post(url("lease", pair))
    assert page.url == f"{reverse('login')}?next={url('next', pair)}"
    assert form.url == f"{reverse('login')}?next={reverse('annotate:home')}"
    again = Client().post(url("lease", pair), headers={"HX-Request": "true"})
    assert again.status_code == 401


def test_a_page_that_breaks_says_so_and_what_is_saved(client, pair, monkeypatch):
    def break_down(user):
        raise RuntimeError("broken")

    monkeypatch.setattr("annotate.work.views.queue.workplaces_of", break_down)
    client.raise_request_exception = False
    response = client.get(reverse("annotate:home"))
    assert response.status_code == 500
    assert "What you were told is saved, is saved." in response.content.decode()
