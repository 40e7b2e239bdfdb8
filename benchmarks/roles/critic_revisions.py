"""What critiques are worth in bench-critic: what the starter that can revise gains by them."""

from collections.abc import Sequence

from benchmarks.roles.critic_world import Answered, Line, as_pair, as_said, criticise
from models_srv.backends import load_backend
from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.roles.refiner import Remark, build_refine_request, parse_refined
from models_srv.types import ModelSpec, ParsedCritique, Sampling

REVISER = starter_spec("reviser")


def revision_lines(
    answers: Sequence[Answered], samples: Sequence[Sequence[ParsedCritique]], seed: int
) -> list[Line]:
    """Return a pair for each answer that came out right after one critique and wrong after another.

    As in a round it is written anew after each critique that remarks on something, the first of those
    that say the same; the checker says what came of it.
    """
    asked = [
        (each, critique)
        for each, of_answer in zip(answers, zip(*samples, strict=True), strict=True)
        for critique in {as_said(one).text: one for one in reversed(of_answer)}.values()
        if critique.comments
    ]
    right = written_anew(asked, seed)
    found: dict[Answered, dict[bool, ParsedCritique]] = {}
    for (each, critique), is_right in zip(asked, right, strict=True):
        found.setdefault(each, {})[is_right] = critique
    return [
        as_pair(each, as_said(by[True]).text, as_said(by[False]).text, "revisions")
        for each, by in found.items()
        if len(by) == 2
    ]


def mended(critic: ModelSpec, answers: Sequence[Answered], seed: int) -> dict[str, list[int]]:
    """Return (how many, of how many) of the critic's critiques mend a wrong answer, and break a right
    one; one that remarks on nothing leaves the answer as it is."""
    said = criticise(critic, answers)
    asked = [(a, c) for a, c in zip(answers, said, strict=True) if c.comments]
    right = dict(zip((a for a, _ in asked), written_anew(asked, seed), strict=True))
    wrong = [right.get(each, False) for each in answers if each.is_flawed]
    sound = [not right.get(each, True) for each in answers if not each.is_flawed]
    return {"fixed": [sum(wrong), len(wrong)], "broken": [sum(sound), len(sound)]}


def written_anew(asked: Sequence[tuple[Answered, ParsedCritique]], seed: int) -> list[bool]:
    """Return of each whether the answer that the reviser writes after the critique is right."""
    requests = [
        build_refine_request(
            query=each.query,
            answer=each.text,
            remarks=[
                Remark(c.quote, c.explanation or c.category, c.suggested_fix)
                for c in critique.comments
            ],
            summary=critique.summary,
        )
        for each, critique in asked
    ]
    sampling = Sampling(temperature=1.0, max_tokens=160, seed=seed)
    texts = [
        parse_refined(each).text for each in load_backend(REVISER).generate(requests, sampling)
    ]
    pairs = zip(asked, texts, strict=True)
    return [bool(ARITHMETIC.is_correct(each.query, text)) for (each, _), text in pairs]
