"""What a source's reliability means for a campaign, as a sentence. Pure."""

from typing import Any

COIN = 0.5
LEAST_TAKEN = 10  # audited labels, from which their errors say anything


def believed(found: dict[str, Any], who: str) -> str:
    """Return how far the critic's labels are believed, as a sentence; empty where nobody knows.

    `found` is what was kept of its population when a round's feedback was collected; `who` judged.
    """
    taken = found.get("taken")
    if taken and taken["accepted"] >= LEAST_TAKEN:
        wrong = taken["errors"] / taken["accepted"]
        return (
            f"Of 100 labels taken from the critic about {_of_100(wrong)} are wrong "
            f"(between {_of_100(taken['low'])} and {_of_100(taken['high'])}), going by "
            f"{taken['accepted']} that {who} judged as well, drawn at random.{_wrong_how(taken, who)}"
        )
    if all_of_them := found.get("weighted"):
        return (
            f"In 100 pairs that the critic judged, {who} would agree with it in about "
            f"{_of_100(all_of_them['value'])} (between {_of_100(all_of_them['low'])} and "
            f"{_of_100(all_of_them['high'])}), those aside of which they prefer neither."
            f"{_beside_a_coin(all_of_them)}"
        )
    return ""


def _wrong_how(taken: dict[str, Any], who: str) -> str:
    """Two kinds of wrong: only one of them is disagreement, which tables of agreement count alone."""
    if not (ties := taken.get("ties")):
        return ""
    other = taken["errors"] - ties
    return f" Of these {who} preferred the other answer in {other}, and neither in {ties}."


def _beside_a_coin(found: dict[str, Any]) -> str:
    if found["high"] < COIN:
        return " A tossed coin would agree more often: let people take more (Settings, Routing)."
    if found["low"] < COIN:
        return " So far that cannot be told from tossing a coin."
    return ""


def _of_100(share: float) -> int:
    return round(100 * share)
