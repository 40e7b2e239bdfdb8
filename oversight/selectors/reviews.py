from oversight.models import Round


def review_is_complete(round_: Round) -> bool:
    """Whether no item of the round waits for people any more."""
    return not round_.items.open().exists()
