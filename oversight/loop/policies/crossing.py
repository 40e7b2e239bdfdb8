"""What came of a round's answers that were cross-examined, counted and in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models_srv.evaluation import Proportion, proportion


@dataclass(frozen=True)
class FoundFlawed:
    """How many of the answers that contradict themselves, and of the others, are flawed."""

    contradicted: Proportion
    others: Proportion

    @property
    def count(self) -> int:
        return self.contradicted.count + self.others.count


@dataclass(frozen=True)
class CrossExamined:
    """`examined` answers of which it can be told whether they contradict themselves, and how many do, at
    least once; `untold` are those of which it cannot. Flawed ones by people who judged them, and by the
    `checker` (empty: there is none). `left_out` says of which units nothing came, and why."""

    examined: int
    contradicted: Proportion
    untold: int
    by_people: FoundFlawed
    checker: str
    by_checker: FoundFlawed
    left_out: Sequence[str] = ()


def found_flawed(contradicts: Mapping[int, bool], flawed: Mapping[int, bool]) -> FoundFlawed:
    """Return the shares from what is known of each answer, by its id."""
    judged = [(contradicts[pk], is_bad) for pk, is_bad in flawed.items() if pk in contradicts]
    return FoundFlawed(
        _share(is_bad for differs, is_bad in judged if differs),
        _share(is_bad for differs, is_bad in judged if not differs),
    )


def crossing_words(found: CrossExamined | None) -> list[str]:
    """Return the sentences of a round's page; none where nothing was to be examined."""
    if found is None:
        return []
    words = [_examined(found)]
    words += [f"Left out: {reason}" for reason in found.left_out]
    if not found.examined:
        return words
    words.append(_told("People", found.by_people, "judged none of these answers one by one yet"))
    if found.checker:
        checker = f"The checker ({found.checker})"
        words.append(_told(checker, found.by_checker, "can tell nothing of these answers"))
    return words


def _examined(found: CrossExamined) -> str:
    if not found.examined and not found.untold:
        return "Nothing was asked again: neither the domain nor the critic knew what to ask."
    said = f"What {found.examined:,} of the learner's answers say was asked again in other words: "
    said += f"{_counted(found.contradicted)} contradict themselves at least once."
    return said + (f" Of {found.untold:,} more it cannot be told." if found.untold else "")


def _told(who: str, found: FoundFlawed, nothing: str) -> str:
    if not found.count:
        return f"{who} {'has' if who != 'People' else 'have'} {nothing}: not measured."
    shares = (
        f"{who} found flawed: of {found.contradicted.count:,} that contradict themselves "
        f"{_counted(found.contradicted)}, of {found.others.count:,} that do not "
        f"{_counted(found.others)}."
    )
    return f"{shares} {_what_it_tells(found)}"


def _what_it_tells(found: FoundFlawed) -> str:
    """Return what follows where it is sure: intervals that do not touch."""
    with_, without = found.contradicted, found.others
    if with_.low is None or without.high is None or with_.high is None or without.low is None:
        return "What a contradiction tells is not measured."
    if with_.low > without.high:
        return "So a contradiction tells of a flaw."
    if with_.high < without.low:
        return "So answers that contradict themselves are flawed less often: beware of it."
    return "That does not show whether a contradiction tells of a flaw."


def _share(hits: Iterable[bool]) -> Proportion:
    told = list(hits)
    return proportion(sum(told), len(told))


def _counted(share: Proportion) -> str:
    """3 (38 %, 14 to 69)."""
    if share.value is None or share.low is None or share.high is None:
        return f"{share.successes:,}"
    low, high = 100 * share.low, 100 * share.high
    return f"{share.successes:,} ({100 * share.value:.0f} %, {low:.0f} to {high:.0f})"
