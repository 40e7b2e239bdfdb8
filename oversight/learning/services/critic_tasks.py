"""The pairs and the steps that one version of the critic read, and what is true of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from django.db.models import QuerySet

from oversight.models import (
    Choice,
    Comment,
    CriticVerdict,
    Critique,
    Judgement,
    ModelVersion,
    QuoteMatch,
    Source,
    StepLabel,
)
from oversight.trust.policies.source.critic_tasks import NOWHERE, ReadPair, ReadSteps

FOUND = (QuoteMatch.EXACT, QuoteMatch.NORMALISED, QuoteMatch.AMBIGUOUS)
SIDES = [Choice.A, Choice.B]
Span = tuple[int, int]
Known = tuple[Critique, bool]  # a critique, and whether its answer is flawed


def pairs_of_read(read: Sequence[Known]) -> Iterator[ReadPair]:
    """Yield of each query one pair of a right and a wrong answer, and the pairs of equally good ones
    (two of each at most: more of one query would only say the same again)."""
    by_query: dict[int, dict[bool, list[Critique]]] = defaultdict(lambda: {True: [], False: []})
    for critique, is_flawed in sorted(read, key=lambda each: each[0].response_id):
        if critique.p_flawed is not None:
            by_query[critique.response.query_id][is_flawed].append(critique)
    for flawed, right in ((each[True], each[False]) for each in by_query.values()):
        if flawed and right:
            yield _pair(right[0], flawed[0], is_first_better=True)
        for alike in (flawed[:2], right[:2]):
            yield from (_pair(one, other, None) for one, other in combinations(alike, 2))


def imported_judgements(version: ModelVersion) -> QuerySet[Judgement]:
    """Return what imported data say of which of two answers is right, as RewardBench does."""
    rows = Judgement.objects.filter(
        query__campaign=version.campaign_id,
        source=Source.CHECKER,
        response_b__isnull=False,
        choice__in=SIDES,
    )
    return rows.exclude(annotator_label="").order_by("pk")


def imported_pairs(version: ModelVersion) -> Iterator[ReadPair]:
    """Yield the pairs of which they say it, as far as this version has read both answers."""
    rows = imported_judgements(version).values_list("response_a", "response_b", "choice")
    read = _first_critiques(version, {pk for a, b, _ in rows for pk in (a, b) if pk})
    for a, b, choice in rows:
        if b is not None and a in read and b in read:
            yield _pair(read[a], read[b], is_first_better=choice == Choice.A)


def steps_of_tampered(read: Iterable[Known]) -> Iterator[ReadSteps]:
    """Yield answers with an error put in, whose first line that differs is the wrong step, and right
    ones, which have none."""
    for critique, is_flawed in read:
        if critique.verdict is None:  # it did not parse: it said nothing
            continue
        response, lines = critique.response, _lines(critique.response.text)
        if not is_flawed:
            yield ReadSteps(None, said_step(critique, lines))
        elif response.revises is not None:
            truth = _first_difference(response.text, response.revises.text)
            yield ReadSteps(truth, said_step(critique, lines))


def labelled_steps(version: ModelVersion) -> Iterator[ReadSteps]:
    """Yield the answers whose steps people labelled, here or in imported data (BIG-Bench Mistake,
    ProcessBench), as far as this version has read them."""
    rows = StepLabel.objects.filter(
        judgement__in=Judgement.objects.standing().human(),
        response__query__campaign=version.campaign_id,
    )
    labels: dict[int, list[tuple[Span, int]]] = defaultdict(list)
    first: dict[int, int] = {}
    columns = ("response", "judgement", "start", "end", "label")
    for response, judgement, start, end, label in rows.order_by(
        "judgement", "position"
    ).values_list(*columns):
        if first.setdefault(response, judgement) == judgement:  # one person's: the first
            labels[response].append(((start, end), label))
    for response, critique in _first_critiques(version, labels.keys()).items():
        steps = labels[response]
        wrong = [at for at, (_, label) in enumerate(steps) if label < 0]
        said = said_step(critique, [span for span, _ in steps])
        yield ReadSteps(wrong[0] if wrong else None, said)


def said_step(critique: Critique, steps: Sequence[Span]) -> int | None:
    """Return the first step that a comment quotes; None where it finds nothing wrong."""
    if critique.verdict == CriticVerdict.SOUND:
        return None
    places = (_step_of(comment, steps) for comment in critique.comments.all())
    quoted = [at for at in places if at is not None]
    return min(quoted, default=NOWHERE)


def _step_of(comment: Comment, steps: Sequence[Span]) -> int | None:
    start = comment.start
    if comment.quote_match not in FOUND or start is None:
        return None
    return next((at for at, (_, end) in enumerate(steps) if start < end), len(steps))


def _pair(one: Critique, other: Critique, is_first_better: bool | None) -> ReadPair:
    assert one.p_flawed is not None
    assert other.p_flawed is not None
    chars = len(one.response.text), len(other.response.text)
    return ReadPair((one.p_flawed, other.p_flawed), chars, is_first_better)


def _first_critiques(version: ModelVersion, responses: Iterable[int]) -> dict[int, Critique]:
    rows = Critique.objects.filter(
        version=version, sample=0, other_response=None, response__in=list(responses)
    ).exclude(p_flawed__isnull=True)
    found = rows.select_related("response").prefetch_related("comments")
    return {each.response_id: each for each in found}


def _lines(text: str) -> list[Span]:
    """Return the places of the lines that hold anything."""
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line)
    return spans


def _first_difference(text: str, before: str) -> int:
    """Return which line, of those that hold anything, is the first not to be as before."""
    lines, was = ([each for each in side.splitlines() if each.strip()] for side in (text, before))
    same = (line == other for line, other in zip(lines, was, strict=False))
    return next((at for at, is_same in enumerate(same) if not is_same), min(len(lines), len(was)))
