"""Can a chat model play the parts that are asked for in words? `make bench-chat-roles MODEL=folder`.

Each part is asked for some queries of the instructions domain, with answers of the same model, by the
product's own requests, and its replies are read by the product's own parsers. Counted is how many can
be read at all, not whether they are any good: of the new answers and of the questions that a checker can
read it is told too. Prints a line a part with an example, and one JSON object last.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.quiet import hush
from models_srv.backends import load_backend
from models_srv.conversations import Turn
from models_srv.domains.instructions.domain import INSTRUCTIONS as DOMAIN
from models_srv.evaluation import Proportion, proportion
from models_srv.roles.assessor import Failure, build_assessment_request, parse_proposal
from models_srv.roles.attacker import parse_attack
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.cross_examiner import build_cross_request, parse_claims
from models_srv.roles.examiner import build_examination_request, parse_kinds
from models_srv.roles.interviewer import build_follow_up_request
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.roles.questioner import AskedBefore, build_question_request
from models_srv.roles.refiner import Remark, build_refine_request, parse_refined
from models_srv.roles.tamperer import build_tamper_request, parse_tampered
from models_srv.types import Conversation, Generation, ModelSpec, ParsedCritique, Sampling

PURPOSE = "It follows instructions about the form of its answers."
SHOWN = 160  # characters of an example


@dataclass(frozen=True)
class Answered:
    kind: str
    query: str
    answer: str

    @property
    def is_right(self) -> bool:
        return bool(DOMAIN.is_correct(self.query, self.answer))


@dataclass(frozen=True)
class Part:
    """What is asked of each answer, and what is read of the reply ("" where nothing can be)."""

    ask: Callable[[Answered], Conversation]
    read: Callable[[Answered, Generation], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a folder of transformers")
    parser.add_argument("--queries", type=int, default=24)
    parser.add_argument("--tokens", type=int, default=200, help="at most, for each reply")
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    hush()
    model = load_backend(ModelSpec("transformers", given.model))
    sampling = Sampling(temperature=given.temperature, max_tokens=given.tokens, seed=given.seed)

    def replies(asked: Sequence[Conversation]) -> list[Generation]:
        return list(model.generate(asked, sampling))

    drawn = DOMAIN.queries("train", given.queries, given.seed)
    said = replies([build_answer_request(query=each.text) for each in drawn])
    answered = [
        Answered(query.node, query.text, parse_answer(reply))
        for query, reply in zip(drawn, said, strict=True)
    ]
    right = proportion(sum(each.is_right for each in answered), len(answered))
    found = {"answers that are right": _told(right)}
    for name, part in parts(answered).items():
        outputs = replies([part.ask(each) for each in answered])
        read = [part.read(each, reply) for each, reply in zip(answered, outputs, strict=True)]
        usable = [each for each in read if each]
        found[name] = _told(proportion(len(usable), len(read)))
        print(f"{name}: {len(usable)} of {len(read)}. {_short(usable)}", flush=True)
    print(json.dumps(found))


def parts(answered: Sequence[Answered]) -> dict[str, Part]:
    """Return the parts by what is counted of each."""
    kinds = list(dict.fromkeys(each.kind for each in answered))
    failures = [Failure(a.kind, a.query, a.answer) for a in answered if not a.is_right]
    before = [AskedBefore(each.query, float(not each.is_right)) for each in answered]
    examples = [each.query for each in answered[:5]]
    new = Part(
        lambda each: build_question_request(node=each.kind, history=before),
        lambda _, reply: parse_attack(reply) or "",
    )
    return {
        "examiner: kinds of question": Part(
            lambda _: build_examination_request(purpose=PURPOSE, examples=examples),
            lambda _, reply: ", ".join(parse_kinds(reply)),
        ),
        "questioner: a question": new,
        "questioner: one that the checker can read": Part(new.ask, _checkable),
        "assessor: a new kind": Part(
            lambda _: build_assessment_request(kinds=kinds, failures=failures, purpose=PURPOSE),
            lambda _, reply: getattr(parse_proposal(reply, kinds), "name", ""),
        ),
        "interviewer: what is asked next": Part(
            lambda each: build_follow_up_request(turns=_turns(each), node=each.kind),
            lambda _, reply: parse_attack(reply) or "",
        ),
        "critic: a verdict": Part(_criticise, lambda a, reply: _critique(a, reply).verdict or ""),
        "critic: a comment whose quote is found": Part(_criticise, _quoted),
        "cross-examiner: a claim and its question": Part(
            lambda each: build_cross_request(query=each.query, answer=each.answer),
            lambda _, reply: "; ".join(claim.question for claim in parse_claims(reply)),
        ),
        "tamperer: the answer with an error in it": Part(
            lambda each: build_tamper_request(query=each.query, answer=each.answer),
            lambda each, reply: getattr(parse_tampered(reply, each.answer), "text", ""),
        ),
        "learner: another answer after a review": Part(_review, _anew),
        "learner: a right one after a review": Part(_review, _mended),
    }


def _turns(each: Answered) -> list[Turn]:
    said = (("user", each.query), ("assistant", each.answer))
    return [{"role": role, "content": content} for role, content in said]


def _criticise(each: Answered) -> Conversation:
    return build_critique_request(query=each.query, response=each.answer)


def _critique(each: Answered, reply: Generation) -> ParsedCritique:
    return parse_critique(reply, each.answer)


def _quoted(each: Answered, reply: Generation) -> str:
    found = [c for c in _critique(each, reply).comments if c.quote and c.quote_match != "none"]
    return "; ".join(comment.quote for comment in found)


def _checkable(_: Answered, reply: Generation) -> str:
    text = parse_attack(reply) or ""
    return text if text and DOMAIN.is_correct(text, "") is not None else ""


def _review(each: Answered) -> Conversation:
    remark = Remark("", "The answer does not keep to all of what was asked.")
    return build_refine_request(query=each.query, answer=each.answer, remarks=[remark])


def _anew(each: Answered, reply: Generation) -> str:
    text = parse_refined(reply).text
    return text if text.strip() != each.answer.strip() else ""


def _mended(each: Answered, reply: Generation) -> str:
    text = _anew(each, reply)
    is_mended = text and not each.is_right and DOMAIN.is_correct(each.query, text)
    return text if is_mended else ""


def _told(share: Proportion) -> dict[str, float | int | None]:
    return {"count": share.count, "share": share.value, "low": share.low, "high": share.high}


def _short(usable: Sequence[str]) -> str:
    first = " ".join(usable[0].split()) if usable else ""
    return f"As: {first[:SHOWN]}" if first else ""


if __name__ == "__main__":
    main()
