"""What became of an item, in words: its answers, and why nothing is preferred."""

from collections.abc import Sequence

CLEARLY = {3: ", clearly", 2: "", 1: ", slightly"}
NO_CRITIQUE = "None was shown"


def choice_words(choice: str, strength: int | None) -> str:
    """“A, clearly”, as on the button that was pressed; without a strength “A”, “Tie”, “Both bad”."""
    return f"{choice}{CLEARLY[strength] if strength else ''}"


def order_words(order_shown: str) -> str:
    """Say that the person saw the responses in another order than the item has them; else nothing."""
    if not order_shown or order_shown == "".join(sorted(order_shown)):
        return ""
    if len(order_shown) == 2:
        return "saw A and B the other way round"
    letters = ", ".join(order_shown.upper())
    return f"saw them in the order {letters}"


def critique_words(arm: str, in_words: str, was_shown: bool | None) -> str:
    """Return the arm `in_words`; where a critique would have been shown and was not, say so."""
    return NO_CRITIQUE if arm == "shown" and was_shown is False else in_words


def asked_words(state: str, annotators: int, seats_free: int) -> str:
    """Say how many people are to answer, and how many still may."""
    people = "1 person" if annotators == 1 else f"{annotators} people"
    if state in ("closed", "withdrawn"):
        was = "was" if annotators == 1 else "were"
        return f"{people} {was} to answer. It is {state}: nobody is asked any more."
    return f"{people} {'is' if annotators == 1 else 'are'} to answer; {seats_free} may still."


def no_preference_words(
    *, state: str, kind: str, is_held_out: bool, is_known: bool, choices: Sequence[str]
) -> str:
    """Say why nothing is preferred in an item; `choices` are what stands: "a", "tie", … An item that
    decides another is none of these: its preference is the other's."""
    if is_held_out:
        return "its query is held out, and never trained on."
    if is_known:
        return "its right answer was known before."
    if state == "withdrawn":
        return "it was withdrawn."
    if kind in ("steps", "critique_rating"):
        return "no two responses are compared in it."
    if state != "closed":
        return "nothing is decided yet."
    if not choices:
        return "nobody's answer to it stands."
    if all(choice in ("tie", "both_bad") for choice in choices):
        return "nobody who answered prefers either."
    return "those who answered are level."
