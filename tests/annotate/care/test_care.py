from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.care.selectors.consent_and_rest import rest_of
from annotate.care.services import give_consent, leave_out, take_break
from annotate.models import Assignment, Break, Consent, OptOut
from annotate.queue.selectors.gates import gate_before
from annotate.queue.services.leases import lease_next, skip_assignment
from oversight.errors import WrongState
from oversight.models import Judgement
from tests.annotate.records import make_answer
from tests.factories import make_item, make_query, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def harmful(pair):
    """The pair's campaign warns of what is to come; the pair is harmless, two more are not."""
    campaign = pair.campaign
    set_settings(
        campaign,
        content_warning="Violence is described.",
        harm_by_category={"violence": "severe", "insults": "mild"},
    )
    for node in ("violence", "insults"):
        make_item(campaign, query=make_query(campaign, node=node), priority=1)
    return pair


def url(name, pair):
    return reverse(f"annotate:{name}", args=[pair.campaign.slug])


def nodes_offered(pair):
    """What is offered when each is skipped, and not what was skipped once more."""
    nodes = []
    while assignment := lease_next(user=pair.user, campaign=pair.campaign):
        if not assignment.was_offered_again:
            nodes.append(assignment.item.query.node)
        skip_assignment(assignment=assignment)
    return nodes


def test_nothing_is_shown_before_consent(client, harmful):
    page = client.get(url("next", harmful)).content.decode()
    assert "Violence is described." in page
    assert "Start</button>" not in page
    client.post(url("lease", harmful))
    assert Assignment.objects.count() == 0
    client.post(url("consent", harmful), {"category": "violence"})
    assert OptOut.objects.get().category == "violence"
    client.post(url("lease", harmful))
    assert Assignment.objects.get().harm == "mild"


def test_consent_is_to_these_words(harmful):
    give_consent(user=harmful.user, campaign=harmful.campaign)
    give_consent(user=harmful.user, campaign=harmful.campaign)
    assert Consent.objects.count() == 1
    assert gate_before(harmful.user, harmful.campaign) is None
    set_settings(harmful.campaign, content_warning="Worse.")
    assert gate_before(harmful.user, harmful.campaign) == "consent"


def test_what_was_left_out_is_not_offered(harmful):
    give_consent(user=harmful.user, campaign=harmful.campaign)
    leave_out(user=harmful.user, campaign=harmful.campaign, categories=["violence", "unknown"])
    assert nodes_offered(harmful) == ["insults", ""]


def test_leaving_out_can_be_taken_back(client, harmful):
    leave_out(user=harmful.user, campaign=harmful.campaign, categories=["violence"])
    client.post(url("care", harmful), {"category": ["insults"]})
    assert list(OptOut.objects.values_list("category", flat=True)) == ["insults"]
    page = client.get(url("care", harmful)).content.decode()
    assert page.count("checked") == 1


def test_the_queue_keeps_to_the_days_budget(client, harmful):
    give_consent(user=harmful.user, campaign=harmful.campaign)
    set_settings(harmful.campaign, exposure_budget=1)
    assert nodes_offered(harmful) == ["violence", ""]
    page = client.get(url("next", harmful)).content.decode()
    assert "your day's share" in page.replace("&#x27;", "'")
    Assignment.objects.update(leased_at=timezone.now() - timedelta(days=1))
    assert nodes_offered(harmful) == ["insults"]


def test_progress_counts_only_what_may_be_offered(client, harmful):
    give_consent(user=harmful.user, campaign=harmful.campaign)
    leave_out(user=harmful.user, campaign=harmful.campaign, categories=["violence", "insults"])
    assert "1 open" in client.get(reverse("annotate:home")).content.decode()


@pytest.fixture
def tired(client, pair):
    """Somebody who has worked half an hour on one item, in a campaign that asks for a rest then."""
    set_settings(pair.campaign, break_minutes=30)
    make_item(pair.campaign)
    assignment = pair.lease()
    Assignment.objects.update(leased_at=timezone.now() - timedelta(minutes=31))
    answer = make_answer(assignment, seconds="1800")
    client.post(reverse("annotate:submit", args=[assignment.pk]), answer)
    assert Judgement.objects.get().seconds == 1800
    return pair


def test_a_break_is_kept_to_by_the_queue(client, tired):
    assert lease_next(user=tired.user, campaign=tired.campaign) is None
    assert "Time for a rest" in client.get(url("next", tired)).content.decode()
    client.post(url("rest", tired))
    assert "Take a rest" in client.get(url("next", tired)).content.decode()
    assert lease_next(user=tired.user, campaign=tired.campaign) is None
    Break.objects.update(ends_at=timezone.now())
    assert lease_next(user=tired.user, campaign=tired.campaign)


def test_a_break_can_be_put_off_once(client, tired):
    client.post(url("rest", tired), {"put_off": "1"})
    assert lease_next(user=tired.user, campaign=tired.campaign)
    with pytest.raises(WrongState):
        take_break(user=tired.user, campaign=tired.campaign)
    earlier = timezone.now() - timedelta(hours=1)
    Break.objects.update(begins_at=earlier, ends_at=earlier)
    assert rest_of(tired.user, tired.campaign).can_be_put_off is False
    with pytest.raises(WrongState):
        take_break(user=tired.user, campaign=tired.campaign, is_put_off=True)


def test_simulated_annotators_need_no_care(harmful):
    harmful.user.is_simulated = True
    assert gate_before(harmful.user, harmful.campaign) is None


@pytest.mark.parametrize("name", ["consent", "rest"])
def test_wrong_method_and_person(client, pair, name):
    assert client.get(url(name, pair)).status_code == 405
    client.force_login(pair.another())
    pair.campaign.members.all().delete()
    assert client.post(url(name, pair)).status_code == 404
    assert client.get(url("care", pair)).status_code == 404


def test_keys_and_blur_are_the_persons_own(client, pair):
    page = reverse("annotate:settings")
    assert client.post(page, {"blur_from": "severe", "key-valid": "n"}).status_code == 422
    client.post(page, {"blur_from": "severe", "key-valid": "h", "key-fake": "f"})
    pair.user.refresh_from_db()
    own = pair.user.annotator_settings
    assert (own.keys, own.blur_from) == ({"valid": "h"}, "severe")
    assert 'value="h"' in client.get(page).content.decode()


def test_arrows_are_written_as_signs(client, pair):
    page = reverse("annotate:settings")
    assert 'value="←"' in client.get(page).content.decode()
    client.post(page, {"blur_from": "mild", "key-word_before": "→", "key-word_after": "←"})
    pair.user.refresh_from_db()
    own = {"word_before": "ArrowRight", "word_after": "ArrowLeft"}
    assert pair.user.annotator_settings.keys == own
