"""The attacker puts errors into right answers of a round, where the campaign says so."""

from random import Random

import pytest
from django.db import IntegrityError, transaction

from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.roles.critique_pairs import SOUND
from models_srv.roles.tamperer import ASKED
from models_srv.types import Generation
from oversight.loop.selectors.routes import versions_asked
from oversight.loop.services.moving import move_round
from oversight.loop.services.rounds import start_round
from oversight.loop.stages import asking, respond
from oversight.loop.stages.roles.critic_pairs import critic_lines
from oversight.loop.stages.tampering import by_model
from oversight.loop.stages.tampering.drawing import unit_part
from oversight.models import (
    OF_TAMPERING,
    Critique,
    ItemKind,
    ModelVersion,
    Purpose,
    Response,
    ReviewItem,
    Role,
    Stage,
    TamperOutcome,
    TamperTry,
    TokenUse,
    WorkUnit,
)
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_version,
    set_settings,
)
from tests.models_srv.scripted import ScriptedBackend
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db
CHAT = {"backend": "openai", "location": "http://127.0.0.1:9/v1"}
STARTER = {"backend": "transformers", "location": "starter:arithmetic-attacker"}


@pytest.fixture
def round_():
    """A round whose attacker is a chat model; it wants an error put into one of four answers."""
    campaign = make_campaign(checker="arithmetic")
    set_settings(campaign, tampered_items=1, tampered_by="attacker")
    slots = [{"node": "", "near": None}] * 4
    made = make_round(campaign, make_version(campaign, "critic"), slots=slots)
    made.attacker = make_version(campaign, "attacker", **CHAT)
    made.stage = Stage.TAMPER
    made.save()
    for slot in range(4):
        add_answer(made, slot)
    return made


def add_answer(round_, slot, *, right=True, **more):
    have = 31 + slot
    text = f"Noor has {have} beads. Then 9 beads are lost. How many beads now?"
    query = make_query(round_.campaign, text, round=round_, slot=slot)
    left = have - 9 + (not right)
    said = f"{have} - 9 = {left}\n#### {left}"
    return make_response(query, said, version=round_.learner, **more)


def with_error(answer):
    """The answer with what comes out one more."""
    left = int(answer.text.split()[-1])
    return answer.text.replace(str(left), str(left + 1))


def reply(text, problem="9 less is not that.", category="slip", severity="minor"):
    head = f"category: {category}\nseverity: {severity}\nproblem: {problem}"
    return f"{head}\nanswer:\n{text}\n(end of answer)"


def tamper(round_, *said, index=0):
    """Let the attacker say these of the answers that it is asked about, of the others well."""
    questions = by_model.ask(round_, index)
    words = [*said, *(reply(with_error(each.about)) for each in questions[len(said) :])]
    answered = [
        (each, [Generation(text, f"hash {number}")])
        for number, (each, text) in enumerate(zip(questions, words, strict=True))
    ]
    tries = by_model.read(round_, index, answered)
    by_model.write(round_, index, tries)
    return tries


def tampered():
    return Response.objects.filter(purpose=Purpose.TAMPERED).order_by("pk")


def outcomes():
    return list(TamperTry.objects.order_by("pk").values_list("outcome", flat=True))


def test_it_is_asked_about_twice_as_many_right_answers_as_are_wanted(round_):
    questions = by_model.ask(round_, 0)
    assert len(questions) == 2
    for each in questions:
        assert each.version == round_.attacker
        system, user = each.request.conversation
        assert system.content == ASKED
        assert user.content == f"Question:\n{each.about.query.text}\n\nAnswer:\n{each.about.text}"
        assert each.request.sampling.max_tokens > round_.plan["max_tokens"]
    assert by_model.ask(round_, 0) == questions
    assert versions_asked(round_, Stage.TAMPER) == [round_.attacker]


def test_a_good_one_is_kept_with_who_put_it_in_and_what_it_is(round_):
    used, spare = tamper(round_)
    kept = tampered().get()
    assert (kept.text, kept.revises) == (with_error(used.answer), used.answer)
    assert (kept.version, kept.author, kept.prompt_hash) == (round_.attacker, None, "hash 0")
    said = {name: kept.sampling[name] for name in ("problem", "category", "severity")}
    assert said == {"problem": "9 less is not that.", "category": "slip", "severity": "minor"}
    assert kept.sampling["temperature"] == by_model.TEMPERATURE
    assert outcomes() == [TamperOutcome.USED, TamperOutcome.SPARE]
    row = TamperTry.objects.get(response=spare.answer)
    assert (row.version, row.raw_text) == (round_.attacker, spare.generation.text)
    use = TokenUse.objects.get(stage=Stage.TAMPER)
    assert (use.version, use.answers) == (round_.attacker, 2)


def said_of(answer, kind):
    """What an attacker says of an answer that is no good, by why it is not."""
    return {
        TamperOutcome.UNREADABLE: "I would rather not.",
        TamperOutcome.UNCHANGED: reply(f"{answer.text}\n\n"),
        TamperOutcome.REWRITTEN: reply("Noor had some beads and lost a few: 1 is left.\n#### 1"),
        TamperOutcome.RIGHT: reply(f"So:\n{answer.text}"),
    }[kind]


