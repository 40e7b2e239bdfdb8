"""What a starter model is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """What the user says and what the model should answer.

    From the character `learnt_from` on, `user` is learnt as well: an attacker's seed, or a critic's
    response up to its first fault. `spans` are (first character, end, number of the category) of
    what is wrong in such a response. `before` are earlier turns, of which nothing is learnt: (what the
    user said, what the model answered).
    """

    user: str
    answer: str
    learnt_from: int | None = None
    spans: tuple[tuple[int, int, int], ...] = ()
    before: tuple[tuple[str, str], ...] = ()
