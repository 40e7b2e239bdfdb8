"""A response cut into the steps that a person labels."""

import re
from itertools import islice

MOST_STEPS = 2_000  # nobody labels more; what comes after is the last one's
STEP = re.compile(r"[^\n]*\S[^\n]*")


def split_steps(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each step, in characters: every line that is not blank.

    Of more than MOST_STEPS the last one reaches to the text's end.

    As PRM800K's solutions are cut (Lightman et al., 2023); space at a line's ends is no part of it.
    """
    found = []
    for match in islice(STEP.finditer(text), MOST_STEPS):
        line = match[0]
        start = match.start() + len(line) - len(line.lstrip())
        found.append((start, match.start() + len(line.rstrip())))
    if len(found) == MOST_STEPS:
        found[-1] = (found[-1][0], len(text.rstrip()))
    return found
