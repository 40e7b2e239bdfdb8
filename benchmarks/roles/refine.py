"""How many answers a learner mends with a critique in hand, and how many it breaks; counts, no seconds.

Of k answers to each query the one that the critic finds most flawed is written anew, as a round does it.
Beside it: how many of the answers that the critic finds best are right, which is what writing anew has
to beat. On arithmetic the starter critic says what is wrong; on instructions, for which none ships, the
checker names what is not kept: a reviewer that is never wrong, so an upper bound.
Prints one JSON object last. `--model` is a folder; without it the starter learner.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.quiet import hush
from models_srv.backends import load_backend
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.roles.refiner import Remark, build_refine_request, parse_refined
from models_srv.types import Backend, Conversation, ModelSpec, Sampling
from oversight.loop.policies.refined import Checked, fix_and_break

READS = Sampling(temperature=0.0, max_tokens=160)


@dataclass(frozen=True)
class Reviewed:
    """An answer, how flawed its reviewer finds it, and what it remarks on."""

    text: str
    p_flawed: float
    remarks: Sequence[Remark]
    summary: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="a folder of transformers")
    parser.add_argument("--domain", default="arithmetic", choices=["arithmetic", "instructions"])
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--max-tokens", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    hush()
    domain = domain_of(given.domain)
    assert domain is not None
    spec = ModelSpec("transformers", given.model) if given.model else starter_spec("learner")
    learner = load_backend(spec)
    sampling = Sampling(temperature=given.temperature, max_tokens=given.max_tokens, seed=given.seed)
    queries = [each.text for each in domain.queries("train", given.queries, given.seed)]
    asked = [build_answer_request(query=query) for query in queries for _ in range(given.samples)]
    texts = [parse_answer(each) for each in learner.generate(asked, sampling)]
    review = by_critic if given.domain == "arithmetic" else by_checker
    reviewed = review(domain, [query for query in queries for _ in range(given.samples)], texts)
    by_query = [reviewed[at : at + given.samples] for at in range(0, len(reviewed), given.samples)]
    checked, unchanged = write_anew(domain, learner, queries, by_query, sampling)
    rates = {name: asdict(share) for name, share in fix_and_break(checked).items()}
    of = {"queries": len(queries), "written": len(checked), "unchanged": unchanged}
    print(json.dumps({"model": given.model or "starter", "domain": given.domain, **of, **rates}))


def by_critic(domain: Domain, queries: Sequence[str], texts: Sequence[str]) -> list[Reviewed]:
    asked = [
        build_critique_request(query=query, response=text)
        for query, text in zip(queries, texts, strict=True)
    ]
    said = load_backend(starter_spec("critic")).generate(asked, READS)
    read = [parse_critique(each, text) for each, text in zip(said, texts, strict=True)]
    return [
        Reviewed(
            text,
            0.5 if each.p_flawed is None else each.p_flawed,
            [Remark(c.quote, c.explanation, c.suggested_fix) for c in each.comments],
            each.summary,
        )
        for each, text in zip(read, texts, strict=True)
    ]


def by_checker(domain: Domain, queries: Sequence[str], texts: Sequence[str]) -> list[Reviewed]:
    found = []
    for query, text in zip(queries, texts, strict=True):
        is_wrong = not domain.is_correct(query, text)
        told = f"It does not keep to what was asked: {domain.fault(query, text)}."
        found.append(Reviewed(text, float(is_wrong), [Remark("", told)] if is_wrong else [], ""))
    return found


def write_anew(
    domain: Domain,
    learner: Backend,
    queries: Sequence[str],
    by_query: Sequence[Sequence[Reviewed]],
    sampling: Sampling,
) -> tuple[list[Checked], int]:
    """Return what the checker says of each that was written anew, and how many came out as before."""
    remarked = [
        (query, max((each for each in answers if each.remarks), key=lambda one: one.p_flawed), best)
        for query, answers in zip(queries, by_query, strict=True)
        if any(each.remarks for each in answers)
        and (best := min(answers, key=lambda one: one.p_flawed))
    ]
    said = learner.generate([_request(query, worst) for query, worst, _ in remarked], sampling)
    new = [parse_refined(each).text for each in said]
    checked = [
        Checked(*(bool(domain.is_correct(query, text)) for text in (worst.text, after, best.text)))
        for (query, worst, best), after in zip(remarked, new, strict=True)
    ]
    return checked, sum(
        after == worst.text for (_, worst, _), after in zip(remarked, new, strict=True)
    )


def _request(query: str, answer: Reviewed) -> Conversation:
    return build_refine_request(
        query=query, answer=answer.text, remarks=answer.remarks, summary=answer.summary
    )


if __name__ == "__main__":
    main()
