"""The examiner draws up the kinds of question by which a model is examined.

After Cheng et al., *AutoDetect: Towards a Unified Framework for Automated Weakness Detection in Large
Language Models*, 2024, section 3: examiner, questioner (`questioner.py`) and assessor (`assessor.py`).
"""

from collections.abc import Sequence

from models_srv.answers import answer_of
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation

LONGEST_KIND = 80
MOST_KINDS = 20
ASKED = """You examine an assistant. Draw up the kinds of question that together cover what it is to be \
good at. Each kind is one skill or topic, narrow enough that a model can be bad at it and good at the \
others, and no kind is a part of another.

Answer with one kind a line, two to six words each, and nothing else."""


def build_examination_request(*, purpose: str, examples: Sequence[str] = ()) -> Conversation:
    """Ask for kinds of question. `purpose` says what the assistant is for, `examples` are questions
    that it is asked."""
    parts = [f"What it is for:\n{purpose.strip()}" if purpose.strip() else ""]
    if examples:
        listed = "\n".join(f"- {' '.join(each.split())}" for each in examples)
        parts.append(f"Some of the questions:\n{listed}")
    user = "\n\n".join(part for part in parts if part)
    return conversation(ASKED, user or "It answers whatever people ask.")


def parse_kinds(generation: Generation) -> list[str]:
    """Return the kinds, at most MOST_KINDS, none twice; what is no line of a few words is left out."""
    lines = (plain_kind(line) for line in answer_of(generation).text.splitlines())
    unique = {line.casefold(): line for line in reversed([each for each in lines if each])}
    return list(reversed(list(unique.values())))[:MOST_KINDS]


def plain_kind(line: str) -> str:
    """Return a kind without its number, bullet, quotes and full stop; "" where it is none."""
    kind = line.strip().lstrip("-*•0123456789.) ").strip(" \t\"'“”*.:")
    return "" if len(kind) > LONGEST_KIND or kind.endswith(("?", "!")) else kind
