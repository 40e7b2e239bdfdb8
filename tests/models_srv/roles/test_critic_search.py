"""The search among critiques: which places are forced, which critique is taken."""

from models_srv.roles.critic import parse_critique
from models_srv.roles.critic_search import (
    SOUND,
    Candidate,
    Searched,
    SearchSettings,
    choose,
    first_block,
    own_likelihood,
    places_of,
    search_critiques,
)
from models_srv.types import Generation, Message

ANSWER = "2 + 2 = 5\n5 + 1 = 6\n#### 6"
ASKED = Searched([Message("user", "Check it.")], ANSWER)
BLOCK = "category: slip\nseverity: major\nwhy: It is wrong.\nfix: 2 + 2 = 4"


class Critic:
    """Says that nothing is wrong; where an answer is begun, goes on with a block and another quote."""

    def __init__(self, greedy=SOUND):
        self.greedy = greedy
        self.asked = []

    def generate(self, conversations, sampling):
        self.asked += conversations
        return [Generation(self._say(each), "") for each in conversations]

    def _say(self, conversation):
        last = conversation[-1]
        if last.role == "user":
            return self.greedy
        if last.content.endswith("summary:"):
            return " Something is wrong.\nquote: nowhere\nseverity: minor"
        return f"{BLOCK}\nquote: another\nseverity: minor"

    def score(self, conversations, continuations):
        return [[-1.0] * len(each.splitlines()) for each in continuations]


def test_each_place_is_forced_and_what_is_said_of_it_kept():
    [found] = search_critiques(
        Critic(), own_likelihood(Critic()), [ASKED], SearchSettings(rounds=1)
    )
    texts = {each.text for each in found}
    head = "verdict: flawed\nsummary: Something is wrong."
    places = ("2 + 2 = 5", "5 + 1 = 6", "#### 6")
    assert texts == {SOUND, *(f"{head}\nquote: {place}\n{BLOCK}" for place in places)}
    for each in found:
        parsed = parse_critique(Generation(each.text, ""), ANSWER)
        assert len(parsed.comments) == each.comments
        assert all(comment.quote_match == "exact" for comment in parsed.comments)


def test_a_second_round_adds_a_comment_and_quotes_no_place_twice():
    [found] = search_critiques(
        Critic(), own_likelihood(Critic()), [ASKED], SearchSettings(rounds=2)
    )
    twice = [each for each in found if each.comments == 2]
    assert len(twice) == 4, "the best branches of six"
    assert all(len(set(quotes(each.text))) == 2 for each in twice)


def test_the_greedy_critique_begins_the_others_where_it_finds_something():
    greedy = f"verdict: flawed\nsummary: A slip.\nquote: 2 + 2 = 5\n{BLOCK}"
    critic = Critic(greedy)
    [found] = search_critiques(critic, own_likelihood(critic), [ASKED], SearchSettings(rounds=1))
    assert len([each for each in found if each.comments == 1]) == 3
    assert all(each.text == SOUND or "summary: A slip." in each.text for each in found)
    assert not any(each[-1].content.endswith("summary:") for each in critic.asked)


def test_only_the_likeliest_places_are_tried():
    def likes_the_last(asked, texts):
        return [float("####" in text) for text in texts]

    [found] = search_critiques(
        Critic(), likes_the_last, [ASKED], SearchSettings(branches=1, rounds=1)
    )
    assert [quotes(each.text) for each in found if each.comments] == [["#### 6"]]


def test_a_larger_weight_asks_for_more_comments():
    pool = [Candidate("none", -1.0, 0), Candidate("one", -3.0, 1), Candidate("two", -7.0, 2)]
    taken = [choose(pool, weight).text for weight in (0.0, 1.9, 2.1, 3.9, 4.1)]
    assert taken == ["none", "none", "one", "one", "two"]


def test_nothing_to_ask_asks_nothing():
    assert search_critiques(Critic(), own_likelihood(Critic()), [], SearchSettings()) == []


def test_places_are_the_lines_each_once():
    assert places_of("a\n\n b \na\n") == ["a", "b"]
    assert len(places_of("\n".join(map(str, range(50))))) == 12


def test_a_quote_without_a_word_on_it_is_no_comment():
    class Silent(Critic):
        def _say(self, conversation):
            return "" if "quote:" in conversation[-1].content else super()._say(conversation)

    [found] = search_critiques(
        Silent(), own_likelihood(Silent()), [ASKED], SearchSettings(rounds=2)
    )
    assert {each.comments for each in found} == {0}
    assert choose(found, 100.0).text == SOUND


def test_a_comment_ends_where_the_next_begins():
    assert first_block("why: so\n**quote:** x\nwhy: no") == "why: so"
    # One without a quote of its own would count as another comment.
    assert first_block("why: so\nfix: 4\n more\nwhy: no") == "why: so\nfix: 4\n more"


def quotes(text):
    return [
        line.removeprefix("quote: ") for line in text.splitlines() if line.startswith("quote: ")
    ]
