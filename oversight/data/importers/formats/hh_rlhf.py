r"""Anthropic's HH-RLHF: two dialogues, `chosen` and `rejected`, of which a crowdworker chose one.

A dialogue is one string, each turn after `\n\nHuman:` or `\n\nAssistant:`. What both begin with is the
query; where they part before the last prompt, the rest of each is an answer of several turns. A last
turn may be empty. (Bai et al., *Training a Helpful and Harmless Assistant*, 2022.)
"""

import re

from models_srv.conversations import Turn
from oversight.data.importers import checks, talk
from oversight.data.importers.rows import Label, LabelledRow, RowError

TURN = re.compile(r"\n\n(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}
LABEL = Label("person", "crowdworker", ranks=(1, 2))


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    prompt, rests = talk.parted([dialogue(row, key) for key in ("chosen", "rejected")])
    chosen, rejected = (talk.answer_of("imported", rest) for rest in rests)
    talk.different([chosen, rejected])
    return LabelledRow(talk.query_of(line, prompt), (chosen, rejected), (LABEL,))


def dialogue(row: checks.Record, key: str) -> list[Turn]:
    """Return the turns of a dialogue, each without the one space before it."""
    text = checks.text(row, key)
    parts = TURN.split(text if text.startswith("\n\n") else f"\n\n{text.lstrip()}")
    if len(parts) < 5 or parts[0].strip():
        raise RowError(f"“{key}” is no dialogue of \\n\\nHuman: and \\n\\nAssistant:")
    turns = zip(parts[1::2], parts[2::2], strict=True)
    return [{"role": ROLES[who], "content": said.removeprefix(" ")} for who, said in turns]
