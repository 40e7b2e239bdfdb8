"""With AutoDetect an attacker goes by what failed, and proposes weaknesses that people decide on."""

import pytest

from models_srv.roles.questioner import ASKED
from models_srv.types import Generation
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.attacks.services.proposals import decide_proposal
from oversight.errors import WrongState
from oversight.loop.services.rounds import close_review, start_round
from oversight.loop.stages import HANDLERS, assess
from oversight.loop.stages.attack import ask
from oversight.models import ModelVersion, Query, Role, Stage, WeaknessProposal, WorkUnit
from tests.factories import make_query, make_response, make_user, set_settings

pytestmark = pytest.mark.django_db
PROPOSED = "Weakness: Shared leftovers\nWhy: It forgets what is left over."


@pytest.fixture
def auto(campaign):
    set_settings(campaign, query_writing="autodetect", pool_share=0.0)
    return campaign


@pytest.fixture
def instructed(auto):
    """The attacker is a chat model on a server."""
    ModelVersion.objects.filter(campaign=auto, role=Role.ATTACKER).update(
        backend="openai", location="http://127.0.0.1:9/v1", sha256=""
    )
    return auto


def fail(campaign, count):
    """Let the learner have failed so many queries of the one kind there is, in an earlier round."""
    kind = campaign.basics.taxonomy[0]
    set_settings(campaign, taxonomy=[kind])
    learner = campaign.active_versions.get(role="learner").version
    past = campaign.rounds.create(number=1, plan={"slots": []}, seed=1, learner=learner, stage="done",
                                  finished_at="2026-01-01T00:00Z")  # fmt: skip
    queries = []
    for number in range(3, 3 + count):
        text = f"Tom keeps {number} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
        query = make_query(campaign, text, round=past, slot=number, node=kind)
        make_response(query, "4 * 7 = 28\n#### 1", version=learner)
        queries.append(query)
    store_failures(find_failures(campaign))
    return kind, queries


def test_a_starter_attacker_writes_near_failures(auto):
    _, failed = fail(auto, 5)
    round_ = start_round(campaign=auto)
    assert {slot["near"] for slot in round_.plan["slots"]} <= {query.pk for query in failed}
    assert not any("history" in slot for slot in round_.plan["slots"])
    assert round_.plan["query_writing"] == "autodetect"


def test_one_that_learns_writes_twice_near_the_same_failure(auto):
    set_settings(auto, attacker_learning=True)
    _, failed = fail(auto, 5)
    near = [slot["near"] for slot in start_round(campaign=auto).plan["slots"]]
    assert near[::2] == near[1::2]
    assert set(near) <= {query.pk for query in failed}


def test_a_chat_model_reads_what_failed_last(instructed):
    kind, failed = fail(instructed, 5)
    round_ = start_round(campaign=instructed)
    question = ask(round_, 0)[0]
    system, user = question.request.conversation
    assert system.content.endswith(ASKED)
    assert user.content.startswith(f"Kind: {kind}\n\nAsked before:")
    assert sum(query.text in user.content for query in failed) == 5


def test_without_the_setting_queries_are_written_near_others(campaign):
    round_ = start_round(campaign=campaign)
    assert not any("history" in slot for slot in round_.plan["slots"])
    assert assess.unit_count(round_) == 0


def test_a_starter_attacker_proposes_nothing(auto, drive):
    round_ = start_round(campaign=auto)
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    assert not WorkUnit.objects.filter(round=round_, stage=Stage.ASSESS).exists()
    assert Query.objects.filter(round=round_).exists()


def said(text):
    return Generation(text, prompt_hash="h")


def propose(round_, text=PROPOSED):
    """Do the unit of the stage as the desk would, with a server that says `text`."""
    asked = assess.ask(round_, 0)
    assert [each.request.sampling.top_p for each in asked] == [1.0] * len(asked)
    found = assess.read(round_, 0, [(question, [said(text)]) for question in asked])
    HANDLERS[Stage.ASSESS].write(round_, 0, found)
    return asked


def test_what_the_attacker_proposes_waits_for_people(instructed):
    _, failed = fail(instructed, 4)
    round_ = start_round(campaign=instructed)
    assert assess.unit_count(round_) == 1
    [question] = propose(round_)
    assert "Failures:\n\n1. Kind:" in question.request.conversation[-1].content
    proposal = WeaknessProposal.objects.get()
    assert (proposal.name, proposal.why) == ("Shared leftovers", "It forgets what is left over.")
    assert set(proposal.failures) <= {query.pk for query in failed}
    assert (proposal.version, proposal.raw_text, proposal.prompt_hash) == (
        round_.attacker, PROPOSED, "h",
    )  # fmt: skip
    instructed.refresh_from_db()
    assert "Shared leftovers" not in instructed.basics.taxonomy


def test_the_same_is_not_proposed_twice(instructed):
    fail(instructed, 4)
    round_ = start_round(campaign=instructed)
    propose(round_)
    propose(round_, PROPOSED.replace("Shared", "SHARED"))
    assert WeaknessProposal.objects.count() == 1


def test_of_few_failures_nothing_is_asked(instructed):
    round_ = start_round(campaign=instructed)
    assert propose(round_) == []
    assert not WeaknessProposal.objects.exists()


def test_where_there_are_no_kinds_yet_the_examiner_draws_them_up(instructed):
    set_settings(instructed, taxonomy=[])
    round_ = start_round(campaign=instructed)
    [question] = propose(round_, "Ages\nSharing money")
    assert "one kind a line" in question.request.conversation[0].content
    names = WeaknessProposal.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Ages", "Sharing money"]


def test_an_accepted_weakness_is_a_kind_by_a_new_version_of_the_settings(instructed):
    fail(instructed, 4)
    propose(start_round(campaign=instructed))
    proposal, user = WeaknessProposal.objects.get(), make_user()
    before, number = instructed.basics.taxonomy, instructed.basics.number
    decide_proposal(proposal=proposal, is_accepted=True, user=user)
    instructed.basics.refresh_from_db()
    assert instructed.basics.taxonomy == [*before, "Shared leftovers"]
    assert instructed.basics.number == number + 1
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", user)
    with pytest.raises(WrongState, match="decided already"):
        decide_proposal(proposal=proposal, is_accepted=False, user=user)


def test_one_that_is_left_out_changes_no_settings_and_is_not_proposed_again(instructed):
    fail(instructed, 4)
    round_ = start_round(campaign=instructed)
    propose(round_)
    before = instructed.basics.taxonomy
    decide_proposal(proposal=WeaknessProposal.objects.get(), is_accepted=False, user=make_user())
    propose(round_)
    instructed.basics.refresh_from_db()
    assert instructed.basics.taxonomy == before
    assert WeaknessProposal.objects.count() == 1
