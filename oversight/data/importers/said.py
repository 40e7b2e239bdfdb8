"""What rows of several formats say in the same way: the answers, who judged, and what was judged."""

from typing import Any

from . import checks, talk
from .rows import Answer, RowError

SOURCES = {name: name for name in ("person", "critic", "checker", "simulated")}
LETTERS = "abcd"
MAX_RESPONSES = 4
MAX_NAME = 100
# How people write which of the answers is best.
CHOICES: dict[str | int, str] = {"left": "a", "right": "b", "tie": "tie", "both_bad": "both_bad"}
CHOICES |= {0: "tie", "0": "tie"}
for _number, _letter in enumerate(LETTERS, start=1):
    for _name in (_letter, _letter.upper(), f"response_{_letter}", f"model_{_letter}"):
        CHOICES[_name] = _letter
    CHOICES |= {_number: _letter, str(_number): _letter}


def source_of(row: checks.Record, told: str) -> str:
    """Return who judged. Nothing counts as human, or as anybody's, where it is not said."""
    if row.get("source"):
        return checks.one_of(row, "source", SOURCES)
    if not told:
        raise RowError(
            "nobody says who judged: give the row a “source” (person, critic, checker or "
            "simulated) or choose one for the file (“Who judged”)"
        )
    return told


def judge_of(row: checks.Record, key: str = "annotator") -> str:
    """Return the name of who judged; a number is a name too."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return checks.text({key: value}, key, default="", max_chars=MAX_NAME)


def node_of(row: checks.Record, key: str = "node") -> str:
    return checks.text(row, key, default="", max_chars=200)


def ranks_of(choice: str, count: int) -> tuple[int, ...]:
    """Return each answer's place where one is best, or all are level."""
    if choice not in LETTERS:
        return (1,) * count
    best = LETTERS.index(choice)
    if best >= count:
        raise RowError(f"“{choice}” is not among the {count} responses")
    return tuple(1 if place == best else 2 for place in range(count))


def answers_in(row: checks.Record, least: int = 2) -> tuple[Answer, ...]:
    """Return the answers: the list `responses`, or the columns `response_a` to `response_d`."""
    if "responses" in row:
        given = checks.listed(row, "responses")
        answers = [_answer(value) for value in given]
    else:
        keys = [f"response_{letter}" for letter in LETTERS]
        there = [key for key in keys if row.get(key)] or keys[:1]
        answers = [_column(row, key) for key in there]
    if not least <= len(answers) <= MAX_RESPONSES:
        raise RowError(f"{least} to {MAX_RESPONSES} responses are needed, not {len(answers)}")
    talk.different(answers)
    return tuple(answers)


def _column(row: checks.Record, key: str) -> Answer:
    letter = key.rpartition("_")[2]
    name = name_of(row, f"model_{letter}")
    return talk.answer_of(name, talk.turns_in(row, key, "assistant"))


def _answer(value: Any) -> Answer:
    """Take plain text, a conversation, or an object with `text` or `messages` and its `model`."""
    if not isinstance(value, dict):
        return talk.answer_of(
            "imported", talk.turns_in({"responses": value}, "responses", "assistant")
        )
    key = "messages" if value.get("messages") else "text"
    return talk.answer_of(name_of(value, "model"), talk.turns_in(value, key, "assistant"))


def name_of(row: checks.Record, key: str, default: str = "imported") -> str:
    """Return the name of the model that answered."""
    name = checks.text(row, key, default=default, max_chars=200)
    return name if name.strip() else default
