"""A response cut into the steps that a person labels."""

import re

STEP = re.compile(r"[^\n]*\S[^\n]*")


def split_steps(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each step, in characters: every line that is not blank.

    As PRM800K's solutions are cut (Lightman et al., 2023); space at a line's ends is no part of it.
    """
    found = []
    for match in STEP.finditer(text):
        line = match[0]
        start = match.start() + len(line) - len(line.lstrip())
        found.append((start, match.start() + len(line.rstrip())))
    return found