@pytest.mark.parametrize("kind", ["unreadable", "unchanged", "rewritten", "right"])
def test_what_is_no_good_is_not_used_and_another_one_is(round_, kind):
    first = by_model.ask(round_, 0)[0].about
    tamper(round_, said_of(first, kind))
    assert outcomes() == [kind, TamperOutcome.USED]
    assert tampered().get().revises != first


def test_where_the_checker_cannot_tell_it_is_not_used(round_, monkeypatch):
    question = by_model.ask(round_, 0)[0]
    monkeypatch.setattr(type(ARITHMETIC), "is_correct", lambda *_: None)
    said = Generation(reply(with_error(question.about)), "hash")
    [found] = by_model.read(round_, 0, [(question, [said])])
    assert found.outcome == TamperOutcome.UNTOLD


def test_wrong_answers_long_ones_and_those_of_others_are_not_asked_about(round_):
    round_.plan["slots"] = [*round_.plan["slots"], *[{"node": "", "near": None}] * 4]
    round_.plan["tampered_items"] = 8
    add_answer(round_, 4, right=False)
    add_answer(round_, 5, purpose=Purpose.EVALUATION)
    other = make_version(round_.campaign, active=False)
    make_response(add_answer(round_, 6, right=False).query, "37 - 9 = 28\n#### 28", version=other)
    long = "so " * by_model.LONGEST_ANSWER
    make_response(make_query(round_.campaign, round=round_, slot=7), long, version=round_.learner)
    assert {each.about.query.slot for each in by_model.ask(round_, 0)} == {0, 1, 2, 3}


def test_one_answer_of_a_query_is_asked_about(round_):
    round_.plan["tampered_items"] = 4
    for answer in list(Response.objects.all()):
        make_response(answer.query, f"So:\n{answer.text}", version=round_.learner)
    assert [each.about.sample for each in by_model.ask(round_, 0)] == [0] * 4


def test_a_unit_that_is_done_twice_writes_nothing_twice(round_):
    tries = tamper(round_)
    by_model.write(round_, 0, tries)
    assert by_model.ask(round_, 0) == []
    assert (tampered().count(), TamperTry.objects.count()) == (1, 2)


def test_what_it_was_asked_about_in_vain_it_is_not_asked_about_again(round_):
    failed = tamper(round_, "No.", "No.")
    asked = [each.about for each in by_model.ask(round_, 0)]
    assert len(asked) == 2
    assert not {each.answer.pk for each in failed} & {each.pk for each in asked}


def test_the_units_parts_add_up_to_the_plans(round_):
    round_.plan |= {"slots": [{}] * 70, "tampered_items": 7}
    assert by_model.unit_count(round_) == 3
    assert sum(unit_part(round_, index) for index in range(3)) == 7


def test_after_another_learner_none_is_put_in_twice(round_):
    tamper(round_)
    round_.learner = make_version(round_.campaign, active=False)
    for answer in list(Response.objects.filter(purpose=Purpose.FEEDBACK)):
        make_response(answer.query, answer.text, version=round_.learner)
    assert by_model.ask(round_, 0) == []
    by_model.write(round_, 0, [])
    assert tampered().count() == 1
    round_.plan["tampered_items"] = 2
    assert {each.about.version for each in by_model.ask(round_, 0)} == {round_.learner}


@pytest.mark.parametrize(
    ("attacker", "plan", "checker"),
    [
        pytest.param(CHAT, {"tampered_by": "domain"}, "arithmetic", id="not wanted"),
        pytest.param(STARTER, {}, "arithmetic", id="not to be asked in words"),
        pytest.param({"backend": "recorded"}, {}, "arithmetic", id="recorded"),
        pytest.param(None, {}, "arithmetic", id="no attacker"),
    ],
)
def test_else_the_domain_does_it_as_the_answers_are_written(round_, attacker, plan, checker):
    round_.plan |= plan
    round_.attacker = attacker and make_version(
        round_.campaign, "attacker", active=False, **attacker
    )
    assert (by_model.unit_count(round_), versions_asked(round_, Stage.TAMPER)) == (0, [])
    respond.write(round_, 0, [])
    kept = tampered().get()
    assert (kept.version, kept.author, "severity" in kept.sampling) == (None, None, False)


@pytest.mark.parametrize("plan", [{"tampered_items": 0}, {"slots": []}])
def test_where_none_is_wanted_nobody_puts_one_in(round_, plan):
    round_.plan |= plan
    assert by_model.unit_count(round_) == 0
    respond.write(round_, 0, [])
    assert not tampered().exists()


def test_nor_without_a_checker_nor_in_a_round_planned_before(round_):
    del round_.plan["tampered_by"]
    assert by_model.unit_count(round_) == 0
    round_.plan["tampered_by"] = "attacker"
    set_settings(round_.campaign, checker="")
    assert by_model.unit_count(round_) == 0
    respond.write(round_, 0, [])
    assert not tampered().exists()


