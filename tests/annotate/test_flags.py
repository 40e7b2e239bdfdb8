import pytest
from django.urls import reverse

from annotate.errors import AlreadyAnswered
from annotate.models import Assignment, AssignmentState, Flag
from annotate.services.flags import flag_assignment, settle_flag
from oversight.errors import WrongState
from oversight.models import ItemState, MemberRole
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(pair):
    return make_member(pair.campaign, MemberRole.ADMIN)


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


def test_a_flag_needs_a_reason(client, pair):
    page = reverse("annotate:flag", args=[pair.lease().pk])
    response = client.post(page, {"kind": "broken"}, follow=True)
    assert "Not flagged. Say what is wrong with it." in response.content.decode()
    assert Assignment.objects.get().state == AssignmentState.LEASED


def test_flagged_twice_is_flagged_once(flag):
    assert flag_assignment(assignment=flag.assignment, kind="other", reason="again") == flag
    assert Flag.objects.get().reason == "Cut off."


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


def test_others_settle_nothing(client, pair, flag):
    assert client.get(reverse("annotate:flags", args=[pair.campaign.slug])).status_code == 404
    assert client.post(reverse("annotate:flag-settle", args=[flag.pk])).status_code == 404
    flag.refresh_from_db()
    assert flag.settled_at is None
