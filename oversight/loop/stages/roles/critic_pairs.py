"""The pairs of critiques that a critic is trained on, as lines for the training process."""

from collections.abc import Iterator, Sequence

from models_srv.roles.critique_pairs import (
    CritiquePair,
    critique_pairs,
    names_place,
    naming_critique,
)
from models_srv.texts import with_lf
from models_srv.types import Conversation
from oversight.feedback.selectors.judged_critiques import as_said, judged_responses
from oversight.feedback.selectors.rated_critiques import rated_pairs
from oversight.learning.services.training_files import Line
from oversight.loop.stages.critique import critic_prompts, shown_principles
from oversight.loop.stages.roles.revision_pairs import revision_pairs
from oversight.models import (
    Campaign,
    Critique,
    ModelVersion,
    Purpose,
    Response,
    Role,
    Source,
    Split,
)

MOST_TAMPERED = 2_000  # the newest


def critic_lines(
    campaign: Campaign,
    critic: ModelVersion,
    sources: Sequence[Source],
    *,
    by_revisions: bool = False,
) -> list[Line]:
    """Return a line for each pair, with the prompt exactly as the critic is asked.

    `source` is "people" or "simulated" with why the chosen critique is better, "tampered", or with
    `by_revisions` "checker" too, where the learner gained more by it.
    """
    asked = critic_prompts(critic)
    shown = shown_principles(campaign, 0)
    principles = {each.pk: number for number, each in enumerate(shown, start=1)}
    found = [
        *_judged(campaign, sources, principles),
        *_rated(campaign, sources, principles),
        *_tampered(campaign, principles),
        *(_revised(campaign, principles) if by_revisions else ()),
    ]
    return [_line(asked(response), pair, source) for response, pair, source in found]


Found = tuple[Response, CritiquePair, str]


def _judged(
    campaign: Campaign, sources: Sequence[Source], principles: dict[int, int]
) -> Iterator[Found]:
    for each in judged_responses(campaign, sources, principles):
        who = "simulated" if each.is_simulated else "people"
        for pair in critique_pairs(each.judged):
            yield each.response, pair, f"{who}: {pair.reason}"


def _rated(
    campaign: Campaign, sources: Sequence[Source], principles: dict[int, int]
) -> Iterator[Found]:
    for each in rated_pairs(campaign, sources):
        better, worse = (as_said(row, principles).text for row in (each.better, each.worse))
        who = "simulated" if each.is_simulated else "people"
        if better != worse:
            yield each.response, CritiquePair(better, worse, "ratings"), f"{who}: ratings"


def _revised(campaign: Campaign, principles: dict[int, int]) -> Iterator[Found]:
    for answer, pair in revision_pairs(campaign, principles):
        if pair.chosen != pair.rejected:
            yield answer, pair, f"checker: {pair.reason}"


def _tampered(campaign: Campaign, principles: dict[int, int]) -> Iterator[Found]:
    """Yield a pair for each error that was put in and that the critic missed in some sample."""
    rows = Response.objects.filter(
        query__campaign=campaign, query__split=Split.TRAIN, purpose=Purpose.TAMPERED
    )
    newest = rows.select_related("query", "revises").order_by("-pk")[:MOST_TAMPERED]
    for row in sorted(newest, key=lambda each: (each.query.text_sha256, each.text)):
        if pair := _of_tampered(row, principles):
            yield row, pair, "tampered"


def _of_tampered(row: Response, principles: dict[int, int]) -> CritiquePair | None:
    """A critique that names the place is preferred to one that misses it: the critic's own where one
    of its samples found it."""
    assert row.revises is not None
    was, now = with_lf(row.revises.text), with_lf(row.text)
    critiques = Critique.objects.filter(
        response=row, version__role=Role.CRITIC, verdict__isnull=False
    ).prefetch_related("comments")
    said = [as_said(each, principles) for each in critiques.order_by("sample", "pk")]
    missed = [each.text for each in said if not names_place(each, was, now)]
    if not missed:
        return None
    found = [each.text for each in said if names_place(each, was, now)]
    built = _naming(row, was, now)
    chosen = found[0] if found else built
    return CritiquePair(chosen, missed[0], "tampered") if chosen else None


def _naming(row: Response, was: str, now: str) -> str | None:
    """In the words of who put the error in, where a person or a model did."""
    told, category = row.sampling, row.sampling.get("category") or "error"
    if row.author_id is None and row.version_id is None:
        return naming_critique(was, now, category)
    why, severity = " ".join(told["problem"].split()), told["severity"]
    return naming_critique(was, now, category, severity=severity, why=why)


def _line(prompt: Conversation, pair: CritiquePair, source: str) -> Line:
    turns = [{"role": each.role, "content": each.content} for each in prompt]
    return {
        "prompt": turns,
        "chosen": [{"role": "assistant", "content": pair.chosen}],
        "rejected": [{"role": "assistant", "content": pair.rejected}],
        "source": source,
    }
