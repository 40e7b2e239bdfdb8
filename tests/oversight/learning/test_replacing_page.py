"""May the critic replace people: whose answers count, the page, the table and REST."""

import pytest
from django.urls import reverse

from oversight.learning.selectors.replacing import may_replace
from oversight.models import BlindAnswer, Critique, Judgement, ResponseRating, Source
from oversight.trust.selectors.asked_pairs import asked_pairs
from tests.factories import make_item, make_member, make_version, set_settings
from tests.oversight.judging import add_pair, make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def critic(campaign):
    return make_version(campaign, "critic")


@pytest.fixture
def round_(campaign, critic):
    return make_round(campaign, critic)


@pytest.fixture
def people(campaign):
    return [make_member(campaign) for _ in range(3)]


def ask(round_, people, choices, *, p=0.95, **decision):
    """A pair drawn by lot, with the answers of as many people as there are letters."""
    row = add_pair(round_, p, **{"outcome": "human", "is_random": True, **decision})
    make_item(
        round_.campaign,
        query=row.query,
        response_a=row.response_a,
        response_b=row.response_b,
        round=round_,
        decision=row,
        state="closed",
    )
    return row, [answer(row, *each) for each in zip(people, choices, strict=False)]


def answer(row, user, choice, **fields):
    return Judgement.objects.create(
        query=row.query,
        response_a=row.response_a,
        response_b=row.response_b,
        round=row.round,
        item=row.item,
        source=Source.PERSON,
        user=user,
        choice=choice,
        p_a_better={"a": 1.0, "b": 0.0}.get(choice, 0.5),
        **{"was_critique_shown": True, **fields},
    )


def test_people_are_compared_with_the_critic_on_pairs_by_lot(campaign, critic, round_, people):
    for n in range(32):
        ask(round_, people, "aaa", p=0.95 if n else 0.05)
    found = may_replace(campaign, critic)
    assert found.places[0].pairs == 32
    assert (found.places[0].agreement.successes, found.places[0].agreement.count) == (31, 32)
    assert [(each.items, each.critic) for each in found.test.people] == [(32, 31 / 32)] * 3
    assert found.test.may_replace is True


def test_pairs_asked_for_a_reason_are_left_out(campaign, critic, round_, people):
    ask(round_, people, "aaa")
    ask(round_, people, "bbb", is_random=False)
    asked = asked_pairs(campaign, critic)
    assert (len(asked.judged), len(asked.pairs), asked.answers) == (2, 1, 3)


def test_simulated_annotators_are_counted_as_nobody(admin, campaign, critic, round_):
    for _ in range(3):
        add_pair(round_, 0.95, human="a", by=Source.SIMULATED)
    found = may_replace(campaign, critic)
    assert (found.asked.answers, found.asked.simulated) == (0, 3)
    assert found.taking.pairs == 0
    assert found.places[0].agreement.count == 0
    page = admin.get(reverse("critic-replacing", args=[campaign.slug]), {"figures": "1"})
    assert "3 by simulated annotators count as nobody" in " ".join(page.content.decode().split())


def test_a_persons_answers_to_one_pair_are_one(campaign, critic, round_, people):
    row, [first, *_] = ask(round_, people, "aa")
    answer(row, people[0], "b")
    [pair] = asked_pairs(campaign, critic).pairs
    assert pair.people == {str(people[0].pk): "a", str(people[1].pk): "a"}
    answer(row, people[0], "tie", supersedes=first)
    [pair] = asked_pairs(campaign, critic).pairs
    assert pair.people[str(people[0].pk)] == "b", "the first of those that stand"


def test_what_was_said_before_the_critique_is_kept_apart(campaign, critic, round_, people):
    row, _ = ask(round_, people[:1], "a")
    answer(row, people[1], "b", was_critique_shown=False)
    BlindAnswer.objects.create(item=row.item, user=people[0], choice="b", order_shown="ab")
    asked = asked_pairs(campaign, critic)
    assert asked.pairs[0].blind == {str(people[0].pk): "b", str(people[1].pk): "b"}
    assert (asked.answers, asked.assisted) == (2, 1)


