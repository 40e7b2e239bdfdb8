"""A solution with one error put in, as people did for CriticGPT (McAleese et al., 2024).

The starter critic's training errors are drawn from a problem; these are put into a given text.
"""

import random
from dataclasses import replace

from models_srv.domains.arithmetic.checker import LAST, parse_step
from models_srv.domains.arithmetic.solutions import Step
from models_srv.domains.domain import Tampered

SLIPS = (-10, -2, -1, 1, 2, 10)


def tamper(solution: str, rng: random.Random) -> Tampered | None:
    """Return the solution with one result changed, and what rests on it carried on.

    None where it has no line of arithmetic, or no change of one leaves whole numbers.
    """
    lines = solution.splitlines()
    places = [at for at, line in enumerate(lines) if parse_step(line.strip())]
    rng.shuffle(places)
    for at in places:
        for slip in rng.sample(SLIPS, len(SLIPS)):
            if changed := _carried_on(lines, at, slip):
                problem = f"“{lines[at].strip()}” was changed to “{changed[at].strip()}”."
                return Tampered("\n".join(changed), problem, "arithmetic slip")
    return None


def _carried_on(lines: list[str], at: int, slip: int) -> list[str] | None:
    first = parse_step(lines[at].strip())
    assert first is not None
    right, wrong = first.result, first.result + slip
    changed = [*lines[:at], replace(first, claimed=wrong).text]
    for line in lines[at + 1 :]:
        if wrong < 0:
            return None
        step, last = parse_step(line.strip()), LAST.fullmatch(line.strip())
        if step and right in (step.left, step.right):
            new = _with(step, right, wrong)
            changed.append(new.text)
            right, wrong = step.result, new.result
        elif last and int(last[1]) == right:
            changed.append(f"#### {wrong}")
        else:
            changed.append(line)
    return changed if wrong >= 0 else None


def _with(step: Step, right: int, wrong: int) -> Step:
    """Return the step with the number that came before it replaced, and its true result."""
    if step.left == right:
        return Step(wrong, step.operator, step.right)
    return Step(step.left, step.operator, wrong)
