"""Word problems drawn from the stated grid.

The grid is node x wording x 1..3 events x 0..2 irrelevant facts. Every value that a right solution,
or its habit-faulty sister, passes through lies within 1..99. One problem holds one construct.
"""

import random
from collections.abc import Mapping, Sequence

from models_srv.domains.arithmetic.reading import LONG, NODES, TAXONOMY, Problem
from models_srv.domains.arithmetic.solutions import fits_range
from models_srv.domains.arithmetic.templates import NAMES, OPENERS, PACKS, UNITS
from models_srv.domains.arithmetic.wordings import Sentence, Template, templates
from models_srv.domains.domain import DomainQuery, Split

__all__ = ["TAXONOMY", "Problem", "draw_problem", "draw_queries"]

FIRST_ONLY = ("halves", "shares")  # they come first, so that the start alone must divide


def draw_kinds(node: str, rng: random.Random) -> list[str]:
    """Return the kinds of a problem's middle sentences in order."""
    construct = NODES[node]
    if node == "long chain":
        return [rng.choice(("add", "remove")) for _ in range(LONG)]
    plain = [rng.choice(("add", "remove")) for _ in range(rng.randint(1, 2))]
    if not construct:
        return plain
    if construct == "fact":
        for _ in range(rng.choice((1, 1, 1, 2))):
            plain.insert(rng.randint(0, len(plain)), "fact")
        return plain
    rest = plain[1:]
    if construct in FIRST_ONLY:
        return [construct, *rest]
    if construct in ("more", "fewer", "multiples"):
        return [*rest, construct]
    return [construct, *rest] if rng.random() < 0.5 else [*rest, construct]


def _draw_numbers(kind: str, rng: random.Random) -> dict[str, int]:
    if kind in ("groups_added", "groups_removed"):
        return {"n": rng.randint(2, 9), "m": rng.randint(2, 12)}
    top = {"start": 80, "multiples": 9, "shares": 9, "fact": 40}.get(kind, 40)
    return {"n": rng.randint(2, top)}


def _draw_template(
    kind: str, split: Split, rng: random.Random, like: Sequence[Template], named: bool
) -> Template:
    """Draw a wording, one of `like` where it offers the kind; `named` asks for the owner's name."""
    offered = [t for t in like if t.kind == kind] or templates(kind, split)
    fit = [t for t in offered if t.has("name")] if named else offered
    return rng.choice(fit or [t for t in templates(kind, split) if t.has("name")])


def draw_problem(
    node: str,
    split: Split,
    rng: random.Random,
    like: Sequence[Template] = (),
    about: Mapping[str, str] | None = None,
) -> Problem:
    """Draw a problem of a node.

    Wordings in `like` are used where their kind is needed; `about` may fix the first owner's name
    and the units.
    """
    while True:
        problem = _draw_once(node, split, rng, like, about or {})
        if fits_range(problem):
            return problem


def _draw_once(
    node: str, split: Split, rng: random.Random, like: Sequence[Template], about: Mapping[str, str]
) -> Problem:
    owner = about.get("name") or rng.choice(NAMES)
    other = rng.choice([name for name in NAMES if name != owner])
    units, compared = about.get("units") or rng.choice(UNITS), False
    sentences: list[Sentence] = []
    for kind in ["start", *draw_kinds(node, rng), "question"]:
        template = _draw_template(kind, split, rng, like, compared and kind == "question")
        numbers = {} if kind == "question" else _draw_numbers(kind, rng)
        words = {"name": owner, "other": other, "third": rng.choice(NAMES), "units": units}
        words |= {"pack": rng.choice(PACKS), "adv": rng.choice(OPENERS)}
        words |= {slot: str(number) for slot, number in numbers.items()}
        slots = {slot: word for slot, word in words.items() if template.has(slot)}
        sentences.append(Sentence(template, slots))
        if template.has("other"):
            owner, compared = other, True
    return Problem(tuple(sentences))


def draw_queries(split: Split, count: int, seed: int) -> list[DomainQuery]:
    """Return `count` different queries over the grid, nodes in turn, the same for the same seed.

    `held_out` queries use held-out wordings in every sentence, so no cluster is in both splits.
    """
    rng, queries = random.Random(f"{split}/{seed}"), dict[str, DomainQuery]()
    while len(queries) < count:
        node = TAXONOMY[len(queries) % len(TAXONOMY)]
        problem = draw_problem(node, split, rng)
        queries[problem.text] = DomainQuery(problem.text, node, problem.cluster)
    return list(queries.values())
