"""Where the pairs that a critic or an attacker was trained on come from, in words. Pure."""

from collections.abc import Mapping

WHO = {
    "people": "by people",
    "simulated": "by simulated annotators, or by them and people",
    "checker": "by the checker",
}
WHY = {
    "verdicts": "a comment was called fake",
    "sound": "an answer was found right, so that what was said against it was made up",
    "valid": "all comments were called right, so that to say nothing would have missed it",
    "missed": "others found what the critic missed",
    "ratings": "one was rated better as a whole",
    "edits": "a comment was put better",
    "revisions": "the learner's new answer became better by one of two critiques",
    "attacks": "one of two questions from the same start was confirmed to be worth more",
}


def pair_words(pairs: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what is said of each kind of pair, and how many there are, by a run's counts."""
    return [(_words(source), count) for source, count in sorted(pairs.items())]


def _words(source: str) -> str:
    if source == "tampered":
        return "where it missed an error that was put in"
    who, _, why = source.partition(": ")
    return f"where {WHY[why]}, {WHO[who]}" if why in WHY and who in WHO else source
