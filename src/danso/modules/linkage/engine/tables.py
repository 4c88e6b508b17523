"""The two sides in DuckDB: people and records, read from CSV, with what comparing derives."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danso.modules.population.data import COMPARED

if TYPE_CHECKING:
    import duckdb

# Said in full, never guessed from the first rows: a file of few rows, or none, has no shape.
_SHAPE: Final = "delim=',', quote='\"', escape='\"'"
# Day and month filled up where only the year was known: as weak as the year alone.
_DERIVED: Final = """
SELECT key AS unique_id, number, old_number, name, plain, sex, commune, father, mother,
       split_part(plain, ' ', 1) AS family,
       split_part(plain, ' ', -1) AS given,
       len(string_split(plain, ' ')) AS words,
       array_to_string(list_sort(string_split(plain, ' ')), ' ') AS sorted,
       substr(birth, 1, 4) AS year,
       CASE WHEN length(birth) = 10 THEN birth END AS day,
       substr(day, 6) AS month_day,
       coalesce(month_day = '01-01', false) AS is_filler,
       least(substr(day, 6, 2), substr(day, 9, 2))
           || greatest(substr(day, 6, 2), substr(day, 9, 2)) AS turned
FROM {given}
"""


class Workspace:
    """A DuckDB database in memory, thrown away after the run: it holds personal data. `memory` as
    DuckDB writes it ('6GB'); what does not fit goes to `folder`, which is the home's."""

    def __init__(self, folder: Path, *, memory: str, threads: int) -> None:
        # Only a process that matches pays for it: most of a second, and 30 MB.
        import duckdb  # noqa: PLC0415

        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        # Not a file: packing what is read once or twice took more than half the time of reading it.
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory,
                "threads": threads,
                "temp_directory": str(folder / "spill"),
                "preserve_insertion_order": False,
                # Nothing is fetched from the internet while matching people.
                "autoinstall_known_extensions": False,
            },
        )

    def beside(self) -> Workspace:
        """The same tables, for another thread."""
        other = copy(self)
        other.connection = self.connection.cursor()
        return other

    def close(self) -> None:
        """Close; the caller removes the folder."""
        self.connection.close()

    def read(self, table: str, file: Path, *, more: bool = False) -> int:
        """Read a CSV of COMPARED as one side, or as `more` of it; returns how many rows."""
        kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in COMPARED)
        given = (
            f"read_csv('{file}', auto_detect=false, header=true, {_SHAPE}, nullstr='',"
            f" columns={{{kinds}}})"
        )
        into = f"INSERT INTO {table}" if more else f"CREATE TABLE {table} AS"
        self.run(f"{into} {_DERIVED.format(given=given)}")
        return self.count(table)

    def read_held(self, column: str, file: Path) -> None:
        """View `held_{column}` (number, person): people's own and, from a CSV (number, person),
        those that others of them hold or held."""
        columns = "{'number': 'VARCHAR', 'person': 'VARCHAR'}"
        given = f"read_csv('{file}', auto_detect=false, header=true, {_SHAPE}, columns={columns})"
        self.run(f"CREATE TABLE other_{column} AS FROM {given}")
        self.run(
            f"CREATE VIEW held_{column} AS FROM other_{column} UNION ALL"  # noqa: S608 - our words
            f" SELECT {column}, unique_id FROM people WHERE {column} IS NOT NULL"
        )

    def read_counts(self, file: Path) -> None:
        """Table `commonness` (kind, value, share) from a CSV: how common names are."""
        columns = "{'kind': 'VARCHAR', 'value': 'VARCHAR', 'share': 'DOUBLE'}"
        given = f"read_csv('{file}', auto_detect=false, header=false, {_SHAPE}, columns={columns})"
        self.run(f"CREATE TABLE commonness AS FROM {given}")

    def run(self, statement: str) -> None:
        """Carry out a statement whose result nobody reads."""
        self.connection.execute(statement).fetchall()

    def tables(self) -> frozenset[str]:
        """Names of the tables made so far."""
        found = self.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        return frozenset(name for (name,) in found)

    def count(self, table: str, where: str = "true") -> int:
        """How many rows of a table satisfy a condition."""
        query = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 - only our own words
        found = self.connection.execute(query).fetchall()
        return int(found[0][0])
