"""What a round says of answers that were written anew: on its page, over REST, in what is exported."""

import pytest
from django.urls import reverse

from oversight.feedback.services.preferences import conclude_item
from oversight.learning.services.gate_evidence import judge_audits
from oversight.loop.selectors.refined import refined_of
from oversight.models import Critique, MemberRole, ReviewItem, Source
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_version,
    set_settings,
)
from tests.oversight.data.exported import rows_of
from tests.oversight.judging import add_pair, make_round, write_anew
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db

QUERY = "Emma starts with 21 stamps. Soon the pile becomes {} times as big. "
QUERY += "Find the number of stamps that Emma has."


@pytest.fixture
def round_():
    campaign = make_campaign()
    set_settings(campaign, refine_share=0.5)
    return make_round(campaign, make_version(campaign, "critic"))


def add_anew(round_, *, old="old", new="new", best="best", text="", **pair):
    """A judged pair of a new answer (a) and the old one (b), with another first one that is the best."""
    query = make_query(round_.campaign, text, round=round_)
    anew = write_anew(round_, query, old, new)
    other = make_response(query, best, version=round_.learner)
    Critique.objects.create(response=other, version=round_.critic, p_flawed=0.1)
    return add_pair(round_, 0.9, pair=anew, **pair)


def test_a_round_that_wrote_nothing_anew_says_nothing_of_it(round_):
    add_pair(round_, 0.9, human="a")
    assert refined_of(round_) is None


def test_only_what_was_drawn_at_random_tells_what_people_prefer(round_):
    for human in ("a", "a", "b", "tie", ""):
        add_anew(round_, human=human)
    add_anew(round_, human="a", is_random=False)
    add_anew(round_, human="a", by=Source.SIMULATED)
    add_pair(round_, 0.9, human="b")
    found = refined_of(round_)
    assert (found.preferred.successes, found.preferred.count, found.neither) == (2, 3, 1)
    assert (found.written, found.judged_by) == (7, "person")


def test_where_no_person_judged_simulated_ones_are_named_as_such(round_):
    add_anew(round_, human="b", by=Source.SIMULATED)
    found = refined_of(round_)
    assert (found.judged_by, found.preferred.successes, found.preferred.count) == (
        "simulated",
        0,
        1,
    )


def test_the_gate_goes_by_answers_as_they_are_at_first(round_):
    add_anew(round_, human="a")
    assert judge_audits(round_.campaign, round_.critic) is None
    add_pair(round_, 0.9, human="b")
    assert judge_audits(round_.campaign, round_.critic).when_better == (0, 1)


def test_the_checker_tells_what_was_mended(round_):
    set_settings(round_.campaign, checker="arithmetic")
    for times, answers in ((2, "wrr"), (3, "www"), (4, "rwr")):
        right, wrong = f"21 * {times} = {21 * times}\n#### {21 * times}", "21 + 1 = 22\n#### 22"
        old, new, best = (right if letter == "r" else wrong for letter in answers)
        new = new if new != old else "21 + 2 = 23\n#### 23"
        add_anew(round_, old=old, new=new, best=best, text=QUERY.format(times))
    found = refined_of(round_)
    shares = (found.fixed, found.broken, found.right, found.best_right)
    assert [(each.successes, each.count) for each in shares] == [(1, 2), (1, 1), (1, 3), (2, 3)]


def test_the_page_tells_it_in_words(round_, client):
    add_anew(round_, human="a")
    add_anew(round_, new="old")
    client.force_login(make_member(round_.campaign, MemberRole.OWNER))
    address = reverse("round", args=[round_.campaign.slug, round_.number])
    text = " ".join(client.get(address).content.decode().split())
    assert '<h2 id="anew-title">Answers written anew</h2>' in text
    assert "For 2 queries the learner wrote anew" in text
    assert "1 came out as before" in text
    assert "in 1 (100 %, 21 to 100) they prefer the new answer" in text
    set_settings(round_.campaign, refine_share=0)
    plain = make_round(round_.campaign, round_.critic, refine_share=0)
    plain_page = client.get(reverse("round", args=[round_.campaign.slug, plain.number]))
    assert "anew-title" not in plain_page.content.decode()


def test_rest_gives_the_figures(round_):
    add_anew(round_, human="b")
    client = client_of_role(round_.campaign, "owner")
    found = client.get(url("api-round", round_.campaign, round_.number)).json()["written_anew"]
    assert (found["written"], found["judged_by"], found["checker"]) == (1, "person", "")
    assert (found["preferred"]["successes"], found["preferred"]["count"]) == (0, 1)
    assert found["fixed"] == {"successes": 0, "count": 0, "value": None, "low": None, "high": None}


@pytest.mark.parametrize("name", ["preferences", "preferences-text", "kto"])
def test_what_is_exported_says_how_the_pair_came_to_be(round_, name):
    anew, first = add_anew(round_, human="a"), add_pair(round_, 0.9, human="a")
    for decision in (anew, first):
        conclude_item(item=ReviewItem.objects.get(decision=decision))
    assert {row["query_sha256"]: row["generator"] for row in rows_of(name, round_.campaign)} == {
        anew.query.text_sha256: "self_refine",
        first.query.text_sha256: "best_of_k",
    }
