"""Measure the starter models: `python -m models_srv.domains.arithmetic.making.measure [role ...]`.

Prints one JSON object on its last line. Every draw has a fixed seed; truth is the checker's.
"""

import argparse
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from models_srv.domains.arithmetic.checker import comment_is_valid, first_error, is_correct, truth
from models_srv.domains.arithmetic.making.revising import revision_sample
from models_srv.domains.arithmetic.making.speaking import Speaker
from models_srv.domains.arithmetic.making.streams import attacker_prompt, critic_prompt, draw_fact
from models_srv.domains.arithmetic.problems import TAXONOMY, draw_queries
from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.registry import STARTERS, WEIGHTS
from models_srv.domains.domain import DomainQuery, Split
from models_srv.evaluation import area_under_roc

Figures = dict[str, object]
SPLITS: tuple[Split, ...] = ("train", "held_out")
SEED = 1000  # apart from the demo's seeds


def share(hits: Sequence[bool | None]) -> float:
    return round(sum(bool(hit) for hit in hits) / len(hits), 3)


def measure_learner(folder: Path, count: int) -> Figures:
    speaker, rng = Speaker.load(folder), random.Random(SEED)
    facts = [draw_fact(rng) for _ in range(count)]
    asked = [f"{fact.left} {fact.operator} {fact.right}" for fact in facts]
    said = speaker.say(asked, most=16)
    figures: Figures = {
        "bare_facts": share([text == fact.text for text, fact in zip(said, facts, strict=True)])
    }
    for split in SPLITS:
        figures[split] = learner_figures(speaker, draw_queries(split, count, SEED))
    return figures


def learner_figures(speaker: Speaker, queries: list[DomainQuery]) -> Figures:
    texts = [query.text for query in queries]
    greedy = _correct(texts, speaker.say(texts))
    tries = [_correct(texts, speaker.say(texts, 1.0, seed)) for seed in range(8)]
    by_node = {
        node: share([hit for hit, query in zip(greedy, queries, strict=True) if query.node == node])
        for node in TAXONOMY
    }
    return {
        "greedy": share(greedy),
        "sampled": share([hit for hits in tries for hit in hits]),
        "pass_at_8": share([any(hits) for hits in zip(*tries, strict=True)]),
        "greedy_by_node": by_node,
    }


def _correct(queries: Sequence[str], responses: Sequence[str]) -> list[bool]:
    return [bool(is_correct(q, r)) for q, r in zip(queries, responses, strict=True)]


def measure_reviser(folder: Path, count: int) -> Figures:
    """As the learner; and of fresh answers that were reviewed how many are right once written anew."""
    rng, found = random.Random(SEED), dict[str, list[bool | None]]()
    samples = [revision_sample(rng, 0.5) for _ in range(count)]
    texts = Speaker.load(folder).say_anew([(*sample.before[0], sample.user) for sample in samples])
    for sample, text in zip(samples, texts, strict=True):
        ((query, answer),) = sample.before
        review = "mistaken" if sample.answer == answer else "true"
        was = "right" if is_correct(query, answer) else "wrong"
        found.setdefault(f"{review} review, was {was}", []).append(is_correct(query, text))
    anew = {kind: [hits.count(True), len(hits)] for kind, hits in sorted(found.items())}
    return {**measure_learner(folder, count), "right once written anew": anew}


def measure_critic(folder: Path, learner: Path, count: int) -> Figures:
    critic, answerer = Speaker.load(folder), Speaker.load(learner)
    figures: Figures = {}
    for split in SPLITS:
        texts = [query.text for query in draw_queries(split, count, SEED + 1)]
        responses = answerer.say(texts, 1.0, SEED)
        figures[split] = critic_figures(critic, texts, responses)
    return figures


def critic_figures(critic: Speaker, queries: list[str], responses: list[str]) -> Figures:
    """Return how the critic does on these responses of the learner."""
    users = [critic_prompt(q, r) for q, r in zip(queries, responses, strict=True)]
    flawed = [not is_correct(q, r) for q, r in zip(queries, responses, strict=True)]
    chances = critic.chance_of_first(users, "verdict:", (" flawed", " sound"))
    pairs = list(zip(queries, responses, map(read_comments, critic.say(users)), strict=True))
    comments = [
        comment_is_valid(query, response, quote, category)
        for query, response, found in pairs
        for quote, category in found
    ]
    located = [
        any(quote == error[0] for quote, _ in found)
        for query, response, found in pairs
        if (error := first_error(query, response))
    ]
    return {
        "flawed_share": share(flawed),
        "auroc": round(area_under_roc(chances, flawed), 3),
        "verdict_accuracy": share([(c > 0.5) == f for c, f in zip(chances, flawed, strict=True)]),
        "comment_precision": share(comments) if comments else None,
        "comment_recall": share(located) if located else None,
        "comments": len(comments),
    }


def read_comments(output: str) -> list[tuple[str, str]]:
    """Return (quote, category) of every comment in a critic's output."""
    comments: list[tuple[str, str]] = []
    quote = ""
    for line in output.splitlines():
        name, _, value = line.partition(": ")
        if name == "quote":
            quote = value
        elif name == "category" and quote:
            comments.append((quote, value))
    return comments


def measure_attacker(folder: Path, count: int) -> Figures:
    """Valid, of the kind asked for, and new, on seeds of either split."""
    speaker, figures = Speaker.load(folder), Figures()
    for split in SPLITS:
        seeds = [query.text for query in draw_queries(split, count, SEED + 2)]
        nodes = random.Random(SEED).choices(TAXONOMY, k=count)
        users = [attacker_prompt(node, seed) for node, seed in zip(nodes, seeds, strict=True)]
        for temperature in (1.0, 0.8):
            texts = speaker.say(users, temperature, SEED)
            figures[f"{split} at {temperature}"] = attacker_figures(nodes, seeds, texts)
    return figures


def attacker_figures(nodes: list[str], seeds: list[str], texts: list[str]) -> Figures:
    """Return the shares of texts that are valid, of the kind asked, new, and not repeated."""
    problems = [read_problem(text) if truth(text) is not None else None for text in texts]
    asked = [p is not None and p.node == node for p, node in zip(problems, nodes, strict=True)]
    return {
        "valid": share([problem is not None for problem in problems]),
        "kind_as_asked": share(asked),
        "new": share([text != seed for text, seed in zip(texts, seeds, strict=True)]),
        "different": round(len(set(texts)) / len(texts), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roles", nargs="*", default=list(STARTERS))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--count", type=int, default=300, help="queries of each split")
    given = parser.parse_args()
    folder, count = given.weights, given.count
    tools: dict[str, Callable[[], Figures]] = {
        "learner": lambda: measure_learner(folder / "learner", count),
        "reviser": lambda: measure_reviser(folder / "reviser", count),
        "critic": lambda: measure_critic(folder / "critic", folder / "learner", count),
        "attacker": lambda: measure_attacker(folder / "attacker", count),
    }
    print(json.dumps({role: tools[role]() for role in given.roles}))


if __name__ == "__main__":
    main()
