"""Where versions came from, and what became of each."""

from collections.abc import Iterable, Iterator, Sequence

from oversight.models import ModelVersion
from oversight.versions.policies.lineage import Ancestor, Lineage, draw_lineage

STARTER = "starter:"  # begins the location of a starter model, see `resolve_location`

MARKS = {
    "active": "at work",
    "retired": "was at work",
    "trying": "being tried",
    "refused": "did not answer",
    "candidate": "not put to work",
}


def forebears(version: ModelVersion) -> Iterator[ModelVersion]:
    """Yield the version, the one that it came from, and so on."""
    each: ModelVersion | None = version
    while each is not None:
        yield each
        each = each.parent


def takes_instructions(version: ModelVersion) -> bool:
    """Whether it can be asked in words: all but the starter models and what was trained from them,
    which know the one form of prompt that they were made with."""
    *_, first = forebears(version)
    return not first.location.startswith(STARTER)


def lineage_of(versions: Sequence[ModelVersion]) -> Lineage | None:
    """Return the picture of these versions, the newest first; None where none came from another.

    They are as `versions_by_role` returns them.
    """
    if not any(version.parent_id for version in versions):
        return None
    return draw_lineage(list(_ancestors(versions)))


def _ancestors(versions: Iterable[ModelVersion]) -> Iterable[Ancestor]:
    for version in versions:
        status = str(version.status)  # type: ignore[attr-defined]
        yield Ancestor(
            pk=version.pk,
            name=str(version),
            parent=version.parent_id,
            mark=_mark(version, status),
            is_at_work=status == "active",
            was_at_work=status in ("active", "retired"),
            round=version.round_number,  # type: ignore[attr-defined]
        )


def _mark(version: ModelVersion, status: str) -> str:
    if status == "retired" and version.is_taken_back:  # type: ignore[attr-defined]
        return "rolled back"
    if status == "candidate" and version.is_refused:  # type: ignore[attr-defined]
        return "refused by the gate"
    return MARKS[status]
