"""Several critiques of a response: the first greedy and shown, the others drawn and reordered."""

import pytest

from annotate.queue.selectors.critiques import newest_critiques
from models_srv.types import Generation
from oversight.loop.stages import asking, critique
from oversight.models import Comment, Critique, Principle
from tests.factories import make_campaign, make_item, make_version

pytestmark = pytest.mark.django_db

TEXT = (
    "verdict: flawed\nsummary: Wrong.\nquote: First\nseverity: major\nprinciple: 1\nwhy: x\nfix: y"
)


class Recorder:
    """A backend that says the same each time and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def generate(self, conversations, sampling):
        self.asked.append((conversations, sampling))
        return [Generation(TEXT, "hash") for _ in conversations]


@pytest.fixture
def backend(monkeypatch):
    found = Recorder()
    monkeypatch.setattr(asking, "backend_of", lambda version: found)
    return found


@pytest.fixture
def item():
    campaign = make_campaign()
    for number in (1, 2, 3):
        Principle.objects.create(campaign=campaign, number=number, text=f"Rule {number}.")
    return make_item(campaign)


@pytest.fixture
def critic(item):
    return make_version(item.campaign, "critic")


def ask(critic, item, samples, seed=7):
    findings = critique.criticise(critic, [item.response_a], samples=samples, seed=seed)
    critique.store_findings(critic, findings)
    return findings


def test_the_first_is_greedy_and_the_others_are_drawn_from_seeds_of_their_own(
    backend, item, critic
):
    ask(critic, item, 3)
    samplings = [sampling for _, sampling in backend.asked]
    assert samplings[0].temperature == 0
    assert [s.temperature for s in samplings[1:]] == [1.0, 1.0]
    assert len({s.seed for s in samplings}) == 3
    rows = Critique.objects.filter(response=item.response_a).order_by("sample")
    assert [row.sampling["seed"] for row in rows] == [s.seed for s in samplings]


def test_the_same_seed_asks_the_same_again(backend, item, critic):
    assert critique._sampling(2, 7) == critique._sampling(2, 7) != critique._sampling(2, 8)


def test_only_missing_samples_are_asked_for(backend, item, critic):
    ask(critic, item, 1)
    assert [finding.sample for finding in ask(critic, item, 3)] == [1, 2]
    assert ask(critic, item, 3) == []


def test_a_comment_cites_the_rule_that_this_sample_saw_first(backend, item, critic):
    ask(critic, item, 3)
    cited = {row.critique.sample: row.principle.number for row in Comment.objects.select_related()}
    seen = [conversations[0][0].content for conversations, _ in backend.asked]
    for sample, text in enumerate(seen):
        assert f"1. Rule {cited[sample]}." in text
    assert cited[0] == 1
    assert len(set(seen)) > 1


def test_people_are_shown_the_greedy_one(backend, item, critic):
    ask(critic, item, 3)
    assert [row.sample for row in newest_critiques(item)] == [0]
