"""Statements written by hand, whose rows become records.

Django builds and compiles a query anew each time that it is asked, which costs some five times what
running it does. For the few that every answer of every annotator needs, the text is made once here:
leases, claims, the card's texts, critiques and rules, drafts, submissions, judgements, what an
item's answers mean and the session. Nowhere else, but for what writes many rows at once by COPY:
queries that come in, and the slots of a round.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model
from psycopg.types.json import Jsonb

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Record:
    """A model whose rows a statement reads; `only` these columns, by the names of their attributes.

    What is left out is read when it is asked for, as with Django's `only()`.
    """

    model: type[Model]
    only: Sequence[str] = ()

    @cached_property
    def fields(self) -> list["Field[Any, Any]"]:
        fields = self.model._meta.concrete_fields
        return [f for f in fields if f.primary_key or not self.only or f.attname in self.only]

    @cached_property
    def names(self) -> list[str]:
        return [field.attname for field in self.fields]

    def columns(self, alias: str) -> str:
        return ", ".join(f'{alias}."{field.column}"' for field in self.fields)

    def of(self, values: Sequence[Any]) -> Model | None:
        """Return the instance, None where an outer join found no row."""
        if values[self._key] is None:
            return None
        if self._converters:
            values = list(values)
            for at, column, convert in self._converters:
                values[at] = convert(values[at], column, connection)
        return self.model.from_db("default", self.names, values)

    @cached_property
    def _key(self) -> int:
        return next(at for at, field in enumerate(self.fields) if field.primary_key)

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        return [
            (at, field.cached_col, convert)
            for at, field in enumerate(self.fields)
            for convert in field.get_db_converters(connection)
        ]


class Statement:
    """A text in which `{name}` stands for the columns of the record of that name, under that alias.

    The records come first in its rows, in the order in which they are given here, then what else the
    text selects. Values go in by name, as `%(name)s`.
    """

    def __init__(self, text: str, **records: type[Model] | Record) -> None:
        self._text = text
        self._records = {
            name: given if isinstance(given, Record) else Record(given)
            for name, given in records.items()
        }

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return [self._with_records(row) for row in cursor.fetchall()]

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        return next(iter(self.all(**values)), None)

    def run(self, **values: Any) -> int:
        """Run what returns no rows; return how many were changed."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return cast(int, cursor.rowcount)

    @cached_property
    def _sql(self) -> str:
        text = self._text
        for name, record in self._records.items():
            text = text.replace(f"{{{name}}}", record.columns(name))
        return text

    def _with_records(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        found: list[Any] = []
        start = 0
        for record in self._records.values():
            end = start + len(record.fields)
            found.append(record.of(row[start:end]))
            start = end
        return (*found, *row[start:])


def insert(record: M) -> M:
    """Write a new record as `save()` does, but for signals; return it with its id."""
    text, fields = _insertion(type(record))
    values = [f.get_db_prep_save(f.pre_save(record, add=True), connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        (record.pk,) = cursor.fetchone()
    record._state.adding, record._state.db = False, "default"
    return record


@cache
def _insertion(model: type[Model]) -> tuple[str, list["Field[Any, Any]"]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table, key = model._meta.db_table, model._meta.pk.column
    text = f'INSERT INTO "{table}" ({columns}) VALUES ({places}) RETURNING "{key}"'  # noqa: S608
    return text, fields


def fresh_ids(model: type[Model], count: int) -> list[int]:
    """Take ids for records that are about to be written, in rising order."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, key, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def copy_in(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many new records with COPY. `names` are those of the attributes that the rows hold, the
    key's among them; all else is as in a record that nobody has filled in.

    Raises IntegrityError as an insertion does. Signals are not sent.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    blank = model()
    same = {
        # What is JSON would else be written out anew for every row.
        field.column: json.dumps(value.obj) if isinstance(value, Jsonb) else value
        for name, field in fields.items()
        if name not in names
        and (value := field.get_db_prep_save(field.pre_save(blank, add=True), connection))
        is not None
    }
    columns = ", ".join(f'"{name}"' for name in [*(fields[n].column for n in names), *same])
    rest = tuple(same.values())
    text = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(text) as copy,
    ):
        for row in rows:
            copy.write_row((*row, *rest))


def count_so_far(models: Iterable[type[Model]]) -> None:
    """Let PostgreSQL count the rows that a transaction has written of these so far.

    Nobody else can see them: autovacuum would count none and say so, and with a table that seems empty
    every index is as good as any other, also one that holds all of a campaign. From here to the end of
    the transaction it leaves the tables alone. What it, or another transaction, counts just now is
    passed over.
    """
    tables = ", ".join(each._meta.db_table for each in models)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {tables}")
