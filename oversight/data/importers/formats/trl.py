"""The dataset formats of Hugging Face's TRL: preference, unpaired preference (KTO) and SFT.

Standard (plain text) and conversational rows; a preference's prompt may be implicit, as what both
answers begin with. (TRL's documentation, *Dataset formats and types*.)
"""

from models_srv.conversations import Turn
from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Label, LabelledRow, RowError

GOOD, BAD = 7, 1


def parse_preference(line: int, value: object, told: str) -> LabelledRow:
    row = checks.record(value)
    prompt, chosen, rejected = _three(row)
    answers = (
        talk.answer_of(said.name_of(row, "chosen_model"), chosen),
        talk.answer_of(said.name_of(row, "rejected_model"), rejected),
    )
    talk.different(answers)
    label = Label(said.source_of(row, told), said.judge_of(row), ranks=(1, 2))
    return LabelledRow(talk.query_of(line, prompt, said.node_of(row)), answers, (label,))


def parse_kto(line: int, value: object, told: str) -> LabelledRow:
    """`label`: whether the completion is desirable, kept as the best or the worst rating."""
    row = checks.record(value)
    answer = talk.answer_of(
        said.name_of(row, "model"), talk.turns_in(row, "completion", "assistant")
    )
    rating = GOOD if checks.truth(row, "label") else BAD
    label = Label(said.source_of(row, told), said.judge_of(row), ratings=(rating,))
    query = talk.query_of(line, talk.turns_in(row, "prompt", "user"), said.node_of(row))
    return LabelledRow(query, (answer,), (label,))


def parse_sft(line: int, value: object) -> LabelledRow:
    """A demonstration: `prompt` and `completion`, or `messages` that end with the assistant's."""
    row = checks.record(value)
    if "messages" in row or "conversations" in row:
        key = "messages" if "messages" in row else "conversations"
        talked = talk.turns_in(row, key, "user")
        last = max((at for at, turn in enumerate(talked) if turn["role"] == "user"), default=-1)
        prompt, completion = talked[: last + 1], talked[last + 1 :]
        if not prompt or not completion:
            raise RowError(f"“{key}” must have what a user says and an answer after it")
    else:
        prompt = talk.turns_in(row, "prompt", "user")
        completion = talk.turns_in(row, "completion", "assistant")
    answer = talk.answer_of(said.name_of(row, "model"), completion)
    return LabelledRow(talk.query_of(line, prompt, said.node_of(row)), (answer,))


def _three(row: checks.Record) -> tuple[list[Turn], list[Turn], list[Turn]]:
    """Return the prompt and what follows it in both."""
    chosen, rejected = (talk.turns_in(row, key, "assistant") for key in ("chosen", "rejected"))
    if checks.value_of(row, "prompt") is not None:
        prompt = talk.turns_in(row, "prompt", "user")
        return prompt, _after(prompt, chosen), _after(prompt, rejected)
    if len(chosen) > 1 and len(rejected) > 1:
        prompt, (first, second) = talk.parted([chosen, rejected])
        return prompt, first, second
    texts = [turns[0]["content"] for turns in (chosen, rejected)]
    shared = _common_beginning(*texts)
    shared = shared[: shared.rfind(" ") + 1].rstrip() or shared
    if not shared.strip():
        raise RowError("there is no “prompt”, and both answers begin differently")
    first, second = ([_said(text[len(shared) :])] for text in texts)
    return [{"role": "user", "content": shared}], first, second


def _common_beginning(first: str, second: str) -> str:
    pairs = enumerate(zip(first, second, strict=False))
    end = next((at for at, (one, other) in pairs if one != other), min(len(first), len(second)))
    return first[:end]


def _after(prompt: list[Turn], answer: list[Turn]) -> list[Turn]:
    """Some files repeat the prompt at the head of each answer."""
    return answer[len(prompt) :] if answer[: len(prompt)] == prompt != answer else answer


def _said(text: str) -> Turn:
    return {"role": "assistant", "content": text}
