"""A stuck round's page leads out: retry, another model, cancel."""

import pytest
from django.urls import reverse
from django.utils import timezone

from oversight.models import (
    Preference,
    Role,
    Round,
    RoundChange,
    RoutingDecision,
    Stage,
    TrainingRun,
    UnitState,
    WorkUnit,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_round,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    campaign = make_campaign()
    learner = make_version(campaign, backend="openai", location="http://gone.example/v1")
    round_ = make_round(learner, stage=Stage.RESPOND, plan={"slots": []})
    WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=0, error="no answer")
    return round_


@pytest.fixture
def admin(client, round_):
    client.force_login(make_member(round_.campaign, "owner"))
    return client


def address(name, round_):
    return reverse(name, args=[round_.campaign.slug, round_.number])


def html(client, name, round_):
    return client.get(address(name, round_)).content.decode()


def former_learner(round_):
    version = make_version(round_.campaign, active=False, backend="transformers", name="former")
    version.promotions.create(campaign=round_.campaign, role=Role.LEARNER, reason="once")
    return version


def test_a_round_that_waits_offers_every_way_out(admin, round_):
    page = html(admin, "round", round_)
    assert address("round-move", round_) in page
    assert address("round-cancel", round_) in page
    WorkUnit.objects.update(state=UnitState.FAILED)
    assert address("round-retry", round_) in html(admin, "round", round_)


def test_what_was_asked_is_accounted_for_after_going_on_without_the_rest(admin, round_):
    """The sums of the page meet: asked, judged, left, withdrawn."""
    campaign, decided = round_.campaign, []
    for state, because in (
        ("closed", ""),
        ("closed", ""),
        ("withdrawn", "review_closed"),
        ("withdrawn", "fault"),
    ):
        item = make_item(campaign, round=round_, state=state, withdrawn_because=because)
        item.decision = RoutingDecision.objects.create(
            round=round_,
            query=item.query,
            response_a=item.response_a,
            response_b=item.response_b,
            outcome="human",
            propensity=1,
        )
        item.save()
        decided.append(item)
    make_item(campaign, round=round_, kind="gold", expected="a")
    Preference.objects.create(
        campaign=campaign,
        round=round_,
        query=decided[0].query,
        chosen=decided[0].response_a,
        rejected=decided[0].response_b,
        item=decided[0],
        source="person",
    )
    page = " ".join(html(admin, "round", round_).split())
    page = page.partition("Where its queries went")[2].partition("Where the learner")[0]
    assert (
        "Of the 4 asked of people 2 were judged (1 of them with neither preferred), "
        "1 was left when the round went on without the rest, "
        "1 was withdrawn since something was wrong with the item."
    ) in page
    assert "Preferences: 1 from people." in page
    assert "People were also asked 1 item with a known answer" in page
    whole = " ".join(html(admin, "round", round_).split())
    assert "2 / 3" in whole
    assert "2 withdrawn" in whole


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": Stage.ATTACK}, "is to write"),
        ({"stage": Stage.RESPOND}, "wrote"),
        (
            {"stage": Stage.DONE, "cancelled_in": Stage.ATTACK, "finished_at": timezone.now()},
            "was to write",
        ),
    ],
)
def test_its_page_says_whether_its_queries_are_written(admin, round_, fields, words):
    plan = {"slots": [{"node": "sums"}, {"node": "sums"}]}
    if "cancelled_in" in fields:
        fields = fields | {"cancelled_by": make_user(), "outcome": "Cancelled."}
    Round.objects.filter(pk=round_.pk).update(plan=plan, **fields)
    assert f"The attacker {words} its 2 queries." in html(admin, "round", round_)


@pytest.mark.parametrize(("state", "shown"), [("skipped", 2), ("failed", 0)])
def test_the_stages_of_a_skipped_update_are_called_skipped(admin, round_, state, shown):
    for stage in (Stage.TRAIN, Stage.GATE):
        WorkUnit.objects.create(round=round_, stage=stage, index=0, state=UnitState.DONE)
    TrainingRun.objects.create(
        campaign=round_.campaign, round=round_, parent=round_.learner, state=state, reason="why"
    )
    Round.objects.filter(pk=round_.pk).update(stage=Stage.DONE, finished_at=timezone.now())
    stages = html(admin, "round", round_).partition("Progress of each stage")[2]
    assert stages.count(">Skipped<") == shown
    assert stages.count('good">Done<') == 2 - shown


def test_one_that_goes_well_offers_no_other_model(admin, round_):
    WorkUnit.objects.update(error="")
    assert address("round-move", round_) not in html(admin, "round", round_)


def test_it_is_moved_with_a_reason_which_its_page_tells(admin, round_):
    former, page = former_learner(round_), address("round-move", round_)
    assert "answers all queries of the round again" in html(admin, "round-move", round_)
    choice = {"to": f"learner:{former.pk}"}
    assert admin.post(page, choice).status_code == 422
    told = admin.post(page, {**choice, "reason": "its server is gone"}, follow=True)
    text = " ".join(told.content.decode().split())
    assert f"goes on with {former} as learner" in text
    assert "its server is gone" in text


def test_what_is_not_on_offer_is_refused(admin, round_):
    untried = make_version(round_.campaign, active=False, backend="transformers")
    for to in ("", f"learner:{untried.pk}", "learner:nobody", "nonsense"):
        reply = admin.post(address("round-move", round_), {"to": to, "reason": "why"})
        assert reply.status_code == 422
    assert not RoundChange.objects.exists()


def test_one_whose_models_have_said_all_is_told_so(admin, round_):
    round_.stage = Stage.TRAIN
    round_.save()
    assert "have said what they had to" in html(admin, "round-move", round_)


def test_changed_meanwhile_it_says_so(admin, round_, monkeypatch):
    from oversight.loop import views

    former, moves = former_learner(round_), views.possible_moves(round_)
    monkeypatch.setattr(views, "possible_moves", lambda _: moves)
    round_.stage = Stage.TRAIN
    round_.save()
    body = {"to": f"learner:{former.pk}", "reason": "why"}
    told = admin.post(address("round-move", round_), body, follow=True).content.decode()
    assert "Not done" in told
