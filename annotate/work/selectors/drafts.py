"""What a person had entered on a card when they left it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.models import Annotation, Assignment, Draft
from oversight.models import Arm, BlindAnswer
from oversight.statements import Statement

DRAFT = Statement(
    "SELECT {draft} FROM annotate_draft draft WHERE draft.assignment_id = %(assignment)s",
    draft=Draft,
)


@dataclass(frozen=True)
class Entered:
    """Fields of the form by name, and the version of the draft that they are; 0: there is none."""

    fields: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


def entered_on(assignment: Assignment) -> Entered:
    row = DRAFT.first(assignment=assignment.pk)
    if row is None:
        return Entered()
    draft: Draft = row[0]
    fields = dict(draft.fields)
    if _is_of_first_answer(assignment, fields):
        return Entered(version=draft.version)
    return Entered(fields, draft.version)


def entered_on_correction(standing: Annotation) -> Entered:
    """What was entered to supersede this annotation, and not sent yet."""
    draft = Draft.objects.filter(pk=standing.assignment_id).first()
    if draft is None or draft.corrects != standing.pk:
        return Entered()
    return Entered(dict(draft.fields), draft.version)


def _is_of_first_answer(assignment: Assignment, fields: Mapping[str, str]) -> bool:
    """What was entered before the critique was shown is no draft of the answer given with it."""
    if assignment.arm != Arm.BLIND_FIRST or fields.get("phase") != "blind":
        return False
    return BlindAnswer.objects.filter(item=assignment.item_id, user=assignment.annotator).exists()
