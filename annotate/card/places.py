"""The places of a response that a critique quotes, without anything that it says of them. Pure.

Labels and explanations make people rely on a critic, where it is wrong too; that the same places help
without them is measured, not assumed (see the arm `evidence`).
"""

from collections.abc import Iterable, Iterator, Mapping

from annotate.card.parts import PlaceView
from oversight.models import Comment, Critique, QuoteMatch, Response

VERIFIED = (QuoteMatch.EXACT, QuoteMatch.NORMALISED)


def places_in(
    response: Response, comments: Mapping[Critique, list[Comment]], numbers: Iterator[int]
) -> list[PlaceView]:
    """Return where the verified quotes of comments on this response stand, from first to last.

    Quotes that overlap or touch are one place: neither how many comments there are nor in which order
    the critic wrote them is told. Each takes the next of `numbers`.
    """
    quoted = sorted(
        (row.start, min(row.end or 0, len(response.text)))
        for critique, rows in comments.items()
        if critique.response_id == response.pk and critique.verdict is not None
        for row in rows
        if row.quote_match in VERIFIED and row.start is not None and row.start < len(response.text)
    )
    return [
        PlaceView(next(numbers), start, end, response.text[start:end])
        for start, end in _joined(quoted)
    ]


def _joined(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches, which come by their start, those that overlap or touch as one."""
    now: tuple[int, int] | None = None
    for start, end in stretches:
        if now and start <= now[1]:
            now = (now[0], max(now[1], end))
            continue
        if now:
            yield now
        now = (start, end)
    if now:
        yield now
