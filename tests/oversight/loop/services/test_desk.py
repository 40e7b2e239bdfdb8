"""A round whose models are behind servers: what is asked, what is kept, who waits for whom."""

import json
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from models_srv.backends import openai_compatible, server_client, window
from oversight.loop.selectors.rounds import live_round
from oversight.loop.services import desk
from oversight.loop.services.coordinator import coordinate, route_units
from oversight.loop.services.desk import Desk, work_at_desk
from oversight.loop.services.work import claim_unit, retry_failed_units
from oversight.loop.stages import chunks, critique, respond
from oversight.models import (
    Critique,
    ModelAnswer,
    ModelServer,
    Query,
    Response,
    ServerState,
    Stage,
    UnitState,
    WorkUnit,
)
from tests.factories import set_settings
from tests.models_srv.backends.fake_server import completion
from tests.oversight.served_models import ScriptedModels, begin, make_served_campaign, serve

pytestmark = pytest.mark.django_db
REFUSED = 503, json.dumps({"error": {"message": "loading the model"}})


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(server_client, "_jitter", lambda state: 0.0)
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    monkeypatch.setattr(desk, "GATHER_SECONDS", 0.0)
    monkeypatch.setattr(desk, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(chunks, "SLOTS_PER_UNIT", 4)


@pytest.fixture
def models():
    fake = ScriptedModels()
    yield fake
    fake.close()


@pytest.fixture
def other():
    fake = ScriptedModels()
    yield fake
    fake.close()


def server_at(models):
    return ModelServer.objects.get(location=models.url)


def due_again(models):
    """Let the time of the next try have come."""
    ModelServer.objects.filter(location=models.url).update(next_try=timezone.now())


def states(round_):
    return Counter(round_.units.values_list("stage", "state"))


def test_a_round_is_asked_of_servers_and_written(models):
    round_ = begin(make_served_campaign(models.url))
    assert claim_unit("inference") is None
    assert work_at_desk() == 6
    assert Response.objects.filter(query__round=round_).count() == 20
    assert Critique.objects.filter(response__query__round=round_, verdict="sound").count() == 20
    assert (len(models.asked("learner")), len(models.asked("critic"))) == (10, 20)
    assert states(round_) == {
        ("respond", "done"): 3,
        ("critique", "done"): 3,
        ("route", "pending"): 1,
    }
    assert not ModelAnswer.objects.exists()
    assert server_at(models).in_flight > 4
    assert work_at_desk() == 0


def test_who_is_to_stop_hands_on_what_is_under_way_and_keeps_what_came(models, monkeypatch):
    round_ = begin(make_served_campaign(models.url))
    came = []
    keep = desk.keep_answers
    monkeypatch.setattr(desk, "keep_answers", lambda found: came.extend(found) or keep(found))
    monkeypatch.setattr(desk, "is_stopping", lambda: bool(came))
    done = work_at_desk()
    assert not round_.units.filter(state=UnitState.RUNNING).exists()
    assert done < 6
    monkeypatch.setattr(desk, "is_stopping", lambda: False)
    assert done + work_at_desk() == 6
    assert Response.objects.filter(query__round=round_).count() == 20


def test_attacks_are_asked_too_and_each_has_a_seed_of_its_own(models):
    campaign = make_served_campaign(models.url)
    set_settings(campaign, pool_share=0.0, taxonomy=["sums"])
    round_ = begin(campaign)
    work_at_desk()
    texts = Query.objects.filter(round=round_).values_list("text", flat=True)
    assert (len(set(texts)), len(models.asked("attacker"))) == (10, 10)
    round_.refresh_from_db()
    assert round_.stage == Stage.ROUTE


def test_the_same_is_asked_again_and_each_answer_has_a_name_of_its_own(models):
    round_ = begin(make_served_campaign(models.url, roles=["learner", "critic"]))
    asked = respond.ask(round_, 0)
    again = respond.ask(round_, 0)
    assert [each.request for each in asked] == [each.request for each in again]
    names = [key for each in asked for key in each.answer_names()]
    assert names == [key for each in again for key in each.answer_names()]
    round_.plan["critic_samples"] = 2
    work_at_desk()
    names += [
        key
        for index in range(3)
        for each in critique.ask(round_, index)
        for key in each.answer_names()
    ]
    assert len(set(names)) == len(names) == 8 + 20


class Killed(BaseException):
    """As kill -9: nothing of the desk runs any more."""


def test_after_a_kill_only_what_is_missing_is_asked_for(models, monkeypatch):
    round_ = begin(make_served_campaign(models.url, queries=12, roles=["learner"]))
    real, landed = Desk._land, []

    def land(self, arrivals):
        real(self, arrivals)
        landed.extend(arrivals)
        if len(landed) > 5:
            raise Killed

    monkeypatch.setattr(Desk, "_land", land)
    with pytest.raises(Killed):
        work_at_desk()
    kept, written = ModelAnswer.objects.count(), Response.objects.count()
    assert kept + written >= 2 * 6
    monkeypatch.setattr(Desk, "_land", real)
    long_ago = timezone.now() - timedelta(seconds=1)
    WorkUnit.objects.filter(state=UnitState.RUNNING).update(lease_expires_at=long_ago)
    models.requests.clear()
    work_at_desk()
    # Each request is for two answers. What was under way at that moment is asked again.
    assert len(models.asked("learner")) == 12 - (kept + written) / 2
    assert Response.objects.filter(query__round=round_).count() == 24
    assert not ModelAnswer.objects.exists()


def test_a_unit_whose_write_fails_asks_nothing_again(models, monkeypatch):
    from oversight.loop.services import work

    round_ = begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    handler = work.HANDLERS[Stage.RESPOND]
    failing = iter([RuntimeError("disk full")])

    def write(round_, index, thought):
        for error in failing:
            raise error
        handler.write(round_, index, thought)

    monkeypatch.setitem(
        work.HANDLERS, Stage.RESPOND, type(handler)(
            handler.queue, handler.unit_count, handler.think, write, handler.ask, handler.read
        )
    )  # fmt: skip
    work_at_desk()
    unit = round_.units.get(stage=Stage.RESPOND)
    assert (unit.state, unit.failures) == (UnitState.PENDING, 1)
    WorkUnit.objects.update(available_at=timezone.now())
    work_at_desk()
    assert len(models.asked("learner")) == 4
    assert Response.objects.filter(query__round=round_).count() == 8


def test_a_server_that_is_down_rests_and_all_that_wait_for_it_wake_together(models):
    campaigns = [make_served_campaign(models.url, queries=6, roles=["learner"]) for _ in range(2)]
    rounds = [begin(campaign) for campaign in campaigns]
    models.reply = lambda request: REFUSED
    assert work_at_desk() == 0
    server = server_at(models)
    assert (server.state, server.failures) == (ServerState.RESTING, 1)
    assert "loading the model" in server.last_error
    assert server.next_try > timezone.now()
    for round_ in rounds:
        assert states(round_) == {("respond", "pending"): 2}
        assert all(unit.available_at <= timezone.now() for unit in round_.units.all())
    asked = len(models.requests)
    assert work_at_desk() == 0
    assert len(models.requests) == asked, "it is left alone until its next try"
    due_again(models)
    assert work_at_desk() == 0
    assert len(models.requests) == asked + 1, "one probe"
    assert server_at(models).failures == 2
    due_again(models)
    models.reply = models.answer
    assert work_at_desk() == 4
    server = server_at(models)
    assert (server.state, server.failures, server.next_try) == (ServerState.ANSWERING, 0, None)


def test_a_server_that_answers_late_holds_no_other(models, other):
    slow = make_served_campaign(other.url, queries=6, roles=["learner"])
    fast = make_served_campaign(models.url, queries=6, roles=["learner"])
    release = threading.Event()

    def late(request):
        release.wait(20)
        return other.answer(request)

    other.reply = late
    slow_round, fast_round = begin(slow), begin(fast)
    real = desk.conclude
    seen = []

    def conclude(unit, think):
        real(unit, think)
        seen.append(unit.round_id)
        if seen.count(fast_round.pk) == 2:
            release.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "conclude", conclude)
        assert work_at_desk() == 4
    assert seen == [fast_round.pk] * 2 + [slow_round.pk] * 2


