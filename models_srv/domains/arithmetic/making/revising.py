"""The second turn of the starter that can revise: an answer, a review of it, and the answer anew.

What the reviewer is right about is mended; where the reviewer is wrong the answer stays as it was, so
that a critique is worth what is true of it. The reviews are worded as a round words them.
"""

import random
from dataclasses import replace

from models_srv.domains.arithmetic.making.faults import (
    LEAVE_OUT,
    Fault,
    Marked,
    spoil,
    with_padding,
)
from models_srv.domains.arithmetic.making.samples import Sample
from models_srv.domains.arithmetic.problems import TAXONOMY, Problem, draw_problem
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.roles.refiner import Remark, build_refine_request

RIGHT_REVIEWS = 0.75  # of all say what is true
UNMENDED = 0.2  # of the remarks say what is wrong and not what belongs there
PADDED = 0.1
MISTAKES = ("wrong operation", "wrong number", "arithmetic slip", "dropped step", "irrelevant fact")


def revision_sample(rng: random.Random, progress: float) -> Sample:
    """A flawed or padded answer that is mended, or one that stays as a mistaken reviewer found it."""
    problem = draw_problem(rng.choice(TAXONOMY), "train", rng)
    if rng.random() < RIGHT_REVIEWS:
        marked = _marked(problem, rng)
        return _sample(problem, marked.response, marked.faults, right_solution(problem), rng)
    marked = spoil(problem, rng) if rng.random() < 0.5 else Marked(right_solution(problem))
    mistaken = (_mistaken(marked, rng),)
    return _sample(problem, marked.response, mistaken, marked.response, rng)


def _marked(problem: Problem, rng: random.Random) -> Marked:
    """Return an answer with a fault, or with padding, or with both."""
    if rng.random() < PADDED:
        return with_padding(problem, Marked(right_solution(problem)), rng)
    marked = spoil(problem, rng)
    return with_padding(problem, marked, rng) if rng.random() < PADDED else marked


def _mistaken(marked: Marked, rng: random.Random) -> Fault:
    """Return a fault that a line does not have, of another line than the faulty one if there is one."""
    lines, faulty = marked.response.split("\n"), {fault.quote for fault in marked.faults}
    quote = rng.choice([line for line in lines if line not in faulty] or lines)
    category = rng.choice(MISTAKES)
    return Fault(category, quote, LEAVE_OUT if category == "irrelevant fact" else _off(quote, rng))


def _off(line: str, rng: random.Random) -> str:
    """Return the line with its last number changed, or with another sign."""
    left, _, number = line.rpartition(" ")
    signs = [sign for sign in "+-*/" if f" {sign} " in line]
    if signs and rng.random() < 0.5:
        return line.replace(f" {signs[0]} ", f" {rng.choice('+-*/'.replace(signs[0], ''))} ")
    return f"{left} {max(int(number) + rng.choice((-10, -2, -1, 1, 2, 10)), 0)}".strip()


def _sample(
    problem: Problem, answer: str, faults: tuple[Fault, ...], anew: str, rng: random.Random
) -> Sample:
    told = [_remark(fault) for fault in faults]
    told = [replace(each, fix="") if rng.random() < UNMENDED else each for each in told]
    summary = "Right, with padding." if _is_padding(faults) else f"Found: {faults[0].category}."
    asked = build_refine_request(query=problem.text, answer=answer, remarks=told, summary=summary)
    return Sample(asked[-1].content, anew, before=((problem.text, answer),))


def _remark(fault: Fault) -> Remark:
    return Remark(fault.quote, fault.why, fault.right)


def _is_padding(faults: tuple[Fault, ...]) -> bool:
    return all(fault.category == "padding" for fault in faults)
