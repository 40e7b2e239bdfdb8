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
from .review import (
    ItemToConsider,
    MoveKind,
    Review,
    ReviewAnswer,
    ReviewMove,
    ReviewOutcome,
    ReviewReason,
    ReviewState,
)

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
    "ItemToConsider",
    "MoveKind",
    "OptOut",
    "QualificationAnswer",
    "RedTeamChat",
    "RedTeamTurn",
    "RedTeamTurnQuerySet",
    "Review",
    "ReviewAnswer",
    "ReviewMove",
    "ReviewOutcome",
    "ReviewReason",
    "ReviewState",
    "TurnState",
]