def test_answers_that_people_call_failing_correct_the_critics_count(
    campaign, critic, round_, people
):
    for n in range(12):
        row, [said] = ask(round_, people[:1], "b")
        for response, p, flaw in ((row.response_a, 0.9, "major"), (row.response_b, 0.2, "none")):
            Critique.objects.create(
                response=response, version=critic, verdict="flawed", p_flawed=p if n else 1 - p
            )
            ResponseRating.objects.create(judgement=said, response=response, worst_flaw=flaw)
    [failing, _] = may_replace(campaign, critic).rates
    assert (failing.said, failing.found, failing.left_alone) == ((12, 24), (11, 12), (11, 12))
    assert failing.corrected.value == pytest.approx(0.5)


def test_the_page_gives_three_answers_and_names_people_to_those_who_may(
    admin, client, campaign, critic, round_, people
):
    for _ in range(31):
        ask(round_, people, "aaa")
    address = reverse("critic-replacing", args=[campaign.slug])
    assert "hx-get" in admin.get(address).content.decode()
    page = " ".join(admin.get(address, {"figures": "1"}).content.decode().split())
    assert "as well as 3 of 3 people" in page
    assert "It takes 10 more that fail and 10 more that do not fail" in page
    assert "set by hand" in page
    assert "93 of these answers were given with its critique in view" in page
    assert people[0].username in page
    client.force_login(make_member(campaign, "observer"))
    seen = client.get(address, {"figures": "1"}).content.decode()
    assert "as well as 3 of 3 people" in " ".join(seen.split())
    assert people[0].username not in seen


def test_a_campaign_without_people_says_what_is_missing(admin, campaign, critic):
    page = admin.get(reverse("critic-replacing", args=[campaign.slug]), {"figures": "1"})
    assert "No pair was both drawn by lot and judged by people." in page.content.decode()
    assert "Not known yet" in page.content.decode()


def test_a_campaign_without_a_critic_says_so(admin, campaign):
    address = reverse("critic-replacing", args=[campaign.slug])
    assert "No critic is at work" in admin.get(address, {"figures": "1"}).content.decode()
    assert admin.get(f"/api/v1/campaigns/{campaign.slug}/critic-and-people/").status_code == 404


def test_another_version_can_be_asked_for(admin, campaign, critic, round_, people):
    other = make_version(campaign, "critic", active=False)
    ask(round_, people, "a")
    address = reverse("critic-replacing", args=[campaign.slug])
    assert f"version={other.pk}" in admin.get(address, {"version": other.pk}).content.decode()
    page = admin.get(address, {"version": other.pk, "figures": "1"})
    assert page.context["found"].asked.answers == 0
    for wrong in ("x", "9" * 30, round_.learner_id):
        assert admin.get(address, {"version": wrong}).status_code == 404


def test_the_figures_come_as_csv_and_over_rest(admin, campaign, critic, round_, people):
    set_settings(campaign, acceptance="calibrated")
    for _ in range(31):
        ask(round_, people, "aaa")
    lines = admin.get(reverse("critic-replacing-csv", args=[campaign.slug])).content.decode()
    assert "agreement,all pairs,1.0,0.88" in lines
    assert "winning_rate,all pairs,1.0,,,3,3" in lines
    found = admin.get(f"/api/v1/campaigns/{campaign.slug}/critic-and-people/").json()
    assert [each["verdict"] for each in found["answers"]] == ["yes", "open", "yes"]
    assert found["places"][0]["test"]["winning_rate"] == 1
    assert found["taking"]["is_calibrated"] is True
    assert found["answers_by_people"] == 93


def test_the_ways_to_the_page(admin, campaign, critic):
    way = reverse("critic-replacing", args=[campaign.slug])
    for name in ("campaign-models", "critic-versions"):
        assert way in admin.get(reverse(name, args=[campaign.slug])).content.decode()
