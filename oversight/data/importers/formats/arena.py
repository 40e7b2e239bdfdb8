"""Chatbot Arena's conversations and MT-Bench's judgements: two models, the same user, who won.

People judged where the judge is `arena_user_…`, `author_…` or `expert_…`; any other judge is a model.
An MT-Bench judgement is of one turn: what came after it was not judged. (Zheng et al., 2023.)
"""

import re

from models_srv.conversations import Turn
from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Label, LabelledRow

WINNERS = {
    **{"model_a": "a", "model_b": "b", "tie": "tie"},
    **{"tie (bothbad)": "both_bad", "tie (inconsistent)": "tie"},
}
PERSON = re.compile(r"(arena_user|author|expert)(_|\Z)")


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    turn = checks.whole(row, "turn", low=1, high=10_000)
    talks = [_judged(row, key, turn) for key in ("conversation_a", "conversation_b")]
    prompt, rests = talk.parted(talks)
    answers = tuple(
        talk.answer_of(said.name_of(row, key), rest)
        for key, rest in zip(("model_a", "model_b"), rests, strict=True)
    )
    talk.different(answers)
    choice = checks.one_of(row, "winner", WINNERS)
    judge = _judge(row)
    label = Label(
        "person" if PERSON.match(judge) else "critic",
        judge,
        ranks=said.ranks_of(choice, 2),
        are_all_bad=choice == "both_bad",
    )
    return LabelledRow(
        talk.query_of(line, prompt, said.node_of(row, "category")), answers, (label,)
    )


def _judged(row: checks.Record, key: str, turn: int | None) -> list[Turn]:
    """Return the conversation as far as it was judged: so many of the user's turns and answers."""
    turns = talk.turns_in(row, key, "user")
    starts = [at for at, each in enumerate(turns) if each["role"] == "user"]
    return turns[: starts[turn]] if turn and turn < len(starts) else turns


def _judge(row: checks.Record) -> str:
    """A judge is a name, or a model with the prompt that it was asked by."""
    judge = row.get("judge")
    if isinstance(judge, list):
        judge = " ".join(str(part) for part in judge)
    return checks.text({"judge": judge}, "judge", max_chars=said.MAX_NAME)
