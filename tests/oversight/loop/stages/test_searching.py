"""The critic's first critique is searched for where the round's plan says so."""

import pytest

from models_srv.types import Generation
from oversight.loop.selectors.spending import spending
from oversight.loop.stages import asking, critique
from oversight.loop.stages.roles import critic_curve
from oversight.models import Critique, TrainingRun
from oversight.versions.services import critic_search as searching
from tests.factories import make_campaign, make_query, make_response, make_version
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db

SOUND = "verdict: sound\nsummary: No problem found."
BLOCK = "category: slip\nseverity: major\nwhy: It is wrong.\nfix: 4"


class Critic:
    """Says that nothing is wrong; of a line that it is made to quote, that it is."""

    def generate(self, conversations, sampling):
        return [
            Generation(self.say(each), "hash", prompt_tokens=10, completion_tokens=3)
            for each in conversations
        ]

    def say(self, conversation):
        last = conversation[-1]
        if last.role == "user":
            return SOUND
        return " A slip." if last.content.endswith("summary:") else BLOCK

    def score(self, conversations, continuations):
        return [[-1.0] * len(each.splitlines()) for each in continuations]


@pytest.fixture
def asked(monkeypatch):
    """A round, and its critic's answers to one response of two lines."""
    for module in (asking, searching):
        monkeypatch.setattr(module, "backend_of", lambda version: Critic())
    campaign = make_campaign()
    critic = make_version(campaign, "critic", backend="transformers")
    round_ = make_round(campaign, critic)
    response = make_response(make_query(campaign), "2 + 2 = 5\n#### 5")
    questions = critique.ask_critic(critic, [response], samples=2, seed=1)
    return round_, asking.answer_here(questions)


def store(round_, answered, weight):
    round_.plan["critic_search"] = weight
    critique.store_findings(round_.critic, critique.read(round_, 0, answered))
    return Critique.objects.order_by("sample")


def test_without_a_weight_nothing_is_searched_for(asked):
    first, second = store(*asked, None)
    assert (first.raw_text, first.verdict, second.verdict) == (SOUND, "sound", "sound")
    assert "search_weight" not in first.sampling


def test_a_large_weight_has_each_line_commented_on(asked):
    first, second = store(*asked, 50.0)
    quotes = list(first.comments.order_by("start").values_list("quote", "quote_match"))
    assert quotes == [("2 + 2 = 5", "exact"), ("#### 5", "exact")]
    assert (first.verdict, first.summary) == ("flawed", "A slip.")
    assert first.raw_text.count("quote: ") == 2
    assert first.sampling["search_weight"] == 50
    assert (second.raw_text, second.comments.count()) == (SOUND, 0), "the others are drawn"


def test_a_small_weight_leaves_it_with_what_it_finds_likely(asked):
    first, _ = store(*asked, -5.0)
    assert (first.raw_text, first.sampling["search_weight"]) == (SOUND, -5)


def test_what_a_search_takes_is_counted_in_what_the_round_spent(asked):
    round_, answered = asked
    round_.plan["critic_search"] = 50.0
    critique.write(round_, 0, critique.read(round_, 0, answered))
    cost = Critique.objects.get(sample=0).sampling["search_cost"]
    # Greedy once, the summary that is forced, two first quotes, the second to either.
    assert (cost["answers"], cost["written"]) == (6, 18)
    assert cost["read"] > 60, "what is scored is read too"
    (spent,) = spending(round_).rows
    assert (spent.answers, spent.written) == (2 + 6, 6 + 18)
    assert spent.read == 20 + cost["read"]


def test_without_a_search_nothing_is_added(asked):
    round_, answered = asked
    critique.write(round_, 0, critique.read(round_, 0, answered))
    (spent,) = spending(round_).rows
    assert (spent.answers, spent.read, spent.written) == (2, 20, 6)


def test_a_critic_behind_a_server_does_not_search(asked):
    round_, answered = asked
    round_.critic.backend = "openai"
    first, _ = store(round_, answered, 50.0)
    assert first.raw_text == SOUND


def test_what_cannot_be_read_is_not_searched_for(asked, monkeypatch):
    round_, answered = asked
    silent = [(question, [Generation("Hm.", "hash")]) for question, _ in answered]
    first, _ = store(round_, silent, 50.0)
    assert (first.verdict, first.raw_text) == (None, "Hm.")


@pytest.fixture
def trial(asked, monkeypatch):
    """A trial in which the critic of `asked` reads the same; the checker knows that 2 + 2 is 4."""

    class Sums:
        def is_valid_comment(self, query, response, quote, category):
            return quote == "2 + 2 = 5"

    round_, _ = asked
    monkeypatch.setattr(critic_curve, "checker_of", lambda campaign: Sums())
    return TrainingRun.objects.create(
        campaign=round_.campaign, round=round_, role="critic", parent=round_.critic
    )


def test_a_trial_measures_the_curve_where_the_campaign_searches(trial, asked):
    round_, answered = asked
    round_.plan["critic_search"] = 1.0
    [first, _] = critic_curve.with_curves(trial, answered[:1] + answered[:1])
    # Each comment takes 5 nats: from 6 on both lines are worth one.
    assert first.curve == {str(n): [0, 0] if n < 5 else [1, 1] for n in searching.WEIGHTS}
    assert first.parsed.verdict == "sound", "the gate goes by what it says without a search"
    critique.store_findings(round_.critic, [first])
    assert Critique.objects.get().sampling["curve"]["8"] == [1, 1]


def test_a_trial_without_a_search_measures_none(trial, asked):
    _, answered = asked
    assert [each.curve for each in critic_curve.with_curves(trial, answered)] == [None, None]


def test_few_answers_of_a_unit_are_searched(trial, asked, monkeypatch):
    round_, answered = asked
    round_.plan["critic_search"] = 1.0
    monkeypatch.setattr(critic_curve, "MOST_SEARCHED", 1)
    found = critic_curve.with_curves(trial, answered)
    assert [each.curve is not None for each in found] == [True, False]
