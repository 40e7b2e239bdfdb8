"""Critiques with what was said of their comments: what a critic learns from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from models_srv.roles.critique_format import Block
from models_srv.roles.critique_pairs import JudgedAnswer, JudgedComment, JudgedCritique, Word
from oversight.models import (
    KNOWN_KINDS,
    Campaign,
    Choice,
    Comment,
    CommentAction,
    CommentVerdict,
    CriticVerdict,
    Critique,
    Judgement,
    Response,
    ResponseRating,
    Role,
    SeverityLevel,
    Source,
    Split,
    Verdict,
    WorstFlaw,
)

MOST_ANSWERS = 2_000  # the newest that somebody judged
Key = tuple[str, str]  # quote and category: the same words on an answer are the same comment


@dataclass
class _Said:
    """What was said of one answer: votes by comment, comments that were mended or added."""

    votes: dict[Key, Counter[Word]] = field(default_factory=lambda: defaultdict(Counter))
    mended: dict[int, Block] = field(default_factory=dict)
    added: list[Block] = field(default_factory=list)
    is_simulated: bool = False

    @property
    def finds_flaws(self) -> bool:
        return bool(self.added) or any(votes["valid"] for votes in self.votes.values())


@dataclass(frozen=True)
class JudgedResponse:
    """`is_simulated`: simulated annotators had a part in what was said."""

    response: Response
    judged: JudgedAnswer
    is_simulated: bool


def judged_responses(
    campaign: Campaign, sources: Collection[Source], principles: Mapping[int, int]
) -> list[JudgedResponse]:
    """Return the newest answers to training queries on whose comments people (or also simulated
    annotators, by `sources`) gave verdicts that stand, or that they found without a flaw, in an order
    without ids.

    Left out are items whose right answer was known: they train nothing. `principles` are the numbers
    by which the critic cites them, by id.
    """
    said = _said(campaign, sources, principles)
    newest = sorted(said, reverse=True)[:MOST_ANSWERS]
    rows = Response.objects.filter(pk__in=newest).select_related("query")
    critiques = _critiques(campaign, newest)
    flaws = _said_of_flaws(newest, sources)
    sound = _found_sound(newest, sources, flaws)
    ordered = sorted(rows, key=lambda row: (row.query.text_sha256, row.sample, row.text))
    return [
        JudgedResponse(
            row,
            JudgedAnswer(
                [_judged(each, said[row.pk], principles) for each in critiques[row.pk]],
                said[row.pk].added,
                is_sound=row.pk in sound,
                is_flawless=row.pk in sound & flaws.keys() and not said[row.pk].finds_flaws,
            ),
            said[row.pk].is_simulated,
        )
        for row in ordered
    ]


def as_said(critique: Critique, principles: Mapping[int, int]) -> JudgedCritique:
    """Return a critic's critique of which nobody has said anything yet."""
    return _judged(critique, _Said(), principles)


def _said(
    campaign: Campaign, sources: Collection[Source], principles: Mapping[int, int]
) -> dict[int, _Said]:
    teaching = _teaching(sources).filter(query__campaign=campaign, query__split=Split.TRAIN)
    rows = CommentVerdict.objects.filter(judgement__in=teaching).select_related(
        "comment__critique", "judgement"
    )
    said: dict[int, _Said] = defaultdict(_Said)
    edited: dict[tuple[int, int | None], _Said] = {}
    for row in rows.order_by("-pk")[: 10 * MOST_ANSWERS]:
        of_answer = said[row.comment.critique.response_id]
        of_answer.is_simulated |= row.judgement.source == Source.SIMULATED
        if row.action == CommentAction.ADDED:
            of_answer.added.append(_block(row.comment, principles))
        elif word := _word(row):
            of_answer.votes[_key(row.comment)][word] += 1
        if row.action == CommentAction.EDITED:
            edited[row.comment_id, row.judgement.user_id] = of_answer
    _take_up_edits(edited, principles)
    flawless = ResponseRating.objects.filter(judgement__in=teaching, worst_flaw=WorstFlaw.NONE)
    newest = flawless.order_by("-pk").values_list("response", "judgement__source")
    for pk, source in newest[: 10 * MOST_ANSWERS]:
        said[pk].is_simulated |= source == Source.SIMULATED
    return said


