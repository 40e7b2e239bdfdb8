"""Which answers contradict themselves when they are asked for again: wrong ones or right ones? Counts.

Each answer of a learner is asked for again by the domain in other words, in conversations of their own,
as a round does it; and, to see what the other words add, as often in the same words.
Prints one JSON object last. `--model` is a folder; without it the starter learner.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from random import Random

from benchmarks.quiet import hush
from models_srv.backends import load_backend
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.domains.domain import AskedAgain, Domain
from models_srv.domains.registry import domain_of
from models_srv.evaluation import area_under_roc, proportion
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Backend, ModelSpec, Sampling

Figures = dict[str, object]
Ask = Callable[[str, str], list[AskedAgain]]


@dataclass(frozen=True)
class Examined:
    """Whether an answer is right, and which share of what was said later contradicts it."""

    is_right: bool
    contradicts: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="a folder of transformers")
    parser.add_argument("--domain", default="arithmetic")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--temperature", type=float, default=1.0, help="of the answers")
    parser.add_argument("--again", type=float, nargs="+", default=[0.0, 1.0], help="asked again")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    hush()
    domain = domain_of(given.domain)
    assert domain is not None
    spec = ModelSpec("transformers", given.model) if given.model else starter_spec("learner")
    learner = load_backend(spec)
    queries = [each.text for each in domain.queries("train", given.queries, given.seed)]
    answers = _answer(learner, queries, given.temperature, given.seed)
    ways = {"in other words": partial(other_words, domain, given.seed)}
    ways["in the same words"] = partial(same_words, ways["in other words"])
    found = {
        f"{name} at {temperature:g}": figures(
            examine(domain, ask, learner, queries, answers, temperature, given.seed + 1)
        )
        for name, ask in ways.items()
        for temperature in given.again
    }
    print(json.dumps({"answers at": given.temperature, **found}, indent=1))


def other_words(domain: Domain, seed: int, query: str, answer: str) -> list[AskedAgain]:
    return domain.ask_again(query, answer, Random(f"{seed}/{query}"))


def same_words(ask: Ask, query: str, answer: str) -> list[AskedAgain]:
    return [AskedAgain(each.claim, query) for each in ask(query, answer)]


def examine(
    domain: Domain,
    ask: Ask,
    learner: Backend,
    queries: Sequence[str],
    answers: Sequence[str],
    temperature: float,
    seed: int,
) -> list[Examined]:
    """Ask for each answer again; left out is what the domain has no question for, or cannot tell of."""
    drawn = [ask(query, answer) for query, answer in zip(queries, answers, strict=True)]
    asked = [each.question for questions in drawn for each in questions]
    replies = iter(_answer(learner, asked, temperature, seed))
    found = []
    for query, answer, questions in zip(queries, answers, drawn, strict=True):
        said = [domain.contradicts(each, next(replies)) for each in questions]
        told = [each for each in said if each is not None]
        is_right = domain.is_correct(query, answer)
        if told and is_right is not None:
            found.append(Examined(is_right, sum(told) / len(told)))
    return found


def _answer(learner: Backend, queries: Sequence[str], temperature: float, seed: int) -> list[str]:
    asked = [build_answer_request(query=query) for query in queries]
    sampling = Sampling(temperature=temperature, max_tokens=100, seed=seed)
    return [parse_answer(each) for each in learner.generate(asked, sampling)]


def figures(examined: Sequence[Examined]) -> Figures:
    """Return how many of the wrong and of the right answers contradict themselves at least once, and how
    well the share of contradictions ranks the wrong before the right."""
    by_truth = {
        name: [each.contradicts for each in examined if each.is_right == is_right]
        for name, is_right in (("wrong", False), ("right", True))
    }
    shares = [each.contradicts for each in examined]
    return {
        **{
            name: asdict(proportion(sum(share > 0 for share in mine), len(mine)))
            for name, mine in by_truth.items()
        },
        "auroc": area_under_roc(shares, [not each.is_right for each in examined]),
    }


if __name__ == "__main__":
    main()
