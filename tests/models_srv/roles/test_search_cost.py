"""What a search among critiques costs, by the answer that it is about."""

from models_srv.roles.search_cost import Cost, Metered
from models_srv.types import Generation, Message, Sampling


class Backend:
    def generate(self, conversations, sampling):
        return [Generation("x", "h", prompt_tokens=10, completion_tokens=4) for _ in conversations]

    def score(self, conversations, continuations):
        return [[-1.0] * len(each) for each in continuations]


ONE, OTHER = [Message("user", "one")], [Message("user", "other")]


def test_each_conversation_has_its_own_cost_begun_answers_among_it():
    metered = Metered(Backend())
    metered.generate([ONE, OTHER], Sampling())
    metered.generate([[*ONE, Message("assistant", "begun")]], Sampling())
    metered.score([ONE, ONE], ["abc", "de"])
    assert metered.cost_of(ONE) == Cost(answers=2, read=20 + 13 + 12, written=8)
    assert metered.cost_of(OTHER) == Cost(answers=1, read=10, written=4)


def test_what_was_told_is_not_told_again():
    metered = Metered(Backend())
    metered.generate([ONE], Sampling())
    metered.cost_of(ONE)
    assert metered.cost_of(ONE) == Cost()


def test_a_model_that_counts_nothing_costs_what_is_known():
    silent = Backend()
    silent.generate = lambda conversations, sampling: [Generation("x", "h") for _ in conversations]
    metered = Metered(silent)
    metered.generate([ONE], Sampling())
    assert metered.cost_of(ONE) == Cost(answers=1)
