"""One row changes, one line of history is written, and the rest stays."""

import threading

import pytest
from django.db import connection

from oversight.errors import WrongState
from oversight.models import ActiveVersion, Promotion
from oversight.versions.services.promotion import make_active, promote, roll_back
from tests.factories import make_campaign, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


def active(campaign):
    return ActiveVersion.objects.get(campaign=campaign, role="learner").version


def test_the_first_version_of_a_role(campaign):
    version = make_version(campaign, active=False)
    promotion = make_active(version=version, reason="first")
    assert active(campaign) == version
    assert (promotion.previous, promotion.promoted_by) == (None, None)


def test_another_takes_its_place_and_history_says_who_and_why(campaign):
    old, new, admin = make_version(campaign), make_version(campaign, active=False), make_user()
    promotion = make_active(version=new, reason="better", user=admin)
    assert active(campaign) == new
    assert (promotion.previous, promotion.reason) == (old, "better")
    assert promotion.promoted_by == admin
    assert ActiveVersion.objects.filter(campaign=campaign, role="learner").count() == 1


def test_other_roles_and_campaigns_keep_theirs(campaign):
    critic, other = make_version(campaign, "critic"), make_version(make_campaign())
    make_active(version=make_version(campaign, active=False), reason="x")
    assert ActiveVersion.objects.get(campaign=campaign, role="critic").version == critic
    assert ActiveVersion.objects.get(campaign=other.campaign).version == other


def test_what_is_at_work_already_is_refused_without_a_trace(campaign):
    version = make_version(campaign)
    with pytest.raises(WrongState, match="already"):
        make_active(version=version, reason="again")
    assert Promotion.objects.filter(version=version).count() == 1


def test_a_candidate_replaces_only_what_it_was_measured_against(campaign):
    baseline, candidate = make_version(campaign), make_version(campaign, active=False)
    promote(version=candidate, baseline=baseline, reason="gate")
    assert active(campaign) == candidate
    late = make_version(campaign, active=False)
    with pytest.raises(WrongState, match="not measured against"):
        promote(version=late, baseline=baseline, reason="gate")
    assert active(campaign) == candidate


def test_only_what_was_at_work_can_be_rolled_back_to(campaign):
    old, new = make_version(campaign), make_version(campaign, active=False)
    with pytest.raises(WrongState, match="never at work"):
        roll_back(version=new, user=make_user())
    make_active(version=new, reason="gate")
    roll_back(version=old, user=make_user())
    assert active(campaign) == old


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_leave_one_at_work_and_a_true_history():
    campaign = make_campaign()
    versions = [make_version(campaign, active=False) for _ in range(4)]
    barrier = threading.Barrier(len(versions))
    refused = []

    def work(version):
        barrier.wait()
        try:
            make_active(version=version, reason="race")
        except WrongState:
            refused.append(version)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[version]) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = list(Promotion.objects.filter(campaign=campaign).order_by("pk"))
    assert len(history) + len(refused) == len(versions)
    assert active(campaign) == history[-1].version
    assert [row.previous for row in history[1:]] == [row.version for row in history[:-1]]