def test_where_the_attacker_does_it_the_domain_does_not(round_):
    respond.write(round_, 0, [])
    assert not tampered().exists()
    tamper(round_, "No.", "No.")
    assert not tampered().exists()


def test_without_its_attacker_the_round_goes_on_with_the_domain(round_):
    unit = WorkUnit.objects.create(round=round_, stage=Stage.TAMPER, index=0, error="no answer")
    owner = make_member(round_.campaign, "owner")
    move_round(round=round_, role=Role.ATTACKER, version=None, reason="gone", moved_by=owner)
    round_.refresh_from_db()
    unit.refresh_from_db()
    assert (unit.state, unit.error) == ("pending", "")
    assert by_model.unit_count(round_) == 1
    assert versions_asked(round_, Stage.TAMPER) == by_model.ask(round_, 0) == []
    by_model.write(round_, 0, [])
    assert tampered().get().version is None


def test_another_attacker_puts_in_what_is_missing(round_):
    round_.plan["tampered_items"] = 2
    round_.save()
    [first, *_] = tamper(round_, *["No."] * 3)
    new = make_version(round_.campaign, "attacker", active=False, **CHAT)
    new.promotions.create(campaign=round_.campaign, role="attacker", reason="once")
    owner = make_member(round_.campaign, "owner")
    move_round(round=round_, role=Role.ATTACKER, version=new, reason="gone", moved_by=owner)
    round_.refresh_from_db()
    asked = by_model.ask(round_, 0)
    assert {each.version for each in asked} == {new}
    assert len(asked) == 2
    assert first.answer in [each.about for each in asked]


@pytest.mark.parametrize("change", [{"revises": None}, {"author": "somebody"}])
def test_one_without_where_it_is_from_or_from_two_is_refused(round_, change):
    answer = Response.objects.first()
    fields = {
        "query": answer.query, "version": round_.attacker, "revises": answer, "text": "x",
        "purpose": Purpose.TAMPERED, "sample": 3,
    }  # fmt: skip
    if "author" in change:
        change = {"author": make_member(round_.campaign)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(**(fields | change))
    Response.objects.create(**fields)


def test_what_was_tried_stays(round_):
    tamper(round_)
    for wrong in (
        TamperTry.objects.all().delete,
        lambda: TamperTry.objects.update(outcome="right"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_a_critic_that_misses_it_learns_it_in_the_models_words(round_):
    tamper(round_)
    row = tampered().get()
    Critique.objects.create(
        response=row, version=round_.critic, verdict="sound", summary="No problem found."
    )
    [line] = critic_lines(round_.campaign, round_.critic, [])
    [chosen], [rejected] = line["chosen"], line["rejected"]
    assert f"quote: {row.text.splitlines()[0]}" in chosen["content"]
    for part in ("category: slip", "severity: minor", "why: 9 less is not that."):
        assert part in chosen["content"]
    assert (rejected["content"], line["source"]) == (SOUND, "tampered")


def test_a_round_of_a_chat_model_asks_people_about_its_errors(campaign, drive, monkeypatch):
    set_settings(campaign, tampered_items=4, tampered_by="attacker", pool_share=0.99)
    campaign.queries.update(origin="imported")
    attackers = ModelVersion.objects.filter(campaign=campaign, role=Role.ATTACKER)
    attackers.update(location="org/chat", sha256="")
    real, chat = asking.backend_of, ScriptedBackend(_by_a_chat_model)
    monkeypatch.setattr(
        asking, "backend_of", lambda version: chat if version.role == "attacker" else real(version)
    )
    round_ = drive(start_round(campaign=campaign), Stage.REVIEW)
    assert round_.attacker.location == "org/chat"
    rows = list(tampered().filter(query__round=round_))
    assert len(rows) == 4
    assert {row.version for row in rows} == {round_.attacker}
    for row in rows:
        assert ARITHMETIC.is_correct(row.query.text, row.revises.text) is True
        assert ARITHMETIC.is_correct(row.query.text, row.text) is False
        assert row.critiques.filter(version=round_.critic).exists()
        item = ReviewItem.objects.get(kind=ItemKind.TAMPERED, query=row.query)
        assert item.problem == row.sampling["problem"] == "It does not follow."
    units = WorkUnit.objects.filter(round=round_, stage__in=OF_TAMPERING)
    assert [unit.state for unit in units] == ["done"]


def _by_a_chat_model(turns):
    answer = turns[-1].content.partition("\n\nAnswer:\n")[2]
    found = ARITHMETIC.tamper("", answer, Random(1))
    return reply(found.text, "It does not follow.") if found else "No."


def test_a_round_whose_domain_does_it_has_nothing_of_it(round_, campaign, drive):
    set_settings(campaign, tampered_items=2, tampered_by="attacker")
    made = drive(start_round(campaign=campaign), Stage.CRITIQUE)
    assert tampered().filter(query__round=made, version=None).count() == 2
    assert not WorkUnit.objects.filter(round=made, stage__in=OF_TAMPERING).exists()
