"""How good the critic at work is, in a sentence or two before the tables. Pure."""

from models_srv.evaluation import Proportion
from oversight.trust.policies.source.critic_figures import CriticFigures

FEWEST = 20  # below that an interval is all that there is


def critic_words(natural: CriticFigures | None, tampered: CriticFigures | None) -> list[str]:
    """Return what it finds and what it makes up; nothing of what it has hardly read."""
    said = []
    if natural:
        said += [
            _counted(natural.bugs_caught, "wrong answers that models wrote it finds an error in"),
            _counted(natural.hallucinated, "comments on such answers it made up"),
        ]
    if tampered:
        said.append(_counted(tampered.bugs_caught, "errors that were put into answers it finds"))
    return [each for each in said if each]


def _counted(share: Proportion, of: str) -> str:
    if share.count < FEWEST or share.value is None or share.low is None or share.high is None:
        return ""
    low, high = round(100 * share.low), round(100 * share.high)
    return f"Of 100 {of} {round(100 * share.value)} (between {low} and {high})."
