"""The attacker puts errors into some right answers, where it can be asked in words."""

from collections.abc import Iterator, Sequence
from itertools import islice

from models_srv.roles.tamperer import LONGEST_ANSWER, build_tamper_request
from models_srv.types import ModelRequest, Sampling
from oversight.asking.services.control_items import is_right
from oversight.loop.selectors.tampering import has_tampering, tamperer_of
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import round_chunk_count
from oversight.loop.stages.tampering.by_domain import tamper_answers
from oversight.loop.stages.tampering.drawing import drawn_answers, tampered_queries, unit_part
from oversight.loop.stages.tampering.tried import Tried, response_of, try_of, what_came
from oversight.models import ModelVersion, Response, Round, Stage, TamperOutcome, TamperTry
from oversight.statistics.seeds import derive_seed

ASKED_FOR_ONE = 2  # answers, of which one is wanted: some errors are none
TEMPERATURE = 0.7
FORM_TOKENS = 512  # what the reply takes besides the answer


def unit_count(round_: Round) -> int:
    """No units where the domain puts all errors in: it does so as the answers are written."""
    return round_chunk_count(round_) if has_tampering(round_) else 0


def ask(round_: Round, index: int) -> list[Question[Response]]:
    """Ask about twice as many answers as are wanted, one of a query, and about none twice."""
    version = tamperer_of(round_)
    wanted = unit_part(round_, index) - len(tampered_queries(round_, index))
    if version is None or wanted <= 0:
        return []
    require_budget(round_)
    sampling = Sampling(
        temperature=TEMPERATURE,
        max_tokens=round_.plan["max_tokens"] + FORM_TOKENS,
        seed=derive_seed(round_.seed, "put in", index),
    )
    return [
        Question(
            version,
            ModelRequest(
                build_tamper_request(query=answer.query.text, answer=answer.text),
                sampling,
                name=f"{answer.query.text_sha256} {answer.sample}",
            ),
            answer,
        )
        for answer in islice(_right_ones(round_, index, version), ASKED_FOR_ONE * wanted)
    ]


def _right_ones(round_: Round, index: int, version: ModelVersion) -> Iterator[Response]:
    """Yield the first right answer to each query that has no error put into one and was not tried yet."""
    done = tampered_queries(round_, index)
    answers = drawn_answers(round_, index)
    tries = TamperTry.objects.filter(response__in=answers, version=version)
    tried = set(tries.values_list("response_id", flat=True))
    for answer in answers:
        if answer.query_id in done or answer.pk in tried or len(answer.text) > LONGEST_ANSWER:
            continue
        if is_right(round_.campaign, answer) is True:
            done.add(answer.query_id)
            yield answer


def read(round_: Round, index: int, answered: Sequence[Answered[Response]]) -> list[Tried]:
    return [what_came(question, generation) for question, (generation,) in answered]


def write(round_: Round, index: int, tries: list[Tried]) -> None:
    """Keep as many of the good ones as are the unit's part, and what became of each. Where the attacker
    was taken from the round meanwhile, the domain does what is left."""
    done, part = tampered_queries(round_, index), unit_part(round_, index)
    rows = []
    for each in tries:
        outcome = each.outcome
        if outcome == TamperOutcome.USED and (len(done) >= part or each.answer.query_id in done):
            outcome = TamperOutcome.SPARE
        if outcome == TamperOutcome.USED:
            response_of(each).save()
            done.add(each.answer.query_id)
        rows.append(try_of(round_, each, outcome))
    TamperTry.objects.bulk_create(rows, ignore_conflicts=True)
    told = [(each.version.pk, each.generation) for each in tries]
    record_tokens(round_, Stage.TAMPER, index, told)
    if tamperer_of(round_) is None:
        tamper_answers(round_, index)
