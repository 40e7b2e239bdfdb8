"""What a search among critiques finds and makes up, by λ: `python -m benchmarks.roles.critic_curve`.

The starter critic reads held-out answers of the starter learner and right ones with an error put in.
Every place of an answer is forced to be quoted (CriticGPT, section 7.1); of the critiques that are met
the one is taken whose own likelihood + λ · comments is greatest. Prints the curve, and last one JSON
object.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.quiet import hush
from benchmarks.roles.critic_world import (
    MAX_TOKENS,
    STARTER,
    Answered,
    criticise,
    natural_answers,
    read_as,
    tampered_answers,
)
from models_srv.backends import load_backend
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.critic_search import (
    Candidate,
    Searched,
    SearchSettings,
    choose,
    own_likelihood,
    search_critiques,
)
from models_srv.types import Generation, ParsedCritique
from oversight.trust.policies.source.critic_figures import critic_figures

HELD_OUT = 300
WEIGHTS = (-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", type=int, default=HELD_OUT)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    hush()
    natural = natural_answers("held_out", given.held_out, 4000 + given.seed)
    answers = [*natural, *tampered_answers(natural, given.seed)]
    greedy = criticise(STARTER, answers)
    began = time.monotonic()
    pools = _search(answers)
    seconds = time.monotonic() - began
    print(f"{len(answers)} answers searched in {seconds:.0f} s", flush=True)
    curve = [{"lambda": None, **_figures(answers, greedy)}]
    for weight in WEIGHTS:
        said = [
            _parsed(choose(pool, weight), each) for pool, each in zip(pools, answers, strict=True)
        ]
        curve.append({"lambda": weight, **_figures(answers, said)})
    for point in curve:
        print(" ".join(f"{name} {value}" for name, value in point.items()), flush=True)
    print(json.dumps({"curve": curve, "answers": len(answers), "seconds": round(seconds)}))


def _search(answers: Sequence[Answered]) -> list[list[Candidate]]:
    critic: Any = load_backend(STARTER)
    asked = [
        Searched(
            build_critique_request(query=each.query, response=each.text, with_format=False),
            each.text,
        )
        for each in answers
    ]
    settings = replace(SearchSettings(), max_tokens=MAX_TOKENS)
    return search_critiques(critic, own_likelihood(critic), asked, settings)


def _parsed(candidate: Candidate, answer: Answered) -> ParsedCritique:
    return parse_critique(Generation(candidate.text, ""), answer.text)


def _figures(answers: Sequence[Answered], said: Sequence[ParsedCritique]) -> dict[str, Any]:
    """Return what is found and made up; a negative λ asks for more certainty than the critic has."""
    figures = critic_figures(read_as(answers, said))
    shares = ("bugs_caught", "hallucinated", "made_up", "quotes_found")
    found: dict[str, Any] = {"comments": sum(len(each.comments) for each in said) / len(said)}
    for name in shares:
        share = getattr(figures, name)
        found[name] = share.value and round(share.value, 4)
        found[f"{name}_interval"] = [each and round(each, 4) for each in (share.low, share.high)]
    return found


if __name__ == "__main__":
    main()
