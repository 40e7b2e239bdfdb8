"""The refiner is the learner with a critique in hand: it writes an answer of its own anew."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.conversations import Turn
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Conversation, Generation, Message

WHAT_TO_DO = (
    "Write the answer anew. Mend what the reviewer is right about and keep what is right as it is. "
    "Reply with the answer alone: nothing about the review, nothing before or after."
)
# A line that announces the answer: "Here is the revised answer:".
_ANNOUNCES = re.compile(
    r"(?:(?:sure|certainly|of course|okay)\b[^\n]*|here(?:'s|’s| is| are)\b[^\n]*"
    r"|\W*(?:my |the |a )?(?:revised|improved|corrected|refined|rewritten|new) "
    r"(?:answer|response|version)\W*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Remark:
    """A critic's comment as the learner reads it: what it quotes, what is wrong there, how to mend it."""

    quote: str
    problem: str
    fix: str = ""


@dataclass(frozen=True)
class Refined:
    """An answer written anew; `announced` is the line before it that was cut off, empty for none."""

    text: str
    announced: str = ""


def build_refine_request(
    *,
    query: str,
    answer: str,
    remarks: Sequence[Remark],
    summary: str = "",
    instructions: str = "",
    turns: Sequence[Turn] | None = None,
) -> Conversation:
    """Have the learner write its `answer` to `query` anew, after what a critic remarked on.

    The conversation is the one that it answered, its answer, and the review as what the person says
    next (Self-Refine: Madaan et al., 2023, sections 2 and 3).
    """
    asked = build_answer_request(query=query, instructions=instructions, turns=turns)
    return (*asked, Message("assistant", answer), Message("user", _review(remarks, summary)))


def parse_refined(generation: Generation) -> Refined:
    """Return the answer without a first line that only announces it.

    Pairs of it and the original would else teach to announce. The line is kept beside, so that
    nothing of what the model wrote is lost.
    """
    text = parse_answer(generation)
    first, _, rest = text.partition("\n")
    line = first.strip()
    if line.rstrip("*_ ").endswith(":") and _ANNOUNCES.fullmatch(line) and rest.strip():
        return Refined(rest.strip(), announced=line)
    return Refined(text)


def _review(remarks: Sequence[Remark], summary: str) -> str:
    told = [f"A reviewer says of your answer: {summary}".rstrip(" :") + ("" if summary else ":")]
    told += [_told(remark) for remark in remarks]
    return "\n".join([*told, "", WHAT_TO_DO])


def _told(remark: Remark) -> str:
    place = f"“{remark.quote}”: " if remark.quote else ""
    fix = f" Instead: {remark.fix}" if remark.fix else ""
    return f"- {place}{remark.problem}{fix}"
