"""A statement that every page asks: written once, its rows always read in one way.

`Manager.raw()` finds out anew each time which column is which field and how it is read;
that takes several times as long as the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model

M = TypeVar("M", bound=Model)
# where a value stands in a row, its column, and what makes of it what the model has
_Reader = tuple[int, Expression, list[Callable[..., Any]]]


class Statement(Generic[M]):
    """Rows of `model`, whose columns stand in `sql` in the place of `{columns}`; its
    table is called `alias` there. Others may follow."""

    def __init__(self, model: type[M], alias: str, sql: str) -> None:
        self.model, self.alias, self.sql = model, alias, sql

    def rows(self, *asked: Any) -> Iterator[tuple[M, tuple[Any, ...]]]:
        """Each with the columns that follow it."""
        with connection.cursor() as cursor:
            cursor.execute(self._written, asked)
            found = cursor.fetchall()
        for row in found:
            yield self._made(row), row[len(self._names) :]

    def _made(self, row: tuple[Any, ...]) -> M:
        values = list(row[: len(self._names)])
        for at, column, converters in self._readers:
            for convert in converters:
                values[at] = convert(values[at], column, connection)
        return self.model.from_db(connection.alias, self._names, values)

    @cached_property
    def _fields(self) -> list[Any]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _written(self) -> str:
        quoted = [connection.ops.quote_name(field.column) for field in self._fields]
        return self.sql.format(columns=", ".join(f"{self.alias}.{q}" for q in quoted))

    @cached_property
    def _readers(self) -> list[_Reader]:
        query: Any = self.model._default_manager.all().query
        columns = [field.get_col(field.model._meta.db_table) for field in self._fields]
        found = query.get_compiler(connection=connection).get_converters(columns)
        return [(at, column, made) for at, (made, column) in found.items()]
