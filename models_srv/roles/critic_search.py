"""Search among critiques of an answer: each place of it is forced to be quoted, and the best kept.

Force-sampling beam search of McAleese et al. (2024), "LLM Critics Help Catch LLM Bugs", section 7.1: what
a critic says of a place that it would not have chosen is looked at too, and of all critiques that is
taken whose reward + λ · comments is greatest. A larger λ finds more errors and makes more up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from models_srv.roles.critique_format import read_fields, split_blocks
from models_srv.types import Backend, Conversation, Generation, Message, Sampling, ScoringBackend

SOUND = "verdict: sound\nsummary: No problem found."
HEAD = "verdict: flawed\nsummary:"
MOST_PLACES = 12  # of one answer, the first

Reward = Callable[[Sequence[Conversation], Sequence[str]], Sequence[float]]


@dataclass(frozen=True)
class Searched:
    """An answer and how its critique is asked for."""

    conversation: Conversation
    response: str


@dataclass(frozen=True)
class SearchSettings:
    """Each of `rounds` adds a comment to the best `branches` critiques so far, so that there are that
    many comments at most; `branches` places are tried for each."""

    branches: int = 4
    rounds: int = 2
    max_tokens: int = 160


@dataclass(frozen=True)
class Candidate:
    """A critique by lines; `reward` is what it is worth without counting its comments."""

    text: str
    reward: float
    comments: int


@dataclass
class _Pool:
    """The critiques of one answer so far, and those of the last round, the best first."""

    asked: Searched
    found: dict[str, Candidate] = field(default_factory=dict)
    beams: list[str] = field(default_factory=list)


def search_critiques(
    critic: Backend, reward: Reward, asked: Sequence[Searched], settings: SearchSettings
) -> list[list[Candidate]]:
    """Return the critiques of each answer that the search met: the greedy one, that nothing is wrong,
    and those with forced quotes. λ has no part in it: critiques of one round are equally long.

    Three batches of calls a round at most. Raises what the models raise.
    """
    pools = [_Pool(each) for each in asked]
    sampling = Sampling(temperature=0.0, max_tokens=settings.max_tokens)
    greedy = critic.generate([each.conversation for each in asked], sampling)
    _add(
        pools, [(at, text) for at, each in enumerate(greedy) for text in (each.text, SOUND)], reward
    )
    for pool, head in zip(pools, _heads(critic, pools, greedy, sampling), strict=True):
        pool.beams = [head]
    for _ in range(settings.rounds):
        begun = [
            (at, begin)
            for at, pool in enumerate(pools)
            for begin in _forced(pool, reward, settings.branches)
        ]
        said = critic.generate([_begun(pools[at].asked, text) for at, text in begun], sampling)
        whole = [
            (at, text + first_block(each.text))
            for (at, text), each in zip(begun, said, strict=True)
        ]
        _next_round(pools, whole, reward, settings.branches)
    return [list(pool.found.values()) for pool in pools]


def choose(candidates: Sequence[Candidate], weight: float) -> Candidate:
    """Return the one whose reward + λ · comments is greatest, with λ = `weight`; the first of equals."""
    return max(candidates, key=lambda each: each.reward + weight * each.comments)


def own_likelihood(critic: ScoringBackend) -> Reward:
    """Return log π of a critique by the critic itself, in nats, as its reward."""

    def reward(asked: Sequence[Conversation], texts: Sequence[str]) -> list[float]:
        return [sum(each) for each in critic.score(asked, texts)]

    return reward


def places_of(response: str) -> list[str]:
    """Return what can be quoted: the lines of the answer, each once."""
    lines = (line.strip() for line in response.splitlines())
    return list(dict.fromkeys(line for line in lines if line))[:MOST_PLACES]


def first_block(text: str) -> str:
    """Return what belongs to the comment that was begun: up to the next one, which begins with a quote
    or with a field that this one has already."""
    lines: list[str] = []
    seen = {"quote"}
    for line in text.splitlines():
        fields = read_fields(line)
        key = fields[0].key if fields else ""
        if key in seen:
            break
        seen |= {key} - {""}
        lines.append(line)
    return "\n".join(lines).rstrip()


def _heads(
    critic: Backend, pools: Sequence[_Pool], greedy: Sequence[Generation], sampling: Sampling
) -> list[str]:
    """Return how a critique that finds something begins: as the greedy one does, or forced to."""
    heads = [_head(each.text) for each in greedy]
    silent = [at for at, head in enumerate(heads) if not head]
    begun = (
        critic.generate([_begun(pools[at].asked, HEAD) for at in silent], sampling)
        if silent
        else []
    )
    for at, each in zip(silent, begun, strict=True):
        heads[at] = HEAD + each.text.partition("\n")[0].rstrip()
    return heads


def _head(text: str) -> str:
    fields = {each.key: each.value for each in reversed(read_fields(text))}
    if fields.get("verdict", "").strip().lower() != "flawed" or "summary" not in fields:
        return ""
    return f"{HEAD} {fields['summary'].partition(chr(10))[0]}"


def _forced(pool: _Pool, reward: Reward, branches: int) -> Iterator[str]:
    """Yield the best beams with another quote, those that the reward likes best."""
    begun = [
        f"{beam}\nquote: {place}\n"
        for beam in pool.beams
        for place in places_of(pool.asked.response)
        if f"\nquote: {place}\n" not in beam
    ]
    if len(begun) > branches:
        worth = reward([pool.asked.conversation] * len(begun), begun)
        begun = [text for _, text in sorted(zip(worth, begun, strict=True), reverse=True)]
    yield from begun[:branches]


def _next_round(
    pools: Sequence[_Pool], whole: Sequence[tuple[int, str]], reward: Reward, branches: int
) -> None:
    _add(pools, whole, reward)
    for at, pool in enumerate(pools):
        texts = {text for each, text in whole if each == at} & pool.found.keys()
        pool.beams = sorted(texts, key=lambda text: (-pool.found[text].reward, text))[:branches]


def _add(pools: Sequence[_Pool], texts: Sequence[tuple[int, str]], reward: Reward) -> None:
    """Add critiques that say something to their pools, with their rewards."""
    said = [(at, text) for at, text in texts if text.strip() and text not in pools[at].found]
    if not said:
        return
    worth = reward([pools[at].asked.conversation for at, _ in said], [text for _, text in said])
    for (at, text), value in zip(said, worth, strict=True):
        pools[at].found[text] = Candidate(text, value, _comments(text))


def _comments(text: str) -> int:
    """Count the comments that say how bad it is: the others are not read (`parse_critique`)."""
    return sum("severity" in block for block in split_blocks(read_fields(text)))


def _begun(asked: Searched, text: str) -> Conversation:
    return [*asked.conversation, Message("assistant", text)]
