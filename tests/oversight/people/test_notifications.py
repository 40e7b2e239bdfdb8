"""News: who is told what, by the bell and by e-mail, and what they may see of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oversight.errors import InvalidCampaign
from oversight.models import (
    Campaign,
    Notification,
    NotificationChoice,
)
from oversight.people.policies.notifications import KINDS
from oversight.people.services import digests
from oversight.people.services.accounts import forget_person
from oversight.people.services.digests import MOST_TRIES, mail_digests
from oversight.people.services.members import remove_member
from oversight.people.services.notifications import (
    choose_channels,
    mark_read,
    notify,
)
from oversight.people.services.tokens import make_token
from tests.factories import (
    make_campaign,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(name="Sums")


@pytest.fixture
def ada(campaign):
    return make_member(campaign, "reviewer", make_user("ada", email="ada@example.org"))


def tell(user, campaign, kind="review.waiting", **fields):
    values = {"url": reverse("campaign", args=[campaign.slug]), "text": "Answers wait", **fields}
    return notify(user=user, kind=kind, campaign=campaign, **values)


def browser_of(client, user):
    client.force_login(user)
    return client


def make_late():
    Notification.objects.exclude(mail_due=None).update(mail_due=timezone.now())


class TestBeingTold:
    def test_the_bell_counts_and_the_page_shows(self, client, campaign, ada):
        assert tell(ada, campaign)
        browser_of(client, ada)
        html = client.get(reverse("home")).content.decode()
        assert 'num">1</span>' in html.partition('class="bell"')[2].partition("</a>")[0]
        html = client.get(reverse("notifications")).content.decode()
        assert "Answers wait" in html
        assert "Sums" in html

    def test_counting_takes_no_query_of_its_own(self, client, campaign, ada):
        tell(ada, campaign)
        browser_of(client, ada)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("account"))
        asked = [each["sql"] for each in queries if "oversight_notification" in each["sql"]]
        assert len(asked) == 1
        assert "FROM oversight_user person" in asked[0]

    def test_what_has_a_key_is_told_once(self, campaign, ada):
        assert tell(ada, campaign, key="review 5")
        assert not tell(ada, campaign, key="review 5")
        assert Notification.objects.count() == 1
        assert tell(make_member(campaign, "reviewer"), campaign, key="review 5")

    def test_it_goes_with_what_was_rolled_back(self, campaign, ada):
        with transaction.atomic():
            tell(ada, campaign)
            transaction.set_rollback(True)
        assert not Notification.objects.exists()

    def test_nobody_is_told_of_what_is_no_kind(self, campaign, ada):
        with pytest.raises(InvalidCampaign, match="nobody is told"):
            tell(ada, campaign, kind="item.closed")

    @pytest.mark.parametrize("fields", [{"is_active": False}, {"is_simulated": True}])
    def test_who_reads_nothing_is_told_nothing(self, campaign, fields):
        assert not tell(make_user(**fields), campaign)

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", ""])
    def test_the_database_holds_that_it_leads_to_this_site(self, campaign, ada, url):
        with pytest.raises(IntegrityError):
            tell(ada, campaign, url=url)

    def test_a_hostile_name_stays_text(self, client, ada, campaign):
        Campaign.objects.filter(pk=campaign.pk).update(name="<script>alert(1)</script>")
        tell(ada, campaign, text="<img src=x>")
        html = browser_of(client, ada).get(reverse("notifications")).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


class TestReading:
    def test_opening_one_leads_there_and_marks_it(self, client, campaign, ada):
        tell(ada, campaign)
        row = Notification.objects.get()
        answer = browser_of(client, ada).post(reverse("notification-open", args=[row.pk]))
        assert answer.url == row.url
        row.refresh_from_db()
        assert row.read_at is not None

    def test_looking_at_the_page_marks_nothing(self, client, campaign, ada):
        tell(ada, campaign)
        browser_of(client, ada).get(reverse("notifications"))
        assert Notification.objects.get().read_at is None

    def test_all_are_marked(self, client, campaign, ada):
        for _ in range(3):
            tell(ada, campaign)
        bea = make_member(campaign, "reviewer")
        tell(bea, campaign)
        answer = browser_of(client, ada).post(reverse("notifications-read"), follow=True)
        assert "3 marked as read" in answer.content.decode()
        assert list(Notification.objects.filter(read_at=None).values_list("user", flat=True)) == [
            bea.pk
        ]

    def test_nobody_opens_somebody_elses(self, client, campaign, ada):
        tell(ada, campaign)
        row = Notification.objects.get()
        browser_of(client, make_member(campaign, "owner"))
        assert client.post(reverse("notification-open", args=[row.pk])).status_code == 404
        row.refresh_from_db()
        assert row.read_at is None

    def test_what_one_may_see_no_more_is_not_shown(self, client, campaign, ada):
        tell(ada, campaign)
        campaign.members.all().delete()
        browser_of(client, ada)
        assert "Answers wait" not in client.get(reverse("notifications")).content.decode()
        row = Notification.objects.get()
        assert client.post(reverse("notification-open", args=[row.pk])).status_code == 404

    def test_with_a_role_goes_what_it_let_one_be_told_of(self, campaign, ada):
        make_member(campaign, "engineer", ada)
        tell(ada, campaign)
        tell(ada, campaign, kind="version.promoted")
        tell(ada, make_campaign())
        remove_member(member=campaign.members.get(user=ada, role="reviewer"))
        left = Notification.objects.filter(campaign=campaign)
        assert [row.kind for row in left] == ["version.promoted"]
        assert Notification.objects.count() == 2

    def test_many_go_page_by_page(self, client, campaign, ada):
        for number in range(31):
            tell(ada, campaign, text=f"Number {number}.")
        browser_of(client, ada)
        assert "Number 0." not in client.get(reverse("notifications")).content.decode()
        assert "Number 0." in client.get(reverse("notifications"), {"page": 2}).content.decode()


class TestChoosing:
    def choose(self, client, user, **channels):
        data = {**dict.fromkeys(KINDS, "bell"), **channels}
        return browser_of(client, user).post(reverse("notification-choices"), data)

    def test_the_page_shows_and_keeps_what_was_chosen(self, client, campaign, ada):
        assert self.choose(client, ada, **{"review.waiting": "neither"}).status_code == 302
        form = client.get(reverse("notification-choices")).context["form"]
        assert form.initial["review.waiting"] == "neither"
        assert not tell(ada, campaign)
        assert tell(ada, campaign, kind="flag.raised")

    def test_what_there_is_not_cannot_be_chosen(self, client, ada):
        answer = self.choose(client, ada, **{"review.waiting": "carrier pigeon"})
        assert answer.status_code == 422
        assert not NotificationChoice.objects.exists()
        for channels in ({"item.closed": "bell"}, {"flag.raised": "pigeon"}):
            with pytest.raises(InvalidCampaign):
                choose_channels(user=ada, channels=channels)


class TestMail:
    @pytest.fixture(autouse=True)
    def _mail_server(self, settings):
        settings.EMAIL_HOST, settings.SITE_URL = "mail.example", "https://oversight.example"

    @pytest.fixture
    def mailed(self, ada):
        choose_channels(user=ada, channels=dict.fromkeys(KINDS, "mail"))
        return ada

    def test_what_comes_within_minutes_is_one_mail(self, campaign, mailed):
        tell(mailed, campaign)
        assert mail_digests() == 0
        make_late()
        tell(mailed, campaign, text="More answers wait")
        assert (mail_digests(), mail_digests()) == (1, 0)
        (sent,) = mail.outbox
        assert sent.to == ["ada@example.org"]
        assert sent.subject == "Sums: More answers wait, and 1 more"
        assert f"https://oversight.example/campaigns/{campaign.slug}/" in sent.body
        assert "https://oversight.example/notifications/choices/" in sent.body

    def test_the_bell_alone_sends_none(self, campaign, ada):
        tell(ada, campaign)
        assert Notification.objects.get().mail_due is None

    def test_what_was_read_meanwhile_is_not_sent(self, campaign, mailed):
        tell(mailed, campaign)
        make_late()
        mark_read(user=mailed)
        assert mail_digests() == 0

    def test_what_one_may_see_no_more_is_not_sent(self, campaign, mailed):
        tell(mailed, campaign)
        make_late()
        campaign.members.all().delete()
        assert mail_digests() == 0
        assert Notification.objects.get().mail_due is None

    def test_without_an_address_none_is_sent(self, campaign, mailed):
        type(mailed).objects.update(email="")
        tell(mailed, campaign)
        make_late()
        assert mail_digests() == 0

    def test_what_cannot_be_sent_waits_and_is_given_up(self, campaign, mailed, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        tell(mailed, campaign)
        make_late()
        assert mail_digests() == 0
        row = Notification.objects.get()
        assert row.mail_tries == 1
        assert row.mail_due > timezone.now() + digests.PAUSE - timedelta(minutes=1)
        Notification.objects.update(mail_tries=MOST_TRIES - 1)
        make_late()
        mail_digests()
        assert Notification.objects.get().mail_due is None

    def test_a_name_with_a_line_end_adds_no_header(self, campaign, mailed):
        Campaign.objects.filter(pk=campaign.pk).update(name="Sums\nBcc: eve@example.org")
        tell(mailed, campaign)
        make_late()
        assert mail_digests() == 1
        assert mail.outbox[0].recipients() == ["ada@example.org"]


class TestRest:
    @pytest.fixture
    def api(self, client, ada):
        client.defaults["HTTP_AUTHORIZATION"] = f"Token {make_token(user=ada, scopes=['read'])}"
        return client

    def test_ones_own_are_listed_and_marked(self, api, campaign, ada):
        tell(ada, campaign)
        tell(make_member(campaign, "reviewer"), campaign)
        (row,) = api.get(reverse("api-notifications")).json()["results"]
        assert (row["kind"], row["campaign"], row["read_at"]) == (
            "review.waiting", campaign.slug, None,
        )  # fmt: skip
        answer = api.post(
            reverse("api-notifications-read"), {"ids": [row["id"]]}, "application/json"
        )
        assert answer.json() == {"marked": 1}
        assert Notification.objects.filter(read_at=None).count() == 1
        new = api.get(reverse("api-notifications"), {"is_read": "false"}).json()
        assert new["results"] == []

    def test_all_are_marked_and_nonsense_is_refused(self, api, campaign, ada):
        tell(ada, campaign)
        address = reverse("api-notifications-read")
        assert api.post(address, {"ids": ["x"]}, "application/json").status_code == 400
        assert api.post(address, {"id": 1}, "application/json").status_code == 400
        assert api.post(address, {}, "application/json").json() == {"marked": 1}

    def test_who_is_not_known_gets_nothing(self, client):
        assert client.get(reverse("api-notifications")).status_code == 401
        assert client.post(reverse("api-notifications-read")).status_code == 401


def test_whoever_is_forgotten_is_told_nothing_more(campaign, ada):
    tell(ada, campaign)
    choose_channels(user=ada, channels={"flag.raised": "mail"})
    forget_person(person=ada)
    assert not Notification.objects.exists()
    assert not NotificationChoice.objects.exists()
