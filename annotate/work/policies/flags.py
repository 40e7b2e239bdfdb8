"""What settling a flag means for the item, in words."""

from collections.abc import Sequence

MOST_NAMED = 3


def if_it_stays(*, flagger: str, others: Sequence[str], is_open: bool, seats_free: int) -> str:
    """Say what follows where the item is left as it is. `others` may still be asked about it."""
    if not is_open:
        return "The item is closed already: what people said of it stays."
    if not seats_free:
        return "Nobody else is asked: everybody who is to answer it has it, or has answered it."
    not_again = f"{flagger} is not asked about it again"
    if not others:
        return (
            f"{not_again}, and nobody else is left to ask: it stays open until somebody joins, "
            "or you withdraw it."
        )
    if len(others) == 1:
        return f"{not_again}. It goes to {others[0]}."
    return f"{not_again}. It goes to the first to come of {_named(others)}."


def _named(people: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b, c and 4 others”."""
    named, more = list(people[:MOST_NAMED]), len(people) - MOST_NAMED
    if more > 0:
        return f"{', '.join(named)} and {more} other{'s' if more > 1 else ''}"
    return " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
