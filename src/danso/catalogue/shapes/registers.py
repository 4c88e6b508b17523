"""Agencies with their successors, the databases of the plan, and code lists."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field as Limit

from danso.catalogue.shapes.base import (
    Basis,
    ClauseId,
    Code,
    FieldCode,
    FileName,
    Sensitivity,
    Shape,
    Text,
    Words,
)
from danso.kernel.text import fold


class Heir(Words):
    """Who carries one duty of an ended agency; `vi` and `en` name the duty."""

    agency: Code
    since: date


class Agency(Words):
    """A body, a group of bodies or a post, with validity and successors by duty. `withholds`: as
    which body of criminal procedure its decisions may withhold journal entries, if any. `under`:
    the body above it, which may ask in its name."""

    code: Code
    kind: Literal["body", "group", "post"]
    since: date | None = None
    until: date | None = None
    successors: tuple[Heir, ...] = ()
    under: Code | None = None
    withholds: Literal["investigation", "procuracy", "criminal_court"] | None = None
    basis: Basis
    note: str = ""

    @property
    def today(self) -> tuple[str, ...]:
        """The agencies that carry its duties now: its successors once it has ended, else itself."""
        if self.until is None:
            return (self.code,)
        return tuple(dict.fromkeys(heir.agency for heir in self.successors))


class Agencies(Shape):
    """agencies.yaml."""

    cites: tuple[ClauseId, ...]
    agencies: tuple[Agency, ...]


class Identifier(Words):
    """How a database knows a person or a thing; `pattern` is a regular expression where known."""

    code: FieldCode
    pattern: str | None = None
    basis: Basis
    note: str = ""


class DatabaseField(Words):
    """One thing a database holds, and how we know that it does."""

    code: FieldCode
    basis: Basis
    sensitivity: Sensitivity


class DatabasePart(Words):
    """Something the plan names on its own that lies inside a database."""

    code: Code


class Database(Words):
    """A database that the plan connects.

    `counted`: one of those in the plan's own list of connections. `reach` `closed`: its people are
    never reachable through matching, boards or search. `purposes` name who may read it.
    """

    code: Code
    counted: bool
    owner_2022: Code
    owner_today: tuple[Code, ...] = Limit(min_length=1)
    ministry: Text
    holds: Words
    law: Text
    reach: Literal["open", "closed"] = "open"
    sensitivity: Sensitivity
    identifiers: tuple[Identifier, ...]
    fields: tuple[DatabaseField, ...] = Limit(min_length=1)
    parts: tuple[DatabasePart, ...] = ()
    purposes: tuple[Code, ...] = Limit(min_length=1)
    due: date
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""


class CodeRow(Shape):
    """One code of a list."""

    code: Text
    vi: Text
    en: str = ""
    basis: Basis
    since: date | None = None
    until: date | None = None


class CodeListHead(Words):
    """What a code list is and where it comes from; `complete` false says that codes are missing."""

    code: Code
    file: FileName
    source: Text
    confidence: Literal["H", "M", "L"]
    complete: bool
    note: str = ""


class CodeListFile(Shape):
    """code_lists/code_lists.yaml."""

    cites: tuple[ClauseId, ...]
    lists: tuple[CodeListHead, ...]


class CodeList(Shape):
    """A code list with its rows."""

    head: CodeListHead
    rows: tuple[CodeRow, ...]

    def label(self, code: str, language: str = "vi") -> str:
        """The words for a code; the code itself when the list does not know it."""
        for row in self.rows:
            if row.code == code:
                return row.en if language == "en" and row.en else row.vi
        return code

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the list's order."""
        return tuple(row.code for row in self.rows)

    @property
    def words(self) -> Mapping[str, str]:
        """Each code, and each name folded, to its code; of two rows of one name the first."""
        found = {row.code: row.code for row in self.rows}
        for row in self.rows:
            for name in filter(None, (row.vi, row.en)):
                found.setdefault(fold(name), row.code)
        return found
