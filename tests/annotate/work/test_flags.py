import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.errors import AlreadyAnswered
from annotate.models import Assignment, AssignmentState, Flag
from annotate.work.services.flags import flag_assignment, settle_flag
from oversight.errors import WrongState
from oversight.models import CampaignMember, ItemState, MemberRole
from tests.annotate.records import QUERY, RIGHT, WRONG, make_reviewed_pair
from tests.factories import make_campaign, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(pair):
    return make_member(pair.campaign, MemberRole.OWNER)


@pytest.fixture
def flag(pair):
    return flag_assignment(assignment=pair.lease(), kind="broken", reason="Cut off.")


def test_it_hands_the_item_back_with_the_reason(client, pair):
    assignment = pair.lease()
    page = reverse("annotate:flag", args=[assignment.pk])
    response = client.post(page, {"kind": "personal", "reason": "An address"}, follow=True)
    assert "Flagged." in response.content.decode()
    flag = Flag.objects.get()
    assert (flag.kind, flag.reason) == ("personal", "An address")
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.SKIPPED
    assert pair.lease(pair.another()).item == pair.item


def test_a_question_can_be_what_is_wrong(client, pair):
    assignment = pair.lease()
    card = client.get(
        reverse("annotate:next", args=[pair.campaign.slug]), follow=True
    ).content.decode()
    assert '<option value="senseless">The question makes no sense</option>' in card
    page = reverse("annotate:flag", args=[assignment.pk])
    client.post(page, {"kind": "senseless", "reason": "It asks for nothing."})
    assert Flag.objects.get().kind == "senseless"


def test_a_flag_needs_a_reason(client, pair):
    page = reverse("annotate:flag", args=[pair.lease().pk])
    response = client.post(page, {"kind": "broken"}, follow=True)
    assert "Not flagged. Say what is wrong with it." in response.content.decode()
    assert Assignment.objects.get().state == AssignmentState.LEASED


def test_flagged_twice_is_flagged_once(flag):
    assert flag_assignment(assignment=flag.assignment, kind="other", reason="again") == flag
    assert Flag.objects.get().reason == "Cut off."


def test_the_oldest_are_shown_and_that_there_are_more(client, pair, admin, monkeypatch):
    monkeypatch.setattr("annotate.work.views.flags.MOST_SHOWN", 1)
    for reason in ("The first.", "The second."):
        flag_assignment(assignment=pair.lease(pair.another()), kind="broken", reason=reason)
    client.force_login(admin)
    page = client.get(reverse("annotate:flags", args=[pair.campaign.slug])).text
    assert "The first." in page
    assert "The second." not in page
    assert "The others come" in page


def test_it_is_settled_before_the_item_itself_on_the_campaigns_own_page(client, pair, admin):
    flag = flag_assignment(assignment=pair.lease(), kind="broken", reason="Cut off.")
    Assignment.objects.filter(pk=flag.assignment_id).update(order_shown="ba")
    client.force_login(admin)
    page = client.get(reverse("annotate:flags", args=[pair.campaign.slug])).text
    assert f'<a href="{reverse("item", args=[pair.campaign.slug, pair.item.pk])}">Item' in page
    assert 'aria-label="Campaign"' in page
    # As the person saw them: B of the record came first.
    places = [page.index(part) for part in (QUERY[:40], "Response A", RIGHT, "Response B", WRONG)]
    assert places == sorted(places)


def test_who_settles_it_is_told_who_is_asked_next(client, pair, flag, admin):
    other = pair.another()
    client.force_login(admin)
    page = client.get(reverse("annotate:flags", args=[pair.campaign.slug])).text
    told = client.post(reverse("annotate:flag-settle", args=[flag.pk]), follow=True).text
    who = f"{pair.user.username} is not asked about it again"
    # Who runs the campaign may annotate in it too.
    names = sorted([admin.username, other.username])
    for text in (page, told):
        assert f"{who}. It goes to the first to come of {' and '.join(names)}." in text


def test_they_are_told_when_nobody_is_left_to_ask(client, pair, flag, admin):
    CampaignMember.objects.filter(user=admin).update(paused_at=timezone.now())
    client.force_login(admin)
    told = client.post(reverse("annotate:flag-settle", args=[flag.pk]), follow=True).text
    assert "nobody else is left to ask" in told


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_many_flags(
    client, pair, admin, count, django_assert_num_queries
):
    for _ in range(count):
        flag_assignment(assignment=pair.lease(pair.another()), kind="broken", reason="Cut off.")
    client.force_login(admin)
    # Session, person, campaign, roles, flags, who had the items, who might; the bell and the tabs.
    with django_assert_num_queries(8):
        client.get(reverse("annotate:flags", args=[pair.campaign.slug]))


