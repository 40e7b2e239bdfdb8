"""The assessor reads what a model failed at and proposes a weakness that has no kind of its own yet.

After Cheng et al., *AutoDetect*, 2024, section 3.3. What it proposes is a proposal: somebody accepts
it or does not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.answers import answer_of
from models_srv.roles.critique_format import label
from models_srv.roles.examiner import plain_kind
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation

MOST_SHOWN = 12
LONGEST_SHOWN = 800  # characters of a question, and of an answer
LONGEST_WHY = 500
NOTHING = "nothing new"
_LINE = re.compile(label("weakness|why") + r"(?P<value>.*)$", re.IGNORECASE | re.MULTILINE)
ASKED = """You read questions that an assistant failed at, and the kinds of question that it is examined \
by. Find one weakness that several of these failures share and that none of the kinds names: a skill, a \
wording, a kind of step. It has to be something that new questions can be written about.

Answer in two lines:
Weakness: two to six words
Why: one sentence on what the failures have in common

If the kinds name all of it already, answer:
Weakness: nothing new"""


@dataclass(frozen=True)
class Failure:
    """A question that was failed, its kind, and the answer."""

    kind: str
    question: str
    answer: str


@dataclass(frozen=True)
class Proposed:
    """`name` is what the new kind is to be called, `why` what speaks for it, possibly empty."""

    name: str
    why: str


def build_assessment_request(
    *, kinds: Sequence[str], failures: Sequence[Failure], purpose: str = ""
) -> Conversation:
    """Ask for one weakness that `failures` share, of which the first MOST_SHOWN are shown."""
    listed = "\n".join(f"- {kind}" for kind in kinds) or "- none yet"
    told = "\n\n".join(
        f"{number}. Kind: {each.kind or 'none'}\nQuestion: {each.question[:LONGEST_SHOWN]}\n"
        f"Answer: {each.answer[:LONGEST_SHOWN]}"
        for number, each in enumerate(failures[:MOST_SHOWN], start=1)
    )
    system = "\n\n".join(part for part in (purpose.strip(), ASKED) if part)
    return conversation(system, f"Kinds:\n{listed}\n\nFailures:\n\n{told}")


def parse_proposal(generation: Generation, kinds: Sequence[str]) -> Proposed | None:
    """Return what is proposed; None where nothing is, where it cannot be read, and where a kind is
    called so already."""
    lines = list(_LINE.finditer(answer_of(generation).text))
    first = {each["key"].lower(): each["value"] for each in reversed(lines)}
    name = plain_kind(first.get("weakness", ""))
    known = {kind.casefold() for kind in kinds} | {NOTHING}
    if not name or name.casefold() in known:
        return None
    return Proposed(name, " ".join(first.get("why", "").split())[:LONGEST_WHY])
