"""Records in the form that a source's transport serves: CSV files, JSON lines, a table's rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from danso.catalogue.shapes.sources import FileTransport, Source, SqlTransport
from danso.modules.sources.engine.synth.values import changed_field

FILE_ROWS: Final = "rows.csv"
REST_ROWS: Final = "rows.jsonl"
TABLE_ROWS: Final = "table.csv"
TABLE_SQL: Final = "create.sql"
_LONGEST: Final = 255
_TYPES: Final = {
    ("mariadb", "timestamp"): "DATETIME",
    ("postgresql", "timestamp"): "TIMESTAMP",
    ("mariadb", "number"): "BIGINT",
    ("postgresql", "number"): "BIGINT",
}


def write_rows(folder: Path, source: Source, rows: pl.DataFrame) -> list[Path]:
    """Write the rows (one column a field, by its code) as the owner keeps them; what was
    written. Rows of REST and SQL stand in ascending order of the field that changes."""
    folder.mkdir(parents=True)
    transport = source.transport
    if isinstance(transport, FileTransport):
        path = folder / FILE_ROWS
        _headed(source, rows).write_csv(path, line_terminator="\r\n")
        return [path]
    if not isinstance(transport, SqlTransport):
        path = folder / REST_ROWS
        _nested(source, rows).write_ndjson(path)
        return [path]
    path, script = folder / TABLE_ROWS, folder / TABLE_SQL
    table = _headed(source, rows)
    table.write_csv(path)
    script.write_text(_create(source, transport, table.columns), encoding="utf-8")
    return [path, script]


def _headed(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col(field.code).replace("", None).alias(field.columns[0]) for field in source.fields
    )


def _nested(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Members by path: a heading with dots lies that deep. What is not known is null."""
    tree: dict[str, Any] = {}
    for field in source.fields:
        *outer, last = field.columns[0].split(".")
        branch = tree
        for name in outer:
            branch = branch.setdefault(name, {})
        branch[last] = pl.col(field.code).replace("", None)
    return rows.select(_member(name, inner) for name, inner in tree.items())


def _member(name: str, inner: Any) -> pl.Expr:
    if isinstance(inner, pl.Expr):
        return inner.alias(name)
    return pl.struct(*(_member(below, deeper) for below, deeper in inner.items())).alias(name)


def _create(source: Source, transport: SqlTransport, columns: list[str]) -> str:
    """The table in the engine's dialect; every value is text but the column that changes."""
    quote = "`" if transport.engine == "mariadb" else '"'
    key = source.by_code[source.key].columns[0]
    changed = changed_field(source)
    lines = []
    for name in columns:
        kind = f"VARCHAR({_LONGEST})"
        if changed is not None and name == changed.columns[0]:
            kind = _TYPES[transport.engine, transport.by]
        needed = " NOT NULL" if name == key or kind in _TYPES.values() else ""
        lines.append(f"  {quote}{name}{quote} {kind}{needed}")
    lines.append(f"  PRIMARY KEY ({quote}{key}{quote})")
    table = f"{quote}{transport.table}{quote}"
    end = " CHARACTER SET utf8mb4" if transport.engine == "mariadb" else ""
    made = f"CREATE TABLE {table} (\n" + ",\n".join(lines) + f"\n){end};\n"
    if changed is not None:
        at = f"{quote}{changed.columns[0]}{quote}"
        # PostgreSQL names an index once in a schema.
        name = f"{quote}{transport.table}_by_changed{quote}"
        made += f"CREATE INDEX {name} ON {table} ({at});\n"
    return made
