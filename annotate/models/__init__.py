"""The annotate app's own records."""

from .assignments import (
    Annotation,
    Assignment,
    AssignmentQuerySet,
    AssignmentState,
    Draft,
    Flag,
    FlagKind,
)
from .care import AnnotatorSettings, BlurFrom, Break, Consent, OptOut
from .qualification import QualificationAnswer
from .redteam import RedTeamChat, RedTeamTurn, RedTeamTurnQuerySet, TurnState

__all__ = [
    "Annotation",
    "AnnotatorSettings",
    "Assignment",
    "AssignmentQuerySet",
    "AssignmentState",
    "BlurFrom",
    "Break",
    "Consent",
    "Draft",
    "Flag",
    "FlagKind",
    "OptOut",
    "QualificationAnswer",
    "RedTeamChat",
    "RedTeamTurn",
    "RedTeamTurnQuerySet",
    "TurnState",
]
