"""The questioner writes the next question of a kind, from what was asked before and how that went.

After Cheng et al., *AutoDetect*, 2024, section 3.2: the history is sorted by score, and most of it are
failures, so that the model reads what was hard last, just before it writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.roles.prompting import conversation
from models_srv.types import Conversation

SHOWN = 6
FAILURES_SHOWN = 4  # of those shown, as far as there are some
LONGEST_SHOWN = 1_500  # characters of one question
ASKED = """You write questions for an assistant, to find out what it cannot do. You are shown questions \
that it was asked, the ones that it answered best first, the ones at which it failed last. Write one new \
question of the same kind that is likely to be failed: different from all of them, not one of them with \
other names and numbers, and fair. It has an answer that can be right, and says all that is needed.

Answer with the question alone."""


@dataclass(frozen=True)
class AskedBefore:
    """A question and how well it was answered, from 0 (failed) to 1 (right)."""

    text: str
    score: float


def build_question_request(
    *, node: str, history: Sequence[AskedBefore], instructions: str = ""
) -> Conversation:
    """Ask for a question of the kind `node`. `history` is in any order, the latest first: of it
    SHOWN are shown, failures before others."""
    system = "\n\n".join(part for part in (instructions.strip(), ASKED) if part)
    shown = sorted(shown_history(history), key=lambda each: -each.score)
    questions = "\n\n".join(f"[{_word(each)}]\n{each.text[:LONGEST_SHOWN]}" for each in shown)
    before = f"\n\nAsked before:\n\n{questions}" if shown else "\n\nNothing was asked before."
    return conversation(system, f"Kind: {node or 'any'}{before}")


def shown_history(history: Sequence[AskedBefore]) -> list[AskedBefore]:
    """Return up to SHOWN, the first ones: FAILURES_SHOWN failures where there are, then the rest, and
    more failures where there is nothing else."""
    failed = [each for each in history if each.score <= 0.5]
    others = [each for each in history if each.score > 0.5]
    chosen = failed[:FAILURES_SHOWN]
    chosen += others[: SHOWN - len(chosen)]
    return chosen + failed[FAILURES_SHOWN:][: SHOWN - len(chosen)]


def _word(each: AskedBefore) -> str:
    return "failed" if each.score <= 0.5 else "answered well"
