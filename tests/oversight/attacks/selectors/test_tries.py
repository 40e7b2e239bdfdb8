"""What became of the queries that a learner answered in rounds."""

import pytest
from django.db import IntegrityError, connection, transaction

from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.selectors.tries import tries_of
from oversight.attacks.selectors.weakness import map_page
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.attacks.services.findings import record_finding
from oversight.campaigns.selectors.labels import labels_held
from oversight.errors import WrongState
from oversight.feedback.services.judgements import record_judgement, retract_judgement
from oversight.models import (
    ActiveVersion,
    AttackFinding,
    Choice,
    Promotion,
    Purpose,
    ResponseRating,
)
from tests.annotate.records import RIGHT, WRONG
from tests.factories import (
    make_campaign,
    make_item,
    make_query,
    make_response,
    make_round,
    make_user,
    make_version,
    set_settings,
)

pytestmark = pytest.mark.django_db

QUERY = (
    "Noor has 31 beads. Then 4 boxes of 7 arrive. There are 12 chairs in the room. "
    "Then 9 are lost. How many beads now?"
)


@pytest.fixture
def round_():
    campaign = make_campaign()
    set_settings(campaign, taxonomy=["sums"], checker="arithmetic")
    return make_round(make_version(campaign))


def ask(round_, text, *answers, **fields):
    """A query of the round with the learner's answers."""
    query = make_query(round_.campaign, text, round=round_, node="sums", **fields)
    for answer in answers:
        make_response(query, answer, version=round_.learner)
    return query


def outcomes(round_):
    return {each.query_id: each.confirmed.outcome for each in tries_of(round_.campaign)}


def check(round_):
    store_failures(find_failures(round_.campaign))


def judge(query, user, **fields):
    first, second = query.responses.order_by("pk")[:2]
    item = make_item(query.campaign, query=query, response_a=first, response_b=second)
    return record_judgement(item=item, user=user, order_shown="ab", **fields)


def test_the_checker_confirms_what_it_knows(round_):
    wrong = ask(round_, QUERY, WRONG)
    right = ask(round_, QUERY.replace("Noor", "Omar"), RIGHT)
    nonsense = ask(round_, "Tell me a joke.", "Ha.")
    assert set(outcomes(round_).values()) == {Outcome.OPEN}
    check(round_)
    found = outcomes(round_)
    assert found[wrong.pk] is Outcome.FAILED
    assert found[nonsense.pk] is Outcome.UNFAIR
    assert found[right.pk] is Outcome.HELD
    row = AttackFinding.objects.get(query=wrong)
    assert (row.source, row.checker, row.user) == ("checker", "arithmetic", None)
    assert row.fault.startswith("irrelevant fact at fact.")
    assert labels_held(round_.campaign) == 0


def test_a_servers_failure_is_not_the_learners(round_):
    query = ask(round_, QUERY)
    make_response(query, "", version=round_.learner, finish_reason="error")
    check(round_)
    assert outcomes(round_)[query.pk] is Outcome.OPEN


def test_it_says_so_once_however_often_it_is_asked(round_):
    ask(round_, QUERY, WRONG, RIGHT)
    found = find_failures(round_.campaign)
    store_failures(found)
    store_failures(found)
    assert AttackFinding.objects.count() == 2
    assert find_failures(round_.campaign) == []


def test_only_a_learners_answers_of_rounds_are_tries(round_):
    query = ask(round_, QUERY, RIGHT)
    make_response(query, WRONG, version=round_.learner, purpose=Purpose.EVALUATION)
    make_response(make_query(round_.campaign, "Not asked"), "An answer.")
    ask(round_, "Empty", "x", rejected_reason="empty")
    check(round_)
    assert outcomes(round_) == {query.pk: Outcome.HELD}


def test_without_a_checker_nothing_is_found(round_):
    set_settings(round_.campaign, checker="")
    ask(round_, QUERY, WRONG)
    check(round_)
    assert set(outcomes(round_).values()) == {Outcome.OPEN}


