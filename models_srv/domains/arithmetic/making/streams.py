"""Endless streams of training samples, one function per stage.

base: bare facts and right solutions; learner: the same with habits; reviser: that, and answers written
anew; critic: marked responses; attacker: a problem from a kind and a seed problem. Only training
wordings are drawn.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import takewhile

from models_srv.domains.arithmetic.making.faults import (
    CATEGORIES,
    Fault,
    critique,
    mark,
)
from models_srv.domains.arithmetic.making.revising import revision_sample
from models_srv.domains.arithmetic.making.samples import Sample
from models_srv.domains.arithmetic.problems import TAXONOMY, Problem, draw_problem
from models_srv.domains.arithmetic.solutions import (
    HIGHEST,
    Step,
    learner_solution,
    right_solution,
    right_steps,
)
from models_srv.domains.arithmetic.wordings import Template

# The constructs that go wrong most often are looked at most often.
CRITIC_NODES = (*TAXONOMY, "irrelevant fact", "irrelevant fact", "groups removed", "multiples")


def critic_prompt(query: str, response: str) -> str:
    return f"Question:\n{query}\n\nAnswer:\n{response}"


def attacker_prompt(node: str, seed_query: str) -> str:
    return f"Kind: {node}\nNear:\n{seed_query}"


def draw_fact(rng: random.Random) -> Step:
    """Draw one sum of the domain's range: values to 99, factors to 12."""
    operator = rng.choices("+-*/", (4, 4, 2, 2))[0]
    if operator in "*/":
        left, right = rng.randint(2, 49), rng.randint(2, 12)
        if left * right > HIGHEST:
            return draw_fact(rng)
        return Step(left, "*", right) if operator == "*" else Step(left * right, "/", right)
    total = rng.randint(3, HIGHEST)
    part = rng.randint(1, min(total - 1, 60))
    if operator == "-":
        return Step(total, "-", part)
    return Step(part, "+", total - part) if rng.random() < 0.5 else Step(total - part, "+", part)


def bare_facts(rng: random.Random, count: int) -> Sample:
    facts = [draw_fact(rng) for _ in range(count)]
    asked = "\n".join(f"{fact.left} {fact.operator} {fact.right}" for fact in facts)
    return Sample(asked, "\n".join(fact.text for fact in facts))


def _any_problem(rng: random.Random) -> Problem:
    return draw_problem(rng.choice(TAXONOMY), "train", rng)


def base_sample(rng: random.Random, progress: float) -> Sample:
    """Bare facts are 70 % of the samples at first and 30 % at the end."""
    if rng.random() < 0.7 - 0.4 * progress:
        return bare_facts(rng, rng.choice((1, 4, 6, 8)))
    problem = _any_problem(rng)
    return Sample(problem.text, right_solution(problem))


def learner_sample(rng: random.Random, progress: float) -> Sample:
    if rng.random() < 0.2:
        return bare_facts(rng, rng.choice((1, 4, 8)))
    problem = _any_problem(rng)
    return Sample(problem.text, learner_solution(problem, rng))


def reviser_sample(rng: random.Random, progress: float) -> Sample:
    """Half as the learner's, so that its habits stay."""
    draw = learner_sample if rng.random() < 0.5 else revision_sample
    return draw(rng, progress)


def critic_sample(rng: random.Random, progress: float) -> Sample:
    """A response, half of them flawed, and its critique."""
    problem = draw_problem(rng.choice(CRITIC_NODES), "train", rng)
    marked = mark(problem, rng)
    user = critic_prompt(problem.text, marked.response)
    start = len(user) - len(marked.response)
    spans = tuple(_span(fault, user, start) for fault in marked.faults)
    return Sample(user, critique(marked), start, spans)


def _span(fault: Fault, user: str, after: int) -> tuple[int, int, int]:
    """Return where a faulty line parts from the right one; the end of the text for an omission."""
    number = 1 + CATEGORIES.index(fault.category)
    if fault.category == "missing last line":
        return len(user), len(user) + 1, number
    start = user.index(fault.quote, after)
    pairs = zip(fault.quote, fault.right, strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    if fault.category == "irrelevant fact":
        same = fault.quote.index(" ")  # its first number is still the right total
    return start + same, start + len(fault.quote), number


def attacker_sample(rng: random.Random, progress: float) -> Sample:
    """A new problem that keeps the seed's owner and things and some of its wordings.

    Sometimes there is no seed.
    """
    node = rng.choice(TAXONOMY)
    if rng.random() < 0.05:
        return Sample(attacker_prompt(node, ""), _draw_easily_valid(node, rng, (), None).text)
    seed = draw_problem(node if rng.random() < 0.7 else rng.choice(TAXONOMY), "train", rng)
    kept = [s.template for s in seed.sentences if rng.random() < 0.75]
    new = _draw_easily_valid(node, rng, kept, seed.sentences[0].slots)
    user = attacker_prompt(node, seed.text)
    return Sample(user, new.text, learnt_from=len(user) - len(seed.text))


def _draw_easily_valid(
    node: str, rng: random.Random, like: Sequence[Template], about: Mapping[str, str] | None
) -> Problem:
    """Draw a problem that stays valid when its numbers are a little off: no tight subtractions."""
    while True:
        problem = draw_problem(node, "train", rng, like, about)
        steps = right_steps(problem)
        is_loose = all(step.right * 2 <= step.left for step in steps if step.operator == "-")
        # Whether 2 or 5 divides shows in the last digit: no sum has to be done to write it.
        if is_loose and all(step.right in (2, 5) for step in steps if step.operator == "/"):
            return problem


STREAMS = {
    "base": base_sample,
    "learner": learner_sample,
    "reviser": reviser_sample,
    "critic": critic_sample,
    "attacker": attacker_sample,
}