def _take_up_edits(
    edited: Mapping[tuple[int, int | None], _Said], principles: Mapping[int, int]
) -> None:
    """Find what each person made of the comments that they edited; of several the latest counts."""
    rows = Comment.objects.filter(revises__in=[comment for comment, _ in edited])
    for row in rows.select_related("critique").order_by("pk"):
        by = edited.get((row.revises_id or 0, row.critique.author_id))
        if by is not None:
            by.mended[row.revises_id or 0] = _block(row, principles)


def _word(row: CommentVerdict) -> Word:
    """A nitpick speaks against a comment that makes more of it, and for one that says so itself."""
    if row.action == CommentAction.DELETED or row.verdict == Verdict.FAKE:
        return "fake"
    if row.verdict == Verdict.NITPICK:
        return "valid" if row.comment.severity == SeverityLevel.NITPICK else "fake"
    return "valid" if row.verdict == Verdict.VALID else ""


def _critiques(campaign: Campaign, responses: Iterable[int]) -> Mapping[int, list[Critique]]:
    found: dict[int, list[Critique]] = defaultdict(list)
    rows = Critique.objects.filter(
        response__in=list(responses),
        version__campaign=campaign,
        version__role=Role.CRITIC,
        other_response=None,
        verdict__isnull=False,
    )
    for row in rows.prefetch_related("comments").order_by("sample", "version_id"):
        found[row.response_id].append(row)
    return found


def _judged(critique: Critique, said: _Said, principles: Mapping[int, int]) -> JudgedCritique:
    comments = sorted(critique.comments.all(), key=lambda each: each.number)
    return JudgedCritique(
        critique.verdict or CriticVerdict.SOUND,
        critique.summary,
        [
            JudgedComment(
                _block(each, principles),
                _majority(said.votes.get(_key(each))),
                said.mended.get(each.pk),
            )
            for each in comments
        ],
    )


def _majority(votes: Counter[Word] | None) -> Word:
    if not votes or votes["valid"] == votes["fake"]:
        return ""
    return "valid" if votes["valid"] > votes["fake"] else "fake"


def _key(comment: Comment) -> Key:
    return comment.quote, comment.category


def _block(comment: Comment, principles: Mapping[int, int]) -> Block:
    number = principles.get(comment.principle_id or 0)
    said = {
        "quote": comment.quote,
        "category": comment.category,
        "severity": comment.severity,
        "principle": str(number) if number else "",
        "why": comment.explanation,
        "fix": comment.suggested_fix,
    }
    return {
        key: " ".join(value.split()) if key != "quote" else value for key, value in said.items()
    }


def _said_of_flaws(
    responses: Sequence[int], sources: Collection[Source]
) -> Mapping[int, set[bool]]:
    """Return of each answer that people rated by itself whether they found it free of any flaw."""
    said: dict[int, set[bool]] = defaultdict(set)
    ratings = ResponseRating.objects.filter(
        judgement__in=_teaching(sources), response__in=responses
    )
    for pk, flaw in ratings.exclude(worst_flaw="").values_list("response", "worst_flaw"):
        said[pk].add(flaw == WorstFlaw.NONE)
    return said


def _found_sound(
    responses: Sequence[int], sources: Collection[Source], flaws: Mapping[int, set[bool]]
) -> set[int]:
    """Return the answers that somebody called free of any flaw, and nobody flawed. Where nobody said
    either, those that were preferred to another one, and that no other was preferred to."""
    said: dict[int, set[bool]] = defaultdict(set)
    compared = _teaching(sources).filter(response_b__isnull=False).exclude(choice="")
    pairs = compared.filter(Q(response_a__in=responses) | Q(response_b__in=responses))
    for a, b, choice in pairs.values_list("response_a", "response_b", "choice"):
        said[a].add(choice == Choice.A)
        said[b].add(choice == Choice.B)
    return {pk for pk in responses if flaws.get(pk, said[pk]) == {True}}


def _teaching(sources: Collection[Source]) -> QuerySet[Judgement]:
    """Judgements that stand, but those of items whose right answer was known: they train nothing."""
    standing = Judgement.objects.standing().filter(source__in=sources)
    return standing.exclude(item__kind__in=KNOWN_KINDS)
