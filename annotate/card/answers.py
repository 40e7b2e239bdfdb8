"""An answer as the workbench takes it in: everything besides the preference itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from oversight.feedback.services.answer_parts import NewComment, ResponseScore


@dataclass(frozen=True)
class Extras:
    """Comments changed or deleted (by id), and by the record's letter of a response: comments

    added, scores, rewritten texts. A change has the fields of a comment that the form shows.
    """

    changes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    deleted: frozenset[int] = frozenset()
    added: Mapping[str, Sequence[NewComment]] = field(default_factory=dict)
    scores: Mapping[str, ResponseScore] = field(default_factory=dict)
    rewrites: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Extras":
        """Return what `payload()` was made of."""
        added = payload.get("added", {})
        scores = payload.get("scores", {})
        return cls(
            changes={int(pk): fields for pk, fields in payload.get("changes", {}).items()},
            deleted=frozenset(payload.get("deleted", [])),
            added={key: [NewComment(**row) for row in rows] for key, rows in added.items()},
            scores={key: ResponseScore(**score) for key, score in scores.items()},
            rewrites=payload.get("rewrites", {}),
        )

    def payload(self) -> dict[str, Any]:
        """Return what was said as JSON; empty parts are left out."""
        parts = {
            "changes": {str(pk): dict(fields) for pk, fields in self.changes.items()},
            "deleted": sorted(self.deleted),
            "added": {key: [asdict(row) for row in rows] for key, rows in self.added.items()},
            "scores": {key: asdict(score) for key, score in self.scores.items()},
            "rewrites": dict(self.rewrites),
        }
        return {name: part for name, part in parts.items() if part}
