"""What belongs to a campaign: found in the records themselves, so that a new one is never forgotten."""

from collections.abc import Iterator

from django.db.models import Field, Model

from oversight.models import Campaign

Paths = dict[type[Model], str]


def belongings() -> Paths:
    """Return every record that is of one campaign, with the lookup that leads there.

    The nearest come first: what hangs on others comes after them.
    """
    found: Paths = {}
    waiting: list[tuple[type[Model], str]] = [(Campaign, "")]
    while waiting:
        model, path = waiting.pop(0)
        for child, name in _hanging_on(model):
            if child not in found and child is not Campaign:
                found[child] = f"{name}__{path}" if path else name
                waiting.append((child, found[child]))
    return found


def _hanging_on(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Yield each record that cannot be without one of `model`, and the name of its column for it."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            column: Field[object, object] = relation.field  # type: ignore[union-attr]
            if not column.null:
                yield column.model, column.name
