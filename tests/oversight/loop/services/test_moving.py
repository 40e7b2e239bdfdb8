"""A round whose model is gone goes on with another one; the record says since when and why."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.errors import WrongState
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.moving import move_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.models import (
    Act,
    ActiveVersion,
    AuditEntry,
    Delivery,
    ModelVersion,
    Promotion,
    Query,
    Role,
    Round,
    RoundChange,
    ServedState,
    Stage,
    UnitState,
    WorkUnit,
)
from oversight.versions.selectors.served import due_deliveries
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_round,
    make_version,
    set_settings,
)

pytestmark = pytest.mark.django_db
SERVED = {"backend": "openai", "location": "http://gone.example/v1"}


@pytest.fixture
def models():
    """A version of each role, whose server is gone."""
    campaign = make_campaign()
    return {role: make_version(campaign, role, **SERVED) for role in Role.values}


@pytest.fixture
def admin(models):
    return make_member(models["learner"].campaign, "owner")


@pytest.fixture
def round_at(models):
    """A round that stands at a stage, with two units of each stage that it asks models in."""

    def make(stage):
        plan = {"slots": [{"node": "", "near": None}] * 40}
        learner, *others = (models[role] for role in ("learner", "attacker", "critic"))
        round_ = make_round(learner, attacker=others[0], critic=others[1], stage=stage, plan=plan)
        reached = [each for each in HANDLERS if list(Stage).index(each) <= list(Stage).index(stage)]
        for each in reached:
            for index, state in enumerate((UnitState.DONE, UnitState.PENDING)):
                is_left = each == stage and state == UnitState.PENDING
                WorkUnit.objects.create(
                    round=round_,
                    stage=each,
                    index=index,
                    state=UnitState.PENDING if is_left else UnitState.DONE,
                    error="no answer" if is_left else "",
                )
        return round_

    return make


def another(former):
    """A version of the same role that has been put to work since."""
    ActiveVersion.objects.filter(version=former).delete()
    return make_version(former.campaign, former.role, backend="transformers", location="org/new")


def move(round_, role, version, admin, reason="its server is gone"):
    change = move_round(round=round_, role=role, version=version, reason=reason, moved_by=admin)
    round_.refresh_from_db()
    return change


def states(round_, stage):
    return list(round_.units.filter(stage=stage).order_by("index").values_list("state", flat=True))


def test_another_attacker_writes_what_is_missing(round_at, models, admin):
    round_ = round_at(Stage.ATTACK)
    new = another(models["attacker"])
    move(round_, Role.ATTACKER, new, admin)
    assert round_.attacker == new
    assert states(round_, Stage.ATTACK) == [UnitState.DONE, UnitState.PENDING]
    left = round_.units.get(stage=Stage.ATTACK, index=1)
    assert (left.error, left.attempts) == ("", 0)


@pytest.mark.parametrize(
    ("role", "stage"), [(Role.LEARNER, Stage.RESPOND), (Role.CRITIC, Stage.CRITIQUE)]
)
def test_another_learner_or_critic_is_asked_all_of_it(round_at, models, admin, role, stage):
    round_ = round_at(stage)
    new = another(models[role])
    move(round_, role, new, admin)
    assert getattr(round_, role) == new
    assert states(round_, stage) == [UnitState.PENDING] * 2
    assert set(states(round_, Stage.ATTACK)) == {UnitState.DONE}


def test_a_learner_that_is_moved_early_has_nothing_done_twice(round_at, models, admin):
    round_ = round_at(Stage.ATTACK)
    move(round_, Role.LEARNER, another(models["learner"]), admin)
    assert states(round_, Stage.ATTACK) == [UnitState.DONE, UnitState.PENDING]


def test_critiques_begun_ahead_wait_for_what_another_learner_says(round_at, models, admin):
    round_ = round_at(Stage.RESPOND)
    WorkUnit.objects.create(round=round_, stage=Stage.CRITIQUE, index=0, state=UnitState.DONE)
    move(round_, Role.LEARNER, another(models["learner"]), admin)
    advance_round(round_.pk)
    assert claim_unit("inference", round_.pk).stage == Stage.RESPOND
    assert states(round_, Stage.CRITIQUE) == []
    round_.units.filter(stage=Stage.RESPOND, index=0).update(state=UnitState.DONE)
    advance_round(round_.pk)
    assert states(round_, Stage.CRITIQUE) == [UnitState.PENDING]


@pytest.mark.parametrize(("by", "kept"), [("attacker", 0), ("domain", 1)])
def test_critiques_begun_ahead_are_made_again_after_what_a_new_attacker_puts_in(
    round_at, models, admin, by, kept
):
    """The former one, a starter, could not be asked to."""
    ModelVersion.objects.filter(pk=models["attacker"].pk).update(location="starter:attacker")
    set_settings(models["attacker"].campaign, checker="arithmetic")
    round_ = round_at(Stage.ATTACK)
    Round.objects.filter(pk=round_.pk).update(
        plan={**round_.plan, "tampered_by": by, "tampered_items": 2}
    )
    WorkUnit.objects.create(round=round_, stage=Stage.CRITIQUE, index=0, state=UnitState.DONE)
    move(round_, Role.ATTACKER, another(models["attacker"]), admin)
    assert len(states(round_, Stage.CRITIQUE)) == kept


def test_critiques_of_what_has_its_errors_already_stay(round_at, models, admin):
    set_settings(models["attacker"].campaign, checker="arithmetic")
    round_ = round_at(Stage.ATTACK)
    Round.objects.filter(pk=round_.pk).update(
        plan={**round_.plan, "tampered_by": "attacker", "tampered_items": 2}
    )
    for stage in (Stage.TAMPER, Stage.CRITIQUE):
        WorkUnit.objects.create(round=round_, stage=stage, index=0, state=UnitState.DONE)
    move(round_, Role.ATTACKER, another(models["attacker"]), admin)
    assert states(round_, Stage.CRITIQUE) == [UnitState.DONE]


def test_what_a_worker_is_busy_with_is_dropped(round_at, models, admin, monkeypatch):
    from oversight.loop.services import work

    round_ = round_at(Stage.RESPOND)
    unit = claim_unit("inference")
    written = []
    handler = type(HANDLERS[Stage.RESPOND])(
        "inference", None, lambda *_: None, lambda *args: written.append(args)
    )
    monkeypatch.setitem(work.HANDLERS, Stage.RESPOND, handler)
    move(round_, Role.LEARNER, another(models["learner"]), admin)
    run_unit(unit)
    unit.refresh_from_db()
    assert (unit.state, written) == (UnitState.PENDING, [])
    assert claim_unit("inference")


def test_without_a_critic_people_judge_unaided(round_at, models, admin):
    round_ = round_at(Stage.CRITIQUE)
    change = move(round_, Role.CRITIC, None, admin)
    assert (round_.critic, change.former, change.version) == (None, models["critic"], None)
    assert states(round_, Stage.CRITIQUE) == [UnitState.DONE]
    assert advance_round(round_.pk) == Stage.ROUTE


def test_without_an_attacker_the_round_goes_on_with_the_queries_that_are_there(round_at, admin):
    round_ = round_at(Stage.ATTACK)
    with pytest.raises(WrongState, match="no query at all"):
        move(round_, Role.ATTACKER, None, admin)
    make_query(round_.campaign, round=round_, slot=0)
    move(round_, Role.ATTACKER, None, admin)
    assert advance_round(round_.pk) == Stage.RESPOND
    assert Query.objects.filter(round=round_).count() == 1


def test_the_change_is_kept_with_who_and_why_and_the_plan_is_not_touched(round_at, models, admin):
    round_ = round_at(Stage.RESPOND)
    before = round_.plan
    new = another(models["learner"])
    move(round_, Role.LEARNER, new, admin)
    change = RoundChange.objects.get()
    assert (change.former, change.version, change.stage) == (models["learner"], new, "respond")
    assert (change.changed_by, change.reason) == (admin, "its server is gone")
    assert round_.plan == before
    entry = AuditEntry.objects.get(act=Act.ROUND_MOVED)
    assert entry.details["model"] == str(new)


@pytest.mark.parametrize(
    ("role", "stage"),
    [
        (Role.ATTACKER, Stage.RESPOND),
        (Role.LEARNER, Stage.CRITIQUE),
        (Role.CRITIC, Stage.ROUTE),
        (Role.LEARNER, Stage.DONE),
    ],
)
def test_a_role_that_has_done_its_part_stays(round_at, models, admin, role, stage):
    round_ = round_at(Stage.CRITIQUE)
    finished = "2026-01-01T00:00Z" if stage == Stage.DONE else None
    Round.objects.filter(pk=round_.pk).update(stage=stage, finished_at=finished)
    with pytest.raises(WrongState, match="no part left"):
        move(round_, role, another(models[role]), admin)
    assert not RoundChange.objects.exists()


def test_it_goes_to_versions_that_have_been_at_work_and_no_others(round_at, models, admin):
    round_ = round_at(Stage.RESPOND)
    learner = models["learner"]
    untried = make_version(learner.campaign, active=False, backend="transformers")
    strange = make_version(make_campaign(), backend="transformers")
    other_role = make_version(learner.campaign, "critic", active=False, backend="transformers")
    for version in (learner, untried, strange, other_role):
        with pytest.raises(WrongState, match="has been at work"):
            move(round_, Role.LEARNER, version, admin)
    with pytest.raises(WrongState, match="cannot go on without a learner"):
        move(round_, Role.LEARNER, None, admin)


def former_adapter(campaign, state, **fields):
    """A learner that is loaded at run time, and was at work once."""
    place = {**SERVED, "served_name": "tuned", "adapter": "/a/folder"}
    version = make_version(campaign, active=False, **place)
    Promotion.objects.create(campaign=campaign, role="learner", version=version, reason="once")
    Delivery.objects.create(version=version, state=state, proven_at=timezone.now(), **fields)
    return version


def test_what_its_servers_were_told_to_forget_is_loaded_again(round_at, models, admin):
    round_ = round_at(Stage.RESPOND)
    tuned = former_adapter(models["learner"].campaign, ServedState.UNLOADED)
    move(round_, Role.LEARNER, tuned, admin)
    assert due_deliveries().get().version == tuned


def test_what_its_servers_do_not_serve_is_not_offered(round_at, models, admin):
    round_ = round_at(Stage.RESPOND)
    tuned = former_adapter(models["learner"].campaign, ServedState.FAILED, outcome="its base is")
    with pytest.raises(WrongState, match="has been at work"):
        move(round_, Role.LEARNER, tuned, admin)


def test_a_cancelled_round_is_not_moved(round_at, models, admin):
    round_ = round_at(Stage.ATTACK)
    cancel_round(round=round_, reason="enough", cancelled_by=admin)
    with pytest.raises(WrongState, match="no part left"):
        move(round_, Role.ATTACKER, another(models["attacker"]), admin)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"version": None, "role": "learner"}, {"version": "former"}]
)
def test_the_database_wants_a_change_and_a_reason(round_at, models, admin, wrong):
    round_ = round_at(Stage.ATTACK)
    values = {"reason": "why", "version": another(models["learner"]), "role": "learner", **wrong}
    if values["version"] == "former":
        values["version"] = models["learner"]
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundChange.objects.create(
            round=round_, stage="attack", former=models["learner"], changed_by=admin, **values
        )


def test_what_was_changed_stays_written(round_at, models, admin):
    round_ = round_at(Stage.ATTACK)
    move(round_, Role.LEARNER, another(models["learner"]), admin)
    for change in (RoundChange.objects.all().delete, lambda: RoundChange.objects.update(reason="")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
