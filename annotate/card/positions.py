"""An answer by position on the page, translated to the record's order and back."""

from oversight.models import Choice

# Value in the form -> (position on the page, strength). 4 is the tie.
SCALE = {"1": (0, 3), "2": (0, 2), "3": (0, 1), "5": (1, 1), "6": (1, 2), "7": (1, 3)}
PREFERENCES = [
    ("1", "A, clearly"),
    ("2", "A"),
    ("3", "A, slightly"),
    ("4", "Tie"),
    ("5", "B, slightly"),
    ("6", "B"),
    ("7", "B, clearly"),
    ("both_bad", "Both bad"),
]


STEP_LABELS = {"good": 1, "neutral": 0, "bad": -1}


def preferences(order_shown: str) -> list[tuple[str, str]]:
    """The answers on offer: a scale for two responses, the best one for more."""
    if len(order_shown) == 2:
        return PREFERENCES
    best = [(letter, f"{letter} is best") for letter in "ABCD"[: len(order_shown)]]
    return [*best, ("4", "Tie"), ("both_bad", "All bad")]


def chosen(preference: str, order_shown: str) -> tuple[Choice, int | None]:
    """Translate an answer by position into the record's order: choice and strength."""
    if preference == "both_bad":
        return Choice.BOTH_BAD, None
    if preference == "4":
        return Choice.TIE, None
    if preference in "ABCD":
        return Choice(order_shown["ABCD".index(preference)]), None
    position, strength = SCALE[preference]
    return Choice(order_shown[position]), strength


def preference_of(choice: str, strength: int | None, order_shown: str) -> str:
    """Return the answer by position that `chosen` translates to these."""
    if choice == Choice.BOTH_BAD:
        return "both_bad"
    if choice == Choice.TIE:
        return "4"
    position = order_shown.index(choice)
    if strength is None:
        return "ABCD"[position]
    return next(value for value, place in SCALE.items() if place == (position, strength))
