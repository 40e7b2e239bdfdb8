"""Writes the critiques that a file brings, each comment tied to the words that it quotes."""

from collections.abc import Sequence
from typing import Protocol

from django.db.models import Max

from models_srv.roles.quotes import match_quote
from oversight.data.importers import GivenCritique, LabelledRow, Note
from oversight.models import Comment, Critique, Role

from .batches import BATCH, Target


class WithAnswers(Protocol):
    """A row whose answers are written. `is_new`: it brought something."""

    row: LabelledRow
    answers: Sequence[int]
    is_new: bool


def write_critiques(target: Target, written: Sequence[WithAnswers]) -> None:
    """One that the same critic wrote of the same response in the same words is left out."""
    given = [(each, critique) for each in written for critique in each.row.critiques]
    if not given:
        return
    known = _known(target)
    samples = _samples(target)
    critiques: list[Critique] = []
    comments: list[Comment] = []
    for each, one in given:
        version = target.answers.version(Role.CRITIC, one.critic).pk
        place = (each.answers[one.answer], version)
        if (*place, one.summary) in known:
            continue
        known.add((*place, one.summary))
        each.is_new = True
        samples[place] = sample = samples.get(place, -1) + 1
        critique = _critique(one, *place, sample)
        critiques.append(critique)
        text = each.row.answers[one.answer].text
        comments += [_comment(critique, n, note, text) for n, note in enumerate(one.notes, 1)]
    Critique.objects.bulk_create(critiques, batch_size=BATCH)
    Comment.objects.bulk_create(comments, batch_size=BATCH)
    target.imported.counts.update({"critiques": len(critiques), "comments": len(comments)})


def _known(target: Target) -> set[tuple[int, int | None, str]]:
    earlier = Critique.objects.filter(response__query__in=target.old_queries)
    return set(earlier.values_list("response", "version", "summary"))


def _samples(target: Target) -> dict[tuple[int, int | None], int]:
    """Return the last sample of each response and version among the old queries."""
    earlier = Critique.objects.filter(response__query__in=target.old_queries)
    rows = earlier.values_list("response", "version").annotate(last=Max("sample"))
    return {(response, version): last for response, version, last in rows}


def _critique(given: GivenCritique, response_id: int, version_id: int, sample: int) -> Critique:
    return Critique(
        response_id=response_id,
        version_id=version_id,
        sample=sample,
        summary=given.summary,
        verdict=given.verdict,
        p_flawed=given.p_flawed,
    )


def _comment(critique: Critique, number: int, note: Note, text: str) -> Comment:
    match, start, end = match_quote(text, note.quote)
    return Comment(
        critique=critique,
        number=number,
        quote=note.quote,
        quote_match=match,
        start=start,
        end=end,
        severity=note.severity,
        category=note.category,
        explanation=note.explanation,
        suggested_fix=note.suggested_fix,
    )
