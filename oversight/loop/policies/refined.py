"""What came of answers written anew with a critique in hand, counted and in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.evaluation import Proportion, proportion

JUDGES = {"person": "People", "simulated": "Simulated annotators"}


@dataclass(frozen=True)
class Checked:
    """Whether the old answer, the new one, and the one that the critic found best at first are right."""

    was_right: bool
    is_right: bool
    is_best_right: bool


@dataclass(frozen=True)
class WrittenAnew:
    """`written` answers, of which some came out `unchanged` and some `unanswered`.

    By the `checker`'s truth (empty: there is none): `fixed` of those that were wrong, `broken` of those
    that were right, `right` of all, and `best_right` of the answers to the same queries that the critic
    found best. By those who judged pairs drawn at random: the new answer `preferred` of those with a
    preference; `neither` had none. 95 % intervals.
    """

    written: int
    unchanged: int
    unanswered: int
    checker: str
    fixed: Proportion
    broken: Proportion
    right: Proportion
    best_right: Proportion
    judged_by: str
    preferred: Proportion
    neither: int


def fix_and_break(checked: Sequence[Checked]) -> dict[str, Proportion]:
    """Return fix rate, break rate, and how many are right before the choice and after it."""
    wrong = [each.is_right for each in checked if not each.was_right]
    right = [not each.is_right for each in checked if each.was_right]
    return {
        "fixed": _share(wrong),
        "broken": _share(right),
        "right": _share([each.is_right for each in checked]),
        "best_right": _share([each.is_best_right for each in checked]),
    }


def refined_words(found: WrittenAnew | None) -> list[str]:
    """Return the sentences of a round's page; none where nothing was written anew."""
    return [*_written(found), *_checked(found), *_preferred(found)] if found else []


def _written(found: WrittenAnew) -> list[str]:
    said = (
        f"For {_many(found.written, 'query', 'queries')} the learner wrote anew the answer that the "
        "critic found most flawed, with the critique in hand. The new answer is judged against the old."
    )
    left = [f"{found.unchanged:,} came out as before"] if found.unchanged else []
    left += [f"{found.unanswered:,} gave no answer"] if found.unanswered else []
    but = (
        f"{' and '.join(left)}: there the best answer is judged against the worst." if left else ""
    )
    return [f"{said} {but}".strip()]


def _checked(found: WrittenAnew) -> list[str]:
    if not found.right.count:
        return []
    said = f"By the checker ({found.checker}): "
    if found.fixed.count:
        said += f"of {found.fixed.count:,} that were wrong {_counted(found.fixed)} are right now. "
    if found.broken.count:
        said += (
            f"Of {found.broken.count:,} that were right {_counted(found.broken)} are wrong now. "
        )
    return [
        said.strip(),
        f"Of the new answers {_counted(found.right)} are right; of those to the same queries that the "
        f"critic found best at first, {_counted(found.best_right)}.{_which_teaches(found)}",
    ]


def _which_teaches(found: WrittenAnew) -> str:
    """Return what follows where it is sure: intervals that do not touch."""
    new, best = found.right, found.best_right
    if new.high is None or best.low is None or new.low is None or best.high is None:
        return ""
    if new.high < best.low:
        return (
            " To choose among first answers finds more right ones than to write anew: lower the share "
            "(Settings, Each round)."
        )
    return " To write anew finds more right ones than to choose." if new.low > best.high else ""


def _preferred(found: WrittenAnew) -> list[str]:
    judged = found.preferred.count + found.neither
    who = JUDGES[found.judged_by]
    if not judged:
        return [f"{who} have judged none of these pairs that were drawn at random yet."]
    old = found.preferred.count - found.preferred.successes
    return [
        f"{who} judged {_many(judged, 'pair')} of these drawn at random: in "
        f"{_counted(found.preferred)} they prefer the new answer, in {old:,} the old one, in "
        f"{found.neither:,} neither."
    ]


def _share(hits: Sequence[bool]) -> Proportion:
    return proportion(sum(hits), len(hits))


def _counted(share: Proportion) -> str:
    """3 (38 %, 14 to 69)."""
    if share.value is None or share.low is None or share.high is None:
        return f"{share.successes:,}"
    return (
        f"{share.successes:,} ({100 * share.value:.0f} %, {100 * share.low:.0f} to "
        f"{100 * share.high:.0f})"
    )


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"
