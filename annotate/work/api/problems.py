"""What can keep an answer from being taken, as REST says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from annotate.errors import (
    AlreadyAnswered,
    CorrectedMeanwhile,
    CorrectionRefused,
    ItemGone,
    LeaseExpired,
    NoSuchAnswer,
    NotShown,
)
from oversight.errors import OversightError


class NotTaken(APIException):
    """Somebody was faster, or the item is answered already: what was sent is not saved."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_taken"


class Gone(APIException):
    """Nobody is asked about the item any more."""

    status_code = status.HTTP_410_GONE
    default_code = "item_gone"


CODES: dict[type[OversightError], str] = {
    LeaseExpired: "lease_expired",
    AlreadyAnswered: "already_answered",
    CorrectionRefused: "correction_refused",
    CorrectedMeanwhile: "corrected_meanwhile",
}


@contextmanager
def told_as_problems() -> Iterator[None]:
    """Raise what the services raise as errors that REST answers with."""
    try:
        yield
    except NoSuchAnswer as error:
        raise ValidationError({"corrects": [str(error)]}) from error
    except NotShown as error:
        raise ValidationError(str(error)) from error
    except ItemGone as error:
        raise Gone(str(error)) from error
    except tuple(CODES) as error:
        raise NotTaken(str(error), code=CODES[type(error)]) from error
