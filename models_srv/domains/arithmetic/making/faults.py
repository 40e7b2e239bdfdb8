"""Inserted faults: what the critic learns from, after CriticGPT (McAleese et al., 2024).

Each fault knows its own line, category and right line; a test holds them against the checker's.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from models_srv.domains.arithmetic.reading import Problem
from models_srv.domains.arithmetic.solutions import (
    OPERATOR,
    Step,
    event_steps,
    pad,
    right_solution,
    right_steps,
    write,
)
from models_srv.domains.arithmetic.wordings import Sentence

WORDS = {"+": "addition", "-": "subtraction", "*": "multiplication", "/": "division"}
SEVERITY = {
    **dict.fromkeys(("wrong operation", "irrelevant fact", "dropped step"), "critical"),
    **dict.fromkeys(("wrong number", "arithmetic slip"), "critical"),
    **dict.fromkeys(("missing last line", "wrong last line"), "major"),
    "padding": "nitpick",
}
WHY = {
    "wrong operation": "The wording asks for {word} here.",
    "irrelevant fact": "This number has nothing to do with the question.",
    "dropped step": "A step is missing before this line.",
    "wrong number": "The line does not use the right number.",
    "arithmetic slip": "The result is wrong.",
    "missing last line": "The answer stops without its last line.",
    "wrong last line": "The last line does not repeat the result.",
    "padding": "The line adds nothing to the solution.",
}
LEAVE_OUT = "(leave this line out)"
CATEGORIES = tuple(SEVERITY)


@dataclass(frozen=True)
class Fault:
    """A faulty line of a response. `right` is the line that belongs there, or an instruction."""

    category: str
    quote: str
    right: str

    @property
    def severity(self) -> str:
        return SEVERITY[self.category]

    @property
    def why(self) -> str:
        operator = self.right.split(" ")[1] if " " in self.right else ""
        return WHY[self.category].format(word=WORDS.get(operator, "another step"))


@dataclass(frozen=True)
class Marked:
    """A response and the faults in it (none where it is right)."""

    response: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_flawed(self) -> bool:
        return any(fault.category != "padding" for fault in self.faults)


Spoil = Callable[[Sentence, int, random.Random], "tuple[str, list[Step], int] | None"]


def _slip(event: Sentence, total: int, rng: random.Random) -> tuple[str, list[Step], int] | None:
    """Miscalculate one line and carry the wrong result on."""
    steps = event_steps(event, total)
    index = rng.randrange(len(steps))
    wrong = steps[index].result + rng.choice((-10, -2, -1, 1, 2, 10))
    spoilt = [*steps[:index], replace(steps[index], claimed=wrong)]
    if index + 1 < len(steps):
        spoilt.append(replace(steps[1], right=wrong))
    return "arithmetic slip", spoilt, index


def _wrong_operation(
    event: Sentence, total: int, rng: random.Random
) -> tuple[str, list[Step], int] | None:
    steps = event_steps(event, total)
    index = rng.randrange(len(steps))
    swap = {"+": "-", "-": "+", "*": "+", "/": rng.choice("-*")}
    spoilt = [*steps[:index], replace(steps[index], operator=swap[steps[index].operator])]
    if index + 1 < len(steps):
        spoilt.append(replace(steps[1], right=spoilt[0].result))
    return "wrong operation", spoilt, index


def _wrong_number(
    event: Sentence, total: int, rng: random.Random
) -> tuple[str, list[Step], int] | None:
    steps = event_steps(event, total)
    other = steps[0].right + rng.choice((-10, -3, -2, -1, 1, 2, 3, 10))
    if other < 2:
        return None
    spoilt = [replace(steps[0], right=other)]
    if len(steps) > 1:
        spoilt.append(replace(steps[1], right=spoilt[0].result))
    return "wrong number", spoilt, 0


def _drop_product(
    event: Sentence, total: int, rng: random.Random
) -> tuple[str, list[Step], int] | None:
    if "m" not in event.slots:
        return None
    number = event.number(rng.choice("nmm"))
    return "dropped step", [Step(total, OPERATOR[event.kind], number)], 0


def _drop_event(
    event: Sentence, total: int, rng: random.Random
) -> tuple[str, list[Step], int] | None:
    return "dropped step", [], 0


def _count_fact(
    fact: Sentence, total: int, rng: random.Random
) -> tuple[str, list[Step], int] | None:
    return "irrelevant fact", [Step(total, rng.choice("++-"), fact.number())], 0


EVENT_SPOILS: tuple[Spoil, ...] = (
    *(_slip, _wrong_operation, _wrong_operation, _wrong_number),
    *(_drop_product, _drop_product, _drop_event),
)


def spoil_line(problem: Problem, rng: random.Random) -> Marked | None:
    """Spoil one sentence's lines; None where the drawn fault does not fit the problem."""
    sentences = problem.facts if problem.facts and rng.random() < 0.6 else problem.events
    target = rng.choice(sentences)
    total, steps, at, made = problem.start, list[Step](), 0, None
    for sentence in problem.middle:
        if sentence is target:
            spoil = _count_fact if sentence.kind == "fact" else rng.choice(EVENT_SPOILS)
            made = spoil(sentence, total, rng)
            if made is None:
                return None
            at, right = len(steps) + made[2], _right_line(sentence, total, made[2])
            steps += made[1]
        elif sentence.kind != "fact":
            steps += event_steps(sentence, total)
        total = steps[-1].result if steps else total
    return _marked(problem, steps, made[0], at, right) if made and steps else None


