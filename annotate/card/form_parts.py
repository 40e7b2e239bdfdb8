"""Parts of the workbench's form whose names carry what they are about. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping

from django.core.exceptions import ValidationError

from annotate.queue.policies.presentation import LETTERS
from oversight.feedback.services.answer_parts import NewComment, ResponseScore
from oversight.models import SeverityLevel, WorstFlaw

NUMBER = r"(\d{1,18})"
PLACE = f"([{LETTERS.upper()}])"
EDIT = re.compile(rf"edit-{NUMBER}-(severity|category|explanation|fix)")
DELETE = re.compile(rf"delete-{NUMBER}")
ADDED = re.compile(
    rf"added-{PLACE}-(\d{{1,3}})-(quote|start|end|severity|category|explanation|fix)"
)
SCORE = re.compile(rf"score-{PLACE}-(flaw|overall)")
REWRITE = re.compile(rf"rewrite-{PLACE}")

LONGEST_TEXT = 10_000
LONGEST_CATEGORY = 200
LONGEST_REWRITE = 1_000_000
MOST_ADDED = 50
BEGUN = ("quote", "severity", "category", "explanation", "fix")  # any of them begins a comment

Sent = Mapping[str, str]


def deleted_comments(sent: Sent) -> frozenset[int]:
    return frozenset(int(match[1]) for name in sent if (match := DELETE.fullmatch(name)))


def changed_comments(sent: Sent) -> dict[int, dict[str, str]]:
    """Return the fields of every comment that came with its form, changed or not, by its id."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for name, value in sent.items():
        if match := EDIT.fullmatch(name):
            found[int(match[1])][match[2]] = _text(value)
    for fields in found.values():
        _check_severity(fields.get("severity", SeverityLevel.MINOR))
        _check_category(fields.get("category", ""))
    return dict(found)


def added_comments(sent: Sent, order_shown: str) -> dict[str, list[NewComment]]:
    """Return the comments that the person wrote, by the record's letter of their response."""
    blocks: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for name, value in sent.items():
        if match := ADDED.fullmatch(name):
            blocks[match[1], int(match[2])][match[3]] = _text(value)
    found: dict[str, list[NewComment]] = defaultdict(list)
    for (place, _), block in sorted(blocks.items()):
        if any(block.get(name, "").strip() for name in BEGUN):
            found[_letter(place, order_shown)].append(_new_comment(block))
    if sum(len(comments) for comments in found.values()) > MOST_ADDED:
        raise ValidationError(f"At most {MOST_ADDED} comments can be added to one item.")
    return dict(found)


def scores(sent: Sent, order_shown: str) -> dict[str, ResponseScore]:
    """Return the scores given, by the record's letter of the response."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, value in sent.items():
        if (match := SCORE.fullmatch(name)) and value:
            found[_letter(match[1], order_shown)][match[2]] = value
    return {letter: _score(fields) for letter, fields in found.items()}


def rewrites(sent: Sent, order_shown: str) -> dict[str, str]:
    """Return what was written in place of a response; the caller sees whether it is different."""
    found = {}
    for name, value in sent.items():
        if (match := REWRITE.fullmatch(name)) and value.strip():
            text = _text(value, LONGEST_REWRITE)
            found[_letter(match[1], order_shown)] = text
    return found


def _new_comment(block: Mapping[str, str]) -> NewComment:
    if not block.get("severity"):
        raise ValidationError("Say how severe the problem is that you added.")
    if not block.get("explanation", "").strip():
        raise ValidationError("Say what is wrong in the comment that you added.")
    _check_severity(block["severity"])
    _check_category(block.get("category", ""))
    return NewComment(
        severity=block["severity"],
        explanation=block["explanation"].strip(),
        category=block.get("category", "").strip(),
        suggested_fix=block.get("fix", "").strip(),
        quote=block.get("quote", ""),
        start=_offset(block.get("start", "")),
        end=_offset(block.get("end", "")),
    )


def _score(fields: Mapping[str, str]) -> ResponseScore:
    flaw, overall = fields.get("flaw", ""), fields.get("overall", "")
    if flaw and flaw not in WorstFlaw.values:
        raise ValidationError(f"There is no severity {flaw!r}.")
    if overall and not re.fullmatch("[1-7]", overall):
        raise ValidationError("A response is rated from 1 to 7.")
    return ResponseScore(flaw, int(overall) if overall else None)


def _letter(place: str, order_shown: str) -> str:
    """Translate the letter of a place on the page to the record's letter of what stood there."""
    position = LETTERS.index(place.lower())
    if position >= len(order_shown):
        raise ValidationError(f"There is no response {place}.")
    return order_shown[position]


def _text(value: str, longest: int = LONGEST_TEXT) -> str:
    if "\0" in value:
        raise ValidationError("Null characters are not allowed.")
    if len(value) > longest:
        raise ValidationError(f"A text is longer than {longest:,} characters.")
    return value


def _check_severity(value: str) -> None:
    if value not in SeverityLevel.values:
        raise ValidationError(f"There is no severity {value!r}.")


def _check_category(value: str) -> None:
    if len(value) > LONGEST_CATEGORY:
        raise ValidationError(f"A category is longer than {LONGEST_CATEGORY} characters.")


def _offset(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,9}", value) else None


def whole_number(value: str) -> int:
    """Return the number that the browser was given to send back, 0 for what is none of ours."""
    return int(value) if re.fullmatch(NUMBER, value, re.ASCII) else 0