def test_campaigns_that_share_a_server_are_both_under_way(models):
    large = make_served_campaign(models.url, queries=40, roles=["learner"])
    small = make_served_campaign(models.url, queries=4, roles=["learner"])
    rounds = [begin(large), begin(small)]
    work_at_desk()
    # By when they were taken up, which is the desk's doing: which ends first a busy machine decides.
    order = WorkUnit.objects.filter(stage=Stage.RESPOND).order_by("started_at")
    taken = list(order.values_list("round_id", flat=True))
    assert taken.index(rounds[1].pk) < 3


def test_leases_are_kept_while_many_units_are_taken_up(models, monkeypatch):
    monkeypatch.setattr(window, "START", 512.0)
    take = Desk._take

    def take_long(self, unit, **how):
        take(self, unit, **how)
        self._keeps_at = 0.0
        WorkUnit.objects.filter(state=UnitState.RUNNING).update(lease_expires_at=timezone.now())

    monkeypatch.setattr(Desk, "_take", take_long)
    round_ = begin(make_served_campaign(models.url, queries=12, roles=["learner"]))
    work_at_desk()
    units = round_.units.filter(stage=Stage.RESPOND)
    assert list(units.values_list("attempts", flat=True)) == [1, 1, 1]


def test_a_wrong_key_fails_the_unit_and_says_so(models):
    round_ = begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    models.reply = lambda request: (401, json.dumps({"error": {"message": "bad key"}}))
    work_at_desk()
    unit = round_.units.get()
    assert unit.state == UnitState.FAILED
    assert "bad key" in unit.error
    models.reply = models.answer
    retry_failed_units(round_.pk)
    assert work_at_desk() == 1


