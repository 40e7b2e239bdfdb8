"""Which of two critiques of an answer is better, by what was said of their comments. Pure.

The pairs that a critic is trained on by preference: what holds up is preferred to what was made up
(people's verdicts), the mended to the original, what names an error to what misses it (McAleese et
al., *LLM Critics Help Catch LLM Bugs*, 2024, section 2.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from models_srv.roles.critique_format import Block, write_critique

Word = Literal["valid", "fake", ""]
SOUND = write_critique("sound", "No problem found.", [])
LONGEST_QUOTE = 300


@dataclass(frozen=True)
class JudgedComment:
    """A comment of a critic and what was said of it ("" nothing that stands); `mended`: how somebody
    put it better."""

    block: Block
    word: Word = ""
    mended: Block | None = None


@dataclass(frozen=True)
class JudgedCritique:
    verdict: str
    summary: str
    comments: Sequence[JudgedComment] = ()

    @property
    def text(self) -> str:
        return self._with([comment.block for comment in self.comments])

    @property
    def holds_up(self) -> bool:
        """Whether it has comments, and each was called valid."""
        return bool(self.comments) and all(each.word == "valid" for each in self.comments)

    @property
    def makes_up(self) -> bool:
        return any(each.word == "fake" for each in self.comments)

    def mended(self) -> str:
        return self._with([each.mended or each.block for each in self.comments])

    def without_fakes(self) -> str:
        return self._with([each.block for each in self.comments if each.word != "fake"])

    def _with(self, blocks: Sequence[Block]) -> str:
        return write_critique(self.verdict, self.summary, blocks)


@dataclass(frozen=True)
class JudgedAnswer:
    """Critiques of one answer. `added` are comments that others wrote on it; `is_sound`: somebody
    looked at it and found nothing wrong; `is_flawless`: and said so in so many words, and nobody
    called a comment on it valid."""

    critiques: Sequence[JudgedCritique]
    added: Sequence[Block] = ()
    is_sound: bool = False
    is_flawless: bool = False


@dataclass(frozen=True)
class CritiquePair:
    """`reason` is why the chosen one is better, in a word: edits, verdicts, sound, valid, missed,
    ratings, tampered, revisions."""

    chosen: str
    rejected: str
    reason: str


def critique_pairs(judged: JudgedAnswer) -> list[CritiquePair]:
    """Return at most one pair for each critique: against it where something speaks against it, else for
    it where it holds up; no pair twice."""
    good = [each.text for each in judged.critiques if each.holds_up]
    found = (_pair(critique, judged, good) for critique in judged.critiques)
    unlike = (pair for pair in found if pair and pair.chosen != pair.rejected)
    return list(dict.fromkeys(unlike))


def _pair(
    critique: JudgedCritique, judged: JudgedAnswer, good: Sequence[str]
) -> CritiquePair | None:
    if any(each.mended for each in critique.comments):
        return CritiquePair(critique.mended(), critique.text, "edits")
    if critique.makes_up:
        return _against_made_up(critique, judged, good)
    if judged.is_flawless and not any(each.word for each in critique.comments):
        return _against_faults(critique)
    if not critique.comments:
        return _against_missed(critique, judged, good)
    # Taught by what it made up alone, a critic would learn to say nothing.
    return CritiquePair(critique.text, SOUND, "valid") if critique.holds_up else None


def _against_made_up(
    critique: JudgedCritique, judged: JudgedAnswer, good: Sequence[str]
) -> CritiquePair | None:
    kept = [each for each in critique.comments if each.word != "fake"]
    if good:
        return CritiquePair(good[0], critique.text, "verdicts")
    if kept:
        return CritiquePair(critique.without_fakes(), critique.text, "verdicts")
    if judged.is_sound:
        return CritiquePair(SOUND, critique.text, "sound")
    return None


def _against_faults(critique: JudgedCritique) -> CritiquePair | None:
    """What it finds in an answer that has no flaw is made up, though nobody read it."""
    if critique.comments or critique.verdict != "sound":
        return CritiquePair(SOUND, critique.text, "sound")
    return None


def _against_missed(
    critique: JudgedCritique, judged: JudgedAnswer, good: Sequence[str]
) -> CritiquePair | None:
    if good:
        return CritiquePair(good[0], critique.text, "missed")
    if judged.added:
        named = write_critique("flawed", _summary(judged.added[0]), judged.added)
        return CritiquePair(named, critique.text, "missed")
    return None


def naming_critique(
    was: str,
    tampered: str,
    category: str,
    *,
    severity: str = "critical",
    why: str = "This is wrong.",
) -> str | None:
    """Return the critique that names the error which turned `was` into `tampered`; None where no
    place can be told."""
    place = _first_change(was, tampered)
    if place is None:
        return None
    quote, right = place
    block = {
        "quote": quote,
        "category": category,
        "severity": severity,
        "why": why,
        "fix": right or "(leave this line out)",
    }
    return write_critique("flawed", _summary(block), [block])


def _summary(block: Block) -> str:
    return f"Found: {block.get('category') or 'a problem'}."


def names_place(critique: JudgedCritique, was: str, tampered: str) -> bool:
    """Whether a comment quotes the first line at which the tampered answer differs, or half of it."""
    place = _first_change(was, tampered)
    quotes = (comment.block.get("quote", "").strip() for comment in critique.comments)
    return place is not None and any(_is_most_of(quote, place[0]) for quote in quotes)


def _is_most_of(quote: str, line: str) -> bool:
    return line in quote or (quote in line and 2 * len(quote) >= len(line))


def _first_change(was: str, tampered: str) -> tuple[str, str] | None:
    """Return the first line that differs, and the one that stood there, "" for none."""
    return next(_changes(was.splitlines(), tampered.splitlines()), None)


def _changes(was: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    for kind, i, _, j, _ in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        # Of what was left out the line before shows it, or the first.
        at = max(j - 1, 0) if kind == "delete" else j
        if at < len(now) and now[at].strip():
            right = "" if kind == "insert" else was[i].strip()
            yield now[at].strip()[:LONGEST_QUOTE], right[:LONGEST_QUOTE]
