"""Right solutions, and the learner's habits: the same solution gone wrong on one construct."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from models_srv.domains.arithmetic.reading import Problem
from models_srv.domains.arithmetic.wordings import Sentence

HIGHEST = 99  # of all values in drawn problems
OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b if b and a % b == 0 else -1,
}
OPERATOR = {
    **{"add": "+", "more": "+", "groups_added": "+", "fact": "+"},
    **{"remove": "-", "fewer": "-", "groups_removed": "-"},
    **{"multiples": "*", "halves": "/", "shares": "/"},
}
# Share of the training solutions that go wrong: above one half greedy decoding falls for it, while
# samples still find the right answer. A padded solution is right, only longer than it should be.
HABITS: dict[str, float] = {
    "irrelevant fact": 0.58,
    "compare fewer": 0.58,
    "groups removed": 0.58,
    "multiples": 0.58,
    "long chain": 0.30,
    "groups added": 0.58,
}
PADDING = (
    "Let me think about this slowly.",
    "This is an interesting question.",
    "First I look at the numbers again.",
)


@dataclass(frozen=True)
class Step:
    """One line of a solution; its result is -1 where a division is not exact."""

    left: int
    operator: str
    right: int
    claimed: int | None = None  # what a slip makes of it

    @property
    def true_result(self) -> int:
        return OPERATIONS[self.operator](self.left, self.right)

    @property
    def result(self) -> int:
        return self.true_result if self.claimed is None else self.claimed

    @property
    def text(self) -> str:
        return f"{self.left} {self.operator} {self.right} = {self.result}"


def event_steps(event: Sentence, total: int) -> list[Step]:
    """Return the right lines for one event, `total` being what was there before it."""
    operator = OPERATOR[event.kind]
    if event.kind == "halves":
        return [Step(total, operator, 2)]
    if event.kind in ("groups_added", "groups_removed"):
        product = Step(event.number("n"), "*", event.number("m"))
        return [product, Step(total, operator, product.result)]
    return [Step(total, operator, event.number())]


def right_steps(problem: Problem) -> list[Step]:
    """Return the lines of the right solution, without the last line."""
    total, steps = problem.start, list[Step]()
    for event in problem.events:
        steps += event_steps(event, total)
        total = steps[-1].result
    return steps


def habit_steps(problem: Problem) -> list[Step]:
    """Return the lines of the solution that the habit of the problem's node gives."""
    total, steps = problem.start, list[Step]()
    for sentence in problem.middle:
        steps += _habit(sentence, total)
        total = steps[-1].result
    return steps


def _habit(sentence: Sentence, total: int) -> list[Step]:
    """Counts the irrelevant, adds where it should subtract or multiply, drops the product."""
    match sentence.kind:
        case "fact" | "fewer" | "multiples":
            return [Step(total, "+", sentence.number())]
        case "groups_removed":
            return [Step(total, "-", sentence.number("m"))]
        case _:
            return event_steps(sentence, total)


def fits_range(problem: Problem) -> bool:
    """Whether all values of the right and of the habit solution lie in 1..HIGHEST, and they differ.

    No number is given twice, so that a faulty line tells which sentence went wrong.
    """
    right, habit = right_steps(problem), habit_steps(problem)
    given = [s.number() for s in problem.sentences if "n" in s.slots]
    if len(set(given)) < len(given):
        return False
    if not all(1 <= step.result <= HIGHEST for step in (*right, *habit)):
        return False
    return right == habit or right[-1].result != habit[-1].result


def write(steps: list[Step]) -> str:
    """Return the solution text: a line for each step and the last line."""
    return "\n".join([step.text for step in steps] + [f"#### {steps[-1].result}"])


def right_solution(problem: Problem) -> str:
    return write(right_steps(problem))


def habit_solution(problem: Problem, rng: random.Random) -> str:
    """Return the solution with the node's habit (the right one where the node has none)."""
    text = write(habit_steps(problem))
    if problem.node == "long chain":
        return text.rpartition("\n")[0]
    return pad(text, rng) if problem.node == "groups added" else text


def pad(solution: str, rng: random.Random) -> str:
    """Put one or two idle lines before the steps."""
    return "\n".join([*rng.sample(PADDING, rng.choice((1, 1, 1, 2))), solution])


def learner_solution(problem: Problem, rng: random.Random) -> str:
    """Return a training solution: faulty in the share of cases that HABITS states."""
    is_faulty = rng.random() < HABITS.get(problem.node, 0.0)
    return habit_solution(problem, rng) if is_faulty else right_solution(problem)
