"""Cross-examination without a language model: the problem is asked again in other words.

Whoever answers comes to the same again, or contradicts himself; which of the two is right is not looked
at. One sum of an answer asked again by itself was tried and left out: it found no wrong answers.
"""

from random import Random

from models_srv.domains.arithmetic.checker import LAST
from models_srv.domains.arithmetic.reading import Problem, read_problem
from models_srv.domains.arithmetic.solutions import right_steps
from models_srv.domains.arithmetic.templates import OPENERS, PACKS
from models_srv.domains.arithmetic.wordings import Sentence, templates
from models_srv.domains.domain import AskedAgain

REWORDINGS = 2
TRIES = 10  # of a wording that says the same: a draw may come out as it was


def ask_again(query: str, response: str, rng: Random) -> list[AskedAgain]:
    """Ask the problem again in up to REWORDINGS other wordings; [] where the query is no problem or the
    response comes to no result."""
    problem, claim = read_problem(query), result(response)
    if problem is None or claim is None:
        return []
    texts = dict.fromkeys(reword(problem, rng) for _ in range(REWORDINGS))
    return [AskedAgain(f"#### {claim}", text) for text in texts if text]


def contradicts(claim: str, answer: str) -> bool | None:
    """Whether the answer comes to another number than the claim; None where one of them has none."""
    claimed, said = result(claim), result(answer)
    return None if claimed is None or said is None else claimed != said


def result(text: str) -> int | None:
    """Return the number that the last line gives as the result."""
    lines = text.strip().splitlines()
    last = LAST.fullmatch(lines[-1].strip()) if lines else None
    return int(last[1]) if last else None


def reword(problem: Problem, rng: Random) -> str:
    """Return the problem in other wordings of its split with the same numbers, so that it comes to the
    same; "" where none was found."""
    for _ in range(TRIES):
        sentences: list[Sentence] = []
        for sentence in problem.sentences:
            owner = _owner([problem.sentences[0], *sentences])
            sentences.append(_reword(sentence, problem.sentences[0].slots["units"], owner, rng))
        other = read_problem(" ".join(each.text for each in sentences))
        if other and other.text != problem.text and right_steps(other) == right_steps(problem):
            return other.text
    return ""


def _owner(before: list[Sentence]) -> str:
    """Return whose things they are by now."""
    later = [each.slots["other"] for each in before if "other" in each.slots]
    return later[-1] if later else before[0].slots["name"]


def _reword(sentence: Sentence, units: str, owner: str, rng: Random) -> Sentence:
    if sentence.kind == "fact":
        return sentence  # another would say something else
    kept = ("other", "name") if sentence.kind == "question" else ("other",)
    fit = [
        each
        for each in templates(sentence.kind, sentence.template.split)
        if all(each.has(slot) == sentence.template.has(slot) for slot in kept)
    ]
    template = rng.choice(fit)
    words = {"name": owner, "units": units, "adv": rng.choice(OPENERS), "pack": rng.choice(PACKS)}
    words |= sentence.slots
    return Sentence(template, {slot: word for slot, word in words.items() if template.has(slot)})
