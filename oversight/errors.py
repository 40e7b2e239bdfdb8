"""Named errors: each says what is wrong and which rows it is about."""


class OversightError(Exception):
    """Anything that a caller of a service may want to show to a person as one line."""


class WrongState(OversightError):
    """The row has moved on since the caller looked."""


class NotAllowed(OversightError):
    """The person who asks may not do this, though others may."""


class InvalidCampaign(OversightError):
    """A campaign's settings do not allow what was asked."""


class LeaseLost(OversightError):
    """A unit of work was taken over by another worker while this one was thinking."""


class BadRows(OversightError):
    """An import was refused; `errors` holds (line number, reason)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = errors
        shown = "; ".join(f"line {line}: {reason}" for line, reason in errors[:20])
        super().__init__(f"{len(errors)} bad rows, nothing imported: {shown}")


class InvalidWebhook(OversightError):
    """An address cannot be told what was asked: where it is, or which events."""