def test_a_prompt_that_is_never_answered_is_its_units_trouble_and_not_the_servers(models):
    round_ = begin(make_served_campaign(models.url, queries=8, roles=["learner"]))

    def reply(request):
        is_poison = "What is 3 + 3?" in request["messages"][-1]["content"]
        return (500, "{}") if is_poison else models.answer(request)

    models.reply = reply
    for _ in range(3):
        WorkUnit.objects.update(available_at=timezone.now())
        work_at_desk()
    units = Counter(round_.units.filter(stage=Stage.RESPOND).values_list("state", flat=True))
    assert units == {UnitState.DONE: 1, UnitState.FAILED: 1}
    assert server_at(models).state == ServerState.ANSWERING
    models.reply = models.answer
    before = len(models.requests)
    retry_failed_units(round_.pk)
    work_at_desk()
    assert len(models.requests) == before + 1


def test_a_round_that_was_cancelled_is_let_go(models, monkeypatch, settings):
    settings.UNIT_LEASE_SECONDS = 0.1
    round_ = begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    release = threading.Event()
    models.reply = lambda request: (release.wait(20), completion("late"))[1]
    real = Desk._take_units

    def cancel(self):
        real(self)
        round_.units.update(state=UnitState.CANCELLED, lease_expires_at=None)

    monkeypatch.setattr(Desk, "_take_units", cancel)
    assert work_at_desk() == 0
    release.set()
    assert not Response.objects.filter(query__round=round_).exists()


def test_there_is_one_desk_in_a_process(models):
    begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    with desk._taken:
        assert work_at_desk() == 0
    assert models.requests == []
    assert work_at_desk() == 1


def test_what_a_server_refuses_is_known_to_the_next_process(models):
    def reply(request):
        if "seed" in request:
            return 400, json.dumps({"error": {"message": "seed is not supported"}})
        return models.answer(request)

    models.reply = reply
    begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    work_at_desk()
    assert server_at(models).refused == {"learner": ["seed"]}
    server_client._clients.clear()
    models.requests.clear()
    begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    work_at_desk()
    assert ["seed" in request for request in models.requests] == [False] * 4


def test_a_critic_that_is_to_answer_in_json_is_asked_so(models, monkeypatch):
    from oversight.versions.services import loading

    real = loading.spec_of

    def structured(version):
        from dataclasses import replace

        spec = real(version)
        return replace(spec, options=replace(spec.options, structured=True))

    for module in ("oversight.loop.stages.critique", "oversight.versions.services.loading"):
        monkeypatch.setattr(f"{module}.spec_of", structured)
    said = {"verdict": "sound", "summary": "Fine.", "comments": []}
    models.reply = lambda request: (
        completion(json.dumps(said)) if "response_format" in request else models.answer(request)
    )
    begin(make_served_campaign(models.url, queries=3, roles=["learner", "critic"]))
    work_at_desk()
    assert set(Critique.objects.values_list("verdict", "summary")) == {("sound", "Fine.")}


def test_the_page_says_what_is_waited_for_and_until_when(models):
    campaign = make_served_campaign(models.url, queries=4, roles=["learner"])
    round_ = begin(campaign)
    models.reply = lambda request: REFUSED
    work_at_desk()
    [stage] = [each for each in live_round(round_).stages if each.waiting_reasons]
    [words] = stage.waiting_reasons
    assert words.startswith(f"Waiting for learner at {models.url}, next try in ")
    assert words.endswith("Last error: did not answer: loading the model.")


def test_units_follow_their_model_to_another_server(models, other):
    campaign = make_served_campaign(models.url, queries=4, roles=["learner"])
    round_ = begin(campaign)
    [moved] = serve(campaign, other.url, "attacker")
    round_.learner = moved
    round_.save()
    route_units(round_.pk)
    assert round_.units.get().server.location == other.url
    round_.learner = campaign.versions.get(role="learner")
    round_.save()
    coordinate()
    assert round_.units.get().server.location == models.url
