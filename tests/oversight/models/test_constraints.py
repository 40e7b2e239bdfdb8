"""What PostgreSQL itself refuses."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.models import (
    ActiveVersion,
    Comment,
    Critique,
    Judgement,
    Preference,
    Query,
    Response,
    Round,
    Source,
    Split,
    TrainingRun,
    WorkUnit,
)
from tests.factories import make_campaign, make_item, make_query, make_response, make_version

pytestmark = pytest.mark.django_db


def refused(action: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            action()
    except IntegrityError:
        return True
    return False


def test_a_response_never_changes_and_is_never_deleted() -> None:
    response = make_response(make_query(make_campaign()))
    assert refused(lambda: Response.objects.filter(pk=response.pk).update(text="other"))
    assert refused(lambda: Response.objects.filter(pk=response.pk)._raw_delete("default"))


def test_feedback_is_append_only() -> None:
    item = make_item(make_campaign())
    judgement = Judgement.objects.create(
        query=item.query, response_a=item.response_a, source=Source.CHECKER, choice="a"
    )
    assert refused(lambda: Judgement.objects.filter(pk=judgement.pk).update(choice="b"))
    assert refused(lambda: judgement.delete())


def test_a_judgement_is_superseded_only_once() -> None:
    item = make_item(make_campaign())
    fields = {"query": item.query, "response_a": item.response_a, "source": Source.CHECKER}
    first = Judgement.objects.create(**fields)
    Judgement.objects.create(**fields, supersedes=first)
    assert refused(lambda: Judgement.objects.create(**fields, supersedes=first))
    assert Judgement.objects.standing().count() == 1


def test_a_held_out_query_makes_no_preference() -> None:
    campaign = make_campaign()
    query = make_query(campaign, split=Split.HELD_OUT)
    chosen, rejected = make_response(query, "a"), make_response(query, "b")
    assert refused(
        lambda: Preference.objects.create(
            campaign=campaign, query=query, chosen=chosen, rejected=rejected, source=Source.PERSON
        )
    )


def test_a_query_keeps_its_split_and_text() -> None:
    query = make_query(make_campaign())
    assert refused(lambda: Query.objects.filter(pk=query.pk).update(split=Split.HELD_OUT))
    assert refused(lambda: Query.objects.filter(pk=query.pk).update(text="x"))
    assert not refused(lambda: Query.objects.filter(pk=query.pk).update(node="x"))


def test_a_usable_query_is_there_once() -> None:
    campaign = make_campaign()
    make_query(campaign, "Same?")
    assert refused(lambda: make_query(campaign, "Same?"))
    make_query(campaign, "Same?", rejected_reason="duplicate")


def test_one_active_version_per_role() -> None:
    campaign = make_campaign()
    make_version(campaign)
    other = make_version(campaign, active=False)
    assert refused(
        lambda: ActiveVersion.objects.create(campaign=campaign, role="learner", version=other)
    )


def test_one_open_round_per_campaign() -> None:
    campaign = make_campaign()
    learner = make_version(campaign)
    fields = {"campaign": campaign, "learner": learner, "plan": {}, "seed": 1}
    Round.objects.create(number=1, **fields)
    assert refused(lambda: Round.objects.create(number=2, **fields))


def test_a_finished_round_is_done() -> None:
    campaign = make_campaign()
    learner = make_version(campaign)
    assert refused(
        lambda: Round.objects.create(
            campaign=campaign,
            number=1,
            learner=learner,
            plan={},
            seed=1,
            finished_at=timezone.now(),
        )
    )


def test_a_running_unit_has_a_lease() -> None:
    campaign = make_campaign()
    round_ = Round.objects.create(
        campaign=campaign, number=1, learner=make_version(campaign), plan={}, seed=1
    )
    assert refused(
        lambda: WorkUnit.objects.create(round=round_, stage="attack", index=0, state="running")
    )


def test_seats_stay_in_range() -> None:
    item = make_item(make_campaign(), annotators=2)
    for seats in (-1, 3):
        assert refused(
            lambda seats=seats: type(item).objects.filter(pk=item.pk).update(seats_free=seats)
        )


@pytest.mark.parametrize(
    ("match", "start", "end", "is_fine"),
    [
        ("exact", 0, 5, True),
        ("none", None, None, True),
        ("none", 0, 5, False),
        ("exact", None, None, False),
        ("exact", 5, 5, False),
    ],
)
def test_offsets_go_with_the_match(
    match: str, start: int | None, end: int | None, is_fine: bool
) -> None:
    campaign = make_campaign()
    response = make_response(make_query(campaign))
    critique = Critique.objects.create(response=response, version=make_version(campaign, "critic"))
    assert is_fine is not refused(
        lambda: Comment.objects.create(
            critique=critique,
            number=1,
            quote="x",
            quote_match=match,
            start=start,
            end=end,
            severity="minor",
        )
    )


def test_a_critique_has_one_source_and_a_real_probability() -> None:
    campaign = make_campaign()
    response = make_response(make_query(campaign))
    critic = make_version(campaign, "critic")
    assert refused(lambda: Critique.objects.create(response=response))
    assert refused(lambda: Critique.objects.create(response=response, version=critic, p_flawed=1.2))


def test_a_failed_run_says_why() -> None:
    campaign = make_campaign()
    learner = make_version(campaign)
    assert refused(
        lambda: TrainingRun.objects.create(campaign=campaign, parent=learner, state="failed")
    )