def _right_line(sentence: Sentence, total: int, index: int) -> str:
    return LEAVE_OUT if sentence.kind == "fact" else event_steps(sentence, total)[index].text


def _marked(
    problem: Problem, steps: list[Step], category: str, at: int, right: str
) -> Marked | None:
    """Return the written response, unless a value is senseless or the answer right by luck."""
    if not all(0 <= step.result <= 999 for step in steps):
        return None
    if steps[-1].result == right_steps(problem)[-1].result:
        return None
    text = write(steps)
    return Marked(text, (Fault(category, text.split("\n")[at], right),))


def spoil_end(problem: Problem, rng: random.Random) -> Marked | None:
    """Leave the last line out, or make it say another number."""
    steps = right_steps(problem)
    right = f"#### {steps[-1].result}"
    if rng.random() < 0.7:
        lines = [step.text for step in steps]
        return Marked("\n".join(lines), (Fault("missing last line", lines[-1], right),))
    wrong = rng.choice([problem.start, *(step.result for step in steps), rng.randint(1, 99)])
    if wrong == steps[-1].result:
        return None
    text = write(steps).rpartition("\n")[0] + f"\n#### {wrong}"
    return Marked(text, (Fault("wrong last line", f"#### {wrong}", right),))


def spoil(problem: Problem, rng: random.Random) -> Marked:
    """Return a response with one inserted fault."""
    while True:
        marked = (spoil_end if rng.random() < 0.15 else spoil_line)(problem, rng)
        if marked is not None:
            return marked


def mark(problem: Problem, rng: random.Random) -> Marked:
    """Return a response that is flawed in half the cases, sometimes padded."""
    marked = spoil(problem, rng) if rng.random() < 0.5 else Marked(right_solution(problem))
    return with_padding(problem, marked, rng) if rng.random() < 0.12 else marked


def with_padding(problem: Problem, marked: Marked, rng: random.Random) -> Marked:
    """Pad a response; in a sound one each idle line is commented as a nitpick."""
    text = pad(marked.response, rng)
    if marked.faults:
        return Marked(text, marked.faults)
    idle = text.removesuffix(marked.response).strip().split("\n")
    return Marked(text, tuple(Fault("padding", line, LEAVE_OUT) for line in idle))


def critique(marked: Marked) -> str:
    """Return the critic's output for a response."""
    verdict = "flawed" if marked.is_flawed else "sound"
    if not marked.faults:
        return f"verdict: {verdict}\nsummary: No problem found."
    category = marked.faults[0].category
    summary = "Right, with padding." if verdict == "sound" else f"Found: {category}."
    return "\n".join([f"verdict: {verdict}", f"summary: {summary}", *map(_block, marked.faults)])


def _block(fault: Fault) -> str:
    return (
        f"quote: {fault.quote}\ncategory: {fault.category}\nseverity: {fault.severity}\n"
        f"why: {fault.why}\nfix: {fault.right}"
    )