def test_people_confirm_by_their_answers_and_a_word_on_fairness(round_):
    set_settings(round_.campaign, checker="")
    query = ask(round_, "Who was first?", "Ann.", "Ben.")
    judge(query, make_user(), choice=Choice.BOTH_BAD)
    assert outcomes(round_) == {query.pk: Outcome.OPEN}
    assert map_page(round_.campaign).waiting == [query]
    record_finding(query=query, user=make_user(), is_fair=True, fails=None)
    (each,) = tries_of(round_.campaign)
    assert (each.confirmed.outcome, each.confirmed.by) == (Outcome.FAILED, "person")
    assert map_page(round_.campaign).waiting == []


def test_simulated_annotators_confirm_nothing(round_):
    set_settings(round_.campaign, checker="")
    query = ask(round_, "Who was first?", "Ann.", "Ben.")
    robot = make_user(is_simulated=True)
    judge(query, robot, choice=Choice.BOTH_BAD)
    record_finding(query=query, user=make_user(), is_fair=True, fails=None)
    assert outcomes(round_) == {query.pk: Outcome.OPEN}
    with pytest.raises(WrongState, match="simulated"):
        record_finding(query=query, user=robot, is_fair=True, fails=True)


def test_what_was_taken_back_says_nothing(round_):
    query = ask(round_, QUERY, RIGHT, RIGHT + " ")
    check(round_)
    said = judge(query, make_user(), choice=Choice.BOTH_BAD)
    assert outcomes(round_) == {query.pk: Outcome.FAILED}
    retract_judgement(said)
    assert outcomes(round_) == {query.pk: Outcome.HELD}


def test_ratings_of_single_answers_count(round_):
    query = ask(round_, QUERY, RIGHT, WRONG)
    check(round_)
    said = judge(query, make_user(), choice=Choice.A, strength=1)
    for response, flaw in zip(query.responses.order_by("pk"), ("none", "minor"), strict=True):
        ResponseRating.objects.create(judgement=said, response=response, worst_flaw=flaw, overall=6)
    (each,) = tries_of(round_.campaign)
    assert (each.confirmed.outcome, each.confirmed.by) == (Outcome.HELD, "person")


def test_of_one_persons_findings_the_latest_stands(round_):
    query, person = ask(round_, QUERY, WRONG), make_user()
    record_finding(query=query, user=person, is_fair=False, fails=None)
    assert outcomes(round_) == {query.pk: Outcome.UNFAIR}
    record_finding(query=query, user=person, is_fair=True, fails=True)
    assert outcomes(round_) == {query.pk: Outcome.FAILED}
    assert labels_held(round_.campaign) == 2


def test_a_query_that_nobody_answered_cannot_be_confirmed(round_):
    query = make_query(round_.campaign, "Not asked")
    with pytest.raises(WrongState, match="not answered in a round"):
        record_finding(query=query, user=make_user(), is_fair=True, fails=True)


def test_findings_are_append_only(round_):
    query = ask(round_, QUERY, WRONG)
    record_finding(query=query, user=make_user(), is_fair=True, fails=True)
    change = "UPDATE oversight_attackfinding SET fails = false"
    for statement in (change, "DELETE FROM oversight_attackfinding"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_refuses_a_failure_of_an_unfair_query(round_):
    query = ask(round_, QUERY, WRONG)
    with pytest.raises(IntegrityError), transaction.atomic():
        AttackFinding.objects.create(
            query=query, source="person", user=make_user(), is_fair=False, fails=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        AttackFinding.objects.create(query=query, source="critic", is_fair=True)


def test_tries_of_a_version_that_was_replaced_count_for_less(round_):
    campaign, old = round_.campaign, round_.learner
    ask(round_, QUERY, WRONG)
    new = make_version(campaign, name="new", active=False)
    ActiveVersion.objects.filter(campaign=campaign, role="learner").update(version=new)
    Promotion.objects.create(
        campaign=campaign, role="learner", version=new, previous=old, reason="better"
    )
    assert [each.updates_ago for each in tries_of(campaign)] == [1]


def test_the_tries_are_read_with_as_many_queries_however_many_there_are(
    round_, django_assert_num_queries
):
    for number in range(5):
        query = ask(round_, f"Who was {number}?", "Ann.", "Ben.")
        judge(query, make_user(), choice=Choice.BOTH_BAD)
    with django_assert_num_queries(9):
        tries_of(round_.campaign)