def test_what_was_submitted_is_not_flagged(pair):
    assignment = pair.lease()
    Assignment.objects.update(state=AssignmentState.SUBMITTED)
    with pytest.raises(AlreadyAnswered):
        flag_assignment(assignment=assignment, kind="broken", reason="x")
    assert Flag.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "state"), [({"withdraw": "1"}, ItemState.WITHDRAWN), ({}, ItemState.OPEN)]
)
def test_an_admin_settles_it(client, pair, flag, admin, sent, state):
    client.force_login(admin)
    assert "Cut off." in client.get(reverse("annotate:flags", args=[pair.campaign.slug])).text
    client.post(reverse("annotate:flag-settle", args=[flag.pk]), sent)
    pair.item.refresh_from_db()
    flag.refresh_from_db()
    assert (pair.item.state, flag.settled_by) == (state, admin)
    with pytest.raises(WrongState):
        settle_flag(flag=flag, user=admin, is_withdrawn=True)


def test_where_the_campaign_has_ended_nothing_is_settled(client, pair, flag, admin):
    pair.campaign.finished_at = timezone.now()
    pair.campaign.save()
    client.force_login(admin)
    assert client.post(reverse("annotate:flag-settle", args=[flag.pk])).status_code == 409
    assert "Cut off." not in client.get(reverse("annotate:all-flags")).text
    flag.refresh_from_db()
    assert flag.settled_at is None


def test_others_settle_nothing(client, pair, flag):
    assert client.get(reverse("annotate:flags", args=[pair.campaign.slug])).status_code == 404
    assert client.post(reverse("annotate:flag-settle", args=[flag.pk])).status_code == 404
    flag.refresh_from_db()
    assert flag.settled_at is None


@pytest.fixture
def looking(admin):
    client = Client()
    client.force_login(admin)
    return client


def navigation(client, path):
    html = client.get(path).content.decode()
    return " ".join(html[html.index("<nav") : html.index("</header>")].split())


def pages_of(campaign):
    named = ("campaign", "campaign-models", "campaign-members", "campaign-edit")
    return [
        reverse("home"),
        reverse("annotate:home"),
        *(reverse(name, args=[campaign.slug]) for name in named),
    ]


@pytest.mark.fault("workbench")
def test_admins_see_on_every_page_how_many_wait(looking, pair, flag):
    for path in [*pages_of(pair.campaign), reverse("annotate:all-flags")]:
        assert 'Flags <span class="pill warn num">1</span>' in navigation(looking, path), path
    settle_flag(flag=flag, user=flag.assignment.annotator, is_withdrawn=False)
    assert "Flags" not in navigation(looking, reverse("home"))


@pytest.mark.fault("workbench")
def test_annotators_and_admins_of_other_campaigns_see_none(client, pair, flag):
    other = make_campaign()
    stranger = Client()
    stranger.force_login(make_member(other, MemberRole.OWNER))
    assert "Flags" not in navigation(client, reverse("annotate:home"))
    assert "Flags" not in navigation(stranger, reverse("campaign", args=[other.slug]))
    for who in (client, stranger):
        assert "Cut off." not in who.get(reverse("annotate:all-flags")).content.decode()


@pytest.mark.fault("workbench")
def test_all_flags_of_ones_campaigns_are_on_one_page(looking, admin, flag):
    other = make_reviewed_pair()
    make_member(other.campaign, MemberRole.OWNER, admin)
    flag_assignment(assignment=other.lease(), kind="other", reason="Twice the same.")
    html = looking.get(reverse("annotate:all-flags")).content.decode()
    assert "Cut off." in html
    assert "Twice the same." in html
    # The campaign's own page and its tab count its own.
    own = looking.get(reverse("campaign", args=[other.campaign.slug])).content.decode()
    assert 'Flags <span class="pill warn num">2</span>' in own
    assert own.count('Flags <span class="pill warn num">1</span>') == 1
    assert (
        "Cut off."
        not in looking.get(reverse("annotate:flags", args=[other.campaign.slug])).content.decode()
    )


@pytest.mark.fault("workbench")
def test_the_card_does_not_ask_for_them(pair, flag, admin, django_assert_num_queries):
    looking = Client()
    looking.force_login(admin)
    row = pair.lease(admin)
    with django_assert_num_queries(11):
        page = looking.get(reverse("annotate:assignment", args=[row.pk])).content.decode()
    assert "Flags" not in page
