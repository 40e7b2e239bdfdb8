"""What can keep an annotation from being taken. Each is shown to the person as it reads."""

from oversight.errors import OversightError


class LeaseExpired(OversightError):
    """The lease ran out and others have taken every seat since."""


class ItemGone(OversightError):
    """The item was closed or withdrawn meanwhile."""


class AlreadyAnswered(OversightError):
    """This person has submitted or skipped the item before, in another tab perhaps."""


class NotShown(OversightError):
    """A verdict was sent on a comment, or a critique named, that does not belong to the item."""


class NotSimulated(OversightError):
    """A person has the name that a simulated annotator would get."""


class DraftOutdated(OversightError):
    """The page is older than the draft: another tab has saved since."""


class DraftTooLong(OversightError):
    """More than a draft may hold."""


class CorrectionRefused(OversightError):
    """What was submitted may not be changed any more."""


class NoSuchAnswer(CorrectionRefused):
    """What is to be corrected is no answer of this person to this item."""


class CorrectedMeanwhile(OversightError):
    """The page is older than the person's own latest correction."""


class NotTheirs(OversightError):
    """A review that somebody else has, or of an item in which the person has a part."""


class AnswersChanged(OversightError):
    """What was answered has changed since the reviewer looked at it."""
