"""An attacker that goes by history proposes kinds of weakness that have no name yet (AutoDetect)."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.roles.assessor import Failure, build_assessment_request, parse_proposal
from models_srv.roles.examiner import build_examination_request, parse_kinds
from models_srv.types import Conversation, Generation, ModelRequest, Sampling
from oversight.attacks.selectors.failures import failures_told
from oversight.campaigns.services.queries import storable
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.provenance import sampling_of
from oversight.models import Campaign, Query, QueryWriting, Round, Stage, WeaknessProposal
from oversight.statistics.seeds import derive_seed
from oversight.versions.selectors.lineage import takes_instructions

LEAST_FAILURES = 3  # of fewer nothing is said that several share
EXAMPLES = 8
MAX_TOKENS = 512


@dataclass(frozen=True)
class Shown:
    """The queries that the attacker was shown, by their ids."""

    failures: tuple[int, ...] = ()


def unit_count(round_: Round) -> int:
    is_wanted = round_.plan.get("query_writing") == QueryWriting.AUTODETECT
    attacker = round_.attacker
    return int(is_wanted and attacker is not None and takes_instructions(attacker))


def ask(round_: Round, index: int) -> list[Question[Shown]]:
    """Ask for kinds where the campaign has none, else for a weakness that its failures share."""
    require_budget(round_)
    campaign = round_.campaign
    told = failures_told(campaign)
    if campaign.basics.taxonomy and len(told) < LEAST_FAILURES:
        return []
    shown = Shown(tuple(told)) if campaign.basics.taxonomy else Shown()
    assert round_.attacker is not None
    sampling = Sampling(
        temperature=0.0, max_tokens=MAX_TOKENS, seed=derive_seed(round_.seed, "assess")
    )
    request = ModelRequest(_prompt(campaign, list(told.values())), sampling, name="weakness")
    return [Question(round_.attacker, request, shown)]


def _prompt(campaign: Campaign, failures: Sequence[Failure]) -> Conversation:
    kinds, purpose = campaign.basics.taxonomy, campaign.basics.guidelines
    if kinds:
        return build_assessment_request(kinds=kinds, failures=failures, purpose=purpose)
    examples = Query.objects.train().filter(campaign=campaign).order_by("text_sha256")
    texts = examples.values_list("text", flat=True)[:EXAMPLES]
    return build_examination_request(purpose=purpose, examples=list(texts))


def read(
    round_: Round, index: int, answered: Sequence[Answered[Shown]]
) -> list[tuple[list[WeaknessProposal], Generation]]:
    """Return what is proposed, not saved, beside the output that proposes it."""
    return [
        (_proposals(round_, question, generation), generation)
        for question, (generation,) in answered
    ]


def _proposals(
    round_: Round, question: Question[Shown], generation: Generation
) -> list[WeaknessProposal]:
    kinds = round_.campaign.basics.taxonomy
    found = [(name, "") for name in parse_kinds(generation)]
    if kinds:
        proposed = parse_proposal(generation, kinds)
        found = [(proposed.name, proposed.why)] if proposed else []
    return [
        WeaknessProposal(
            round=round_,
            version=question.version,
            name=storable(name),
            why=storable(why),
            failures=list(question.about.failures),
            prompt_hash=generation.prompt_hash,
            sampling=sampling_of(question.request.sampling, generation),
            raw_text=storable(generation.raw_text),
        )
        for name, why in found
    ]


def write(
    round_: Round, index: int, found: list[tuple[list[WeaknessProposal], Generation]]
) -> None:
    """Keep what was not proposed before: what people did not accept is not asked of them again."""
    earlier = WeaknessProposal.objects.filter(round__campaign=round_.campaign)
    known = {name.casefold() for name in earlier.values_list("name", flat=True)}
    for proposals, _ in found:
        new = [each for each in proposals if each.name.casefold() not in known]
        WeaknessProposal.objects.bulk_create(new, ignore_conflicts=True)
    assert round_.attacker_id is not None
    told = [(round_.attacker_id, generation) for _, generation in found]
    record_tokens(round_, Stage.ASSESS, index, told)
