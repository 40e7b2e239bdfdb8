"""Named errors: each says what is wrong and which rows it is about."""


class OversightError(Exception):
    """Anything that a caller of a service may want to show to a person as one line.

    `code` is what programs go by, where it has one of its own.
    """

    code: str | None = None

    @property
    def sentence(self) -> str:
        words = str(self)
        return f"{words[:1].upper()}{words[1:]}."


class WrongState(OversightError):
    """The row has moved on since the caller looked."""


class AtRest(WrongState):
    """The campaign is paused, or finished and only to be read."""

    def __init__(self, name: str, state: str) -> None:
        self.code = f"campaign_{state}"
        mend = "resume it first" if state == "paused" else "it can be read, and resumed"
        super().__init__(f"{name} is {state}: {mend}")


class NotAllowed(OversightError):
    """The person who asks may not do this, though others may."""


class InvalidCampaign(OversightError):
    """A campaign's settings do not allow what was asked."""


class CheckerMissing(InvalidCampaign):
    """The campaign's checker is not installed where it is needed, or could not be loaded."""

    def __init__(self, slug: str, checker: str, why: str) -> None:
        self.code = "checker_missing"
        super().__init__(
            f"the checker “{checker}” of {slug} {why}, so nobody knows which answers are right: "
            "install it for web and workers, or choose another in the settings"
        )


class NotAPicture(OversightError):
    """What was sent as a picture is none, or is too large."""


class LeaseLost(OversightError):
    """A unit of work was taken over by another worker while this one was thinking."""


def bad_rows(count: int) -> str:
    return "1 bad row" if count == 1 else f"{count:,} bad rows"


class BadRows(OversightError):
    """An import was refused; `errors` holds (line number, reason), the first ones where `is_cut`."""

    def __init__(self, errors: list[tuple[int, str]], *, is_cut: bool = False) -> None:
        self.errors = errors
        self.how_many = bad_rows(len(errors))
        if is_cut:
            self.how_many += f" up to line {errors[-1][0]}, where reading stopped"
        shown = "; ".join(f"line {line}: {reason}" for line, reason in errors[:20])
        super().__init__(f"{self.how_many}, nothing imported: {shown}")


class InvalidWebhook(OversightError):
    """An address cannot be told what was asked: where it is, or which events."""
