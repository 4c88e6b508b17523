"""A connected source: where its rows come from, what they hold, and what they tell."""

from datetime import date
from functools import cached_property
from typing import Literal, Self

from pydantic import Field as Limit
from pydantic import model_validator

from danso.catalogue.shapes.base import (
    Basis,
    ClauseId,
    Code,
    FieldCode,
    Sensitivity,
    Shape,
    Text,
    Words,
)

# file: files dropped or uploaded. rest: pages of JSON. sql: rows of a table or view.
FileKind = Literal["csv", "xlsx", "xml", "jsonl", "parquet", "dbf"]
# The 2022 services over NDXP/LGSP, the Ministry's platform of Decree 278/2025, our own register.
Road = Literal["ndxp", "ndop", "own"]
# What a value is, so that it can be cleaned and judged.
Kind = Literal["text", "name", "number", "date", "month", "amount", "code", "commune", "place"]
# What a value says about the person, in the words that matching compares.
Term = Literal[
    "number", "old_number", "full_name", "birth", "sex", "commune", "father_name", "mother_name"
]
# Rules of numbers that other bodies issue, known by name because they compute a digit.
Rule = Literal["tax_number"]

# Nobody is matched by less: a name with a birth, or a number.
NEEDED: tuple[frozenset[Term], ...] = (frozenset({"full_name", "birth"}), frozenset({"number"}))


class FileTransport(Shape):
    """Files that the owner drops or uploads; each is the whole state or only what changed."""

    kind: Literal["file"]
    formats: tuple[FileKind, ...] = Limit(min_length=1)
    holds: Literal["everything", "changes"]


class RestTransport(Shape):
    """Pages of JSON over HTTP. `rows` and `next` name members of a page: `next` holds the address
    or token of the page after; `since` is the query parameter that asks for later changes only."""

    kind: Literal["rest"]
    rows: Text
    next: Text
    page_parameter: Text
    since: Text | None = None
    changed: FieldCode | None = None
    sign_in: Literal["oauth", "basic", "none"]


class SqlTransport(Shape):
    """Rows of a table or view, `changed` being the column by which later rows are found."""

    kind: Literal["sql"]
    engine: Literal["postgresql", "mariadb"]
    table: Text
    changed: Text
    by: Literal["timestamp", "number"]


Transport = FileTransport | RestTransport | SqlTransport


class SourceField(Words):
    """One thing a row holds.

    `columns` are the headings (paths with dots in JSON and XML) it comes under, the first that is
    there counts. `term`: what it says about the person, where matching may compare it.
    """

    code: FieldCode
    columns: tuple[Text, ...] = Limit(min_length=1)
    kind: Kind
    term: Term | None = None
    code_list: Code | None = None
    pattern: str | None = None
    rule: Rule | None = None
    required: bool = False
    basis: Basis
    sensitivity: Sensitivity
    note: str = ""

    @model_validator(mode="after")
    def _codes_have_a_list(self) -> Self:
        if self.kind == "code" and self.code_list is None and self.pattern is None:
            raise ValueError("a code needs its code_list, or a pattern where the list is unknown")
        return self


class FactKind(Words):
    """What a row tells of its person to those who may ask: the value of `field`, valid between
    the values of `since` and `until` where the source says so. `purposes` may read it."""

    code: FieldCode
    field: FieldCode
    since: FieldCode | None = None
    until: FieldCode | None = None
    sensitivity: Sensitivity
    purposes: tuple[Code, ...] = Limit(min_length=1)


class Source(Words):
    """One file of sources/: a database as one owner keeps it, connected.

    `key`: the field that names a row for ever at its owner. `rhythm_days`: how often new data is
    promised, against which its age is judged ("sống"). `retention`: a code of retention.yaml.
    `follows_register`: the hosted register whose place it takes once that one has graduated.
    """

    code: Code
    database: Code
    owner: Code
    road: Road
    due: date
    rhythm_days: int = Limit(gt=0)
    transport: Transport = Limit(discriminator="kind")
    key: FieldCode
    fields: tuple[SourceField, ...] = Limit(min_length=1)
    facts: tuple[FactKind, ...] = ()
    follows_register: Code | None = None
    retention: Code
    basis: Basis
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""

    @cached_property
    def by_code(self) -> dict[str, SourceField]:
        """Its fields by code."""
        return {field.code: field for field in self.fields}

    @cached_property
    def terms(self) -> dict[Term, SourceField]:
        """What its rows say about the person: the field for each term."""
        return {field.term: field for field in self.fields if field.term is not None}
