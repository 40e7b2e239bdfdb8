"""The truth of the starter domain, for gold items, evaluation and simulated annotators.

No model reads it at run time. Correctness is that of the last line; `first_error` looks at the
steps.
"""

import re
from dataclasses import dataclass, replace

from models_srv.domains.arithmetic.reading import Problem, read_problem
from models_srv.domains.arithmetic.solutions import OPERATOR, Step, event_steps, right_steps

MOST = 9999  # a problem whose values leave 0..MOST is not a valid one
STEP = re.compile(r"(-?\d{1,6}) ([-+*/]) (-?\d{1,6}) = (-?\d{1,6})")
LAST = re.compile(r"#### (-?\d{1,6})")
PADDING = "padding"  # a fault of style: the answer stays correct


@dataclass(frozen=True)
class Finding:
    """A line that is wrong, the kind of fault, and the line that belongs there.

    `wording` is the template of the sentence that was misread, empty at the end.
    """

    quote: str
    category: str
    right: str
    wording: str = ""


def truth(query: str) -> int | None:
    """Return the number that answers the query, or None where it is not a valid problem."""
    problem = read_problem(query)
    return None if problem is None else _truth(problem)


def _truth(problem: Problem) -> int | None:
    steps = right_steps(problem)
    return steps[-1].result if all(0 <= step.result <= MOST for step in steps) else None


def is_correct(query: str, response: str) -> bool | None:
    """Whether the response ends in the true `#### n`; None where the query is not valid."""
    answer = truth(query)
    if answer is None:
        return None
    lines = _lines(response)
    last = LAST.fullmatch(lines[-1]) if lines else None
    return last is not None and int(last[1]) == answer


def first_error(query: str, response: str) -> tuple[str, str, str] | None:
    """Return (wrong line, category, right line) of the first wrong step, None where none is wrong.

    Padding is no error here. For an omission the quote is the line where it shows.
    """
    for finding in findings(query, response):
        if finding.category != PADDING:
            return finding.quote, finding.category, finding.right
    return None


def fault(query: str, response: str) -> str:
    """Return what goes wrong first and at which wording: "wrong operation at fewer.3"; "" for none."""
    for finding in findings(query, response):
        if finding.category != PADDING:
            return f"{finding.category} at {finding.wording or 'the end'}"
    return ""


def comment_is_valid(query: str, response: str, quote: str, category: str) -> bool:
    """Whether a comment quotes a line that is truly at fault.

    The category only has to tell padding from an error. A line that is wrong only because it
    carries an earlier wrong total on is not at fault.
    """
    says_padding = PADDING in category.lower()
    wanted = " ".join(quote.split())
    return bool(wanted) and any(
        says_padding == (finding.category == PADDING) and wanted == " ".join(finding.quote.split())
        for finding in findings(query, response)
    )


def findings(query: str, response: str) -> list[Finding]:
    """Return every fault in order, carrying the response's own totals on; [] for no valid query."""
    problem = read_problem(query)
    if problem is None or _truth(problem) is None:
        return []
    return _Walk(problem).over(_lines(response))


def _lines(response: str) -> list[str]:
    return [line.strip() for line in response.strip().splitlines() if line.strip()]


def parse_step(line: str) -> Step | None:
    match = STEP.fullmatch(line)
    return Step(int(match[1]), match[2], int(match[3]), int(match[4])) if match else None


def _same_operands(step: Step, expected: Step) -> bool:
    pair, other = (step.left, step.right), (expected.left, expected.right)
    return pair == other or (step.operator in "+*" and pair == other[::-1])


class _Walk:
    """Reads a response line by line beside the problem's events."""

    def __init__(self, problem: Problem) -> None:
        self.events = list(problem.events)
        self.facts = {fact.number(): fact.template.id for fact in problem.facts}
        self.total = problem.start
        self.product: int | None = None  # the first line of a groups event, once it was written
        self.found: list[Finding] = []

    def over(self, lines: list[str]) -> list[Finding]:
        if not lines:
            return [Finding("", "missing last line", f"#### {self._end()}")]
        last = LAST.fullmatch(lines[-1])
        for line in lines[:-1] if last else lines:
            self._read(line)
        self._close(lines[-1], int(last[1]) if last else None)
        return self.found

    def _expected(self) -> Step | None:
        """Return the line that should come next, from the totals that the response claims."""
        if not self.events:
            return None
        steps = event_steps(self.events[0], self.total)
        if len(steps) == 1 or self.product is None:
            return steps[0]
        return replace(steps[1], right=self.product)

    def _read(self, line: str) -> None:
        step, expected = parse_step(line), self._expected()
        if step is None:
            self._note(line, PADDING, "(leave this line out)")
        elif expected is None or self._is_irrelevant(step, expected):
            wording = self.facts.get(step.right, "")
            self._note(line, "irrelevant fact", "(leave this line out)", wording)
            self.total = step.result
        elif _same_operands(step, expected) and step.operator == expected.operator:
            if step.result != expected.result:
                self._note(line, "arithmetic slip", expected.text)
            self._advance(step)
        else:
            self._note(line, self._category(step, expected), expected.text)
            self._resume(step)

    def _is_irrelevant(self, step: Step, expected: Step) -> bool:
        is_fact = step.right in self.facts and step.left == self.total
        return is_fact and step.right != expected.right and not self._skips_to_next(step)

    def _skips_to_next(self, step: Step) -> bool:
        if len(self.events) < 2:
            return False
        after = event_steps(self.events[1], self.total)[0]
        return _same_operands(step, after) and step.operator == after.operator

    def _skips_product(self, step: Step) -> bool:
        event = self.events[0]
        if self.product is not None or "m" not in event.slots:
            return False
        is_single = step.right in (event.number("n"), event.number("m"))
        return is_single and step.left == self.total and step.operator == OPERATOR[event.kind]

    def _category(self, step: Step, expected: Step) -> str:
        if self._skips_to_next(step) or self._skips_product(step):
            return "dropped step"
        return "wrong number" if step.operator == expected.operator else "wrong operation"

    def _resume(self, step: Step) -> None:
        """Go on after a wrong line, taking its result as the response's total."""
        if self._skips_to_next(step):
            self.events.pop(0)
            self.product = None
        elif self._skips_product(step):
            self.product = step.right
        self._advance(step)

    def _advance(self, step: Step) -> None:
        if "m" in self.events[0].slots and self.product is None:
            self.product = step.result
            return
        self.events.pop(0)
        self.total, self.product = step.result, None

    def _close(self, line: str, answer: int | None) -> None:
        expected = self._expected()
        if expected is not None:
            self._note(line, "dropped step", expected.text)
        elif answer is None:
            self._note(line, "missing last line", f"#### {self.total}")
        elif answer != self.total:
            self._note(line, "wrong last line", f"#### {self.total}")

    def _end(self) -> int:
        for event in self.events:
            self.total = event_steps(event, self.total)[-1].result
        return self.total

    def _note(self, quote: str, category: str, right: str, wording: str = "") -> None:
        wording = wording or (self.events[0].template.id if self.events else "")
        self.found.append(Finding(quote, category, right, wording))
