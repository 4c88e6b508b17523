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
from danso.catalogue.shapes.schedules import Schedule
from danso.catalogue.shapes.source_rules import Ends, Order, Who

# file: files dropped or uploaded. rest: pages of JSON. sql: rows of a table or view. push: records
# that the owner sends to our gateway.
FileKind = Literal["csv", "xlsx", "xml", "jsonl", "parquet", "dbf"]
# The 2022 services over NDXP/LGSP, the Ministry's platform of Decree 278/2025, our own register.
Road = Literal["ndxp", "ndop", "own"]
# What a value is, so that it can be cleaned and judged.
Kind = Literal["text", "name", "number", "date", "month", "amount", "code", "commune", "place"]
# What a value says about the person, in the words that matching compares.
Term = Literal[
    "number", "old_number", "full_name", "birth", "sex", "commune", "father_name", "mother_name"
]
# What its rows are about. Only people are matched; the others are brought in, judged and shown.
About = Literal["person", "organisation", "thing", "statistics"]
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


class PushTransport(Shape):
    """Records that the owner sends to the gateway in numbered batches: the whole state, swept from
    time to time to its end, or only what changed."""

    kind: Literal["push"]
    holds: Literal["everything", "changes"]


Transport = FileTransport | RestTransport | SqlTransport | PushTransport


class SourceField(Words):
    """One thing a row holds.

    `columns` are the headings (paths with dots in JSON and XML) it comes under, the first that is
    there counts. `term`: what it says about the person, where matching may compare it.
    `identifies`: the number of its database that it is, by the code it has there; several where
    one column holds either. `purposes` may read it, where not all that may read the database do.
    `filled`: roughly how often it has a value, for made-up rows. `may_be_missing`: that no column
    of it comes is no change at its owner that anybody has to see to.
    """

    code: FieldCode
    columns: tuple[Text, ...] = Limit(min_length=1)
    kind: Kind
    term: Term | None = None
    code_list: Code | None = None
    pattern: str | None = None
    rule: Rule | None = None
    identifies: tuple[FieldCode, ...] = ()
    required: bool = False
    may_be_missing: bool = False
    unique: bool = False
    not_future: bool = False
    least: float | None = None
    most: float | None = None
    purposes: tuple[Code, ...] = ()
    filled: float = Limit(default=1.0, gt=0, le=1)
    basis: Basis
    sensitivity: Sensitivity
    note: str = ""

    @model_validator(mode="after")
    def _codes_have_a_list(self) -> Self:
        if self.kind == "code" and self.code_list is None and self.pattern is None:
            raise ValueError("a code needs its code_list, or a pattern where the list is unknown")
        return self

    @model_validator(mode="after")
    def _rules_fit_the_kind(self) -> Self:
        if self.kind != "amount" and (self.least is not None or self.most is not None):
            raise ValueError("least and most belong to an amount")
        if self.required and self.may_be_missing:
            raise ValueError("a required field may not be missing")
        if self.kind not in ("date", "month") and self.not_future:
            raise ValueError("not_future belongs to a date or month")
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError("most is below least")
        return self


# That a record's person lives: compared with the register like a field, though no column says so.
LIFE = SourceField(
    code="life",
    vi="Còn sống",
    en="Living",
    columns=("life",),
    kind="text",
    basis="law",
    sensitivity="basic",
)


class FactKind(Words):
    """What a row tells of its person to those who may ask: the value of `field`, valid between
    the values of `since` and `until` where the source says so. `purposes` may read it.

    `several`: what it means when records of one source tell it of the same person for the same
    days. each: they stand side by side. newest: the one that began last, then changed last, is
    told alone. one: nobody has two, so that they contradict each other; they are told as
    `contradicted`, and the owner is asked.
    """

    code: FieldCode
    field: FieldCode
    since: FieldCode | None = None
    until: FieldCode | None = None
    several: Literal["each", "newest", "one"] = "each"
    sensitivity: Sensitivity
    purposes: tuple[Code, ...] = Limit(min_length=1)


class Source(Words):
    """One file of sources/: a database as one owner keeps it, connected.

    `part`: the part of its database that it is, where the plan names one. `owner`: an agency, of a
    group of agencies each for its own; or one commune, by its code. `key`: the field that names a
    row for ever at its owner. `rhythm_days`: how often new data is promised, against which its age
    is judged ("sống"); `schedule`: when it is asked by itself. `subscribes`: the register's fields
    whose changes flow to its owner. `retention`: a code of retention.yaml. `locked`: nobody is
    reached through it, by matching, boards or search; as every source of a database whose `reach`
    is closed (denouncers, preventive measures, investigations). Its records are read for one of
    its `purposes` only. `keeps_the_dead`: it is a history (books of civil status, judgments, land),
    in which somebody who has died rightly stands; of any other the owner is asked about them,
    unless the row has ended (`ends`). `follows_register`: the hosted register whose place it takes
    once that one has graduated.
    """

    code: Code
    database: Code
    part: Code | None = None
    about: About = "person"
    owner: Code
    road: Road
    due: date
    rhythm_days: int = Limit(gt=0)
    schedule: Schedule | None = None
    transport: Transport = Limit(discriminator="kind")
    key: FieldCode
    fields: tuple[SourceField, ...] = Limit(min_length=1)
    orders: tuple[Order, ...] = ()
    facts: tuple[FactKind, ...] = ()
    subscribes: tuple[FieldCode, ...] = ()
    locked: bool = False
    purposes: tuple[Code, ...] = ()
    keeps_the_dead: bool = False
    ends: Ends | None = None
    who: Who = Who()
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
    def compared(self) -> dict[str, SourceField]:
        """What a mismatch may be about, by code: its fields, that the person lives, and what
        nobody has twice."""
        told = {fact.code: _as_field(fact) for fact in self.told_once}
        return self.by_code | told | {LIFE.code: LIFE}

    @property
    def told_once(self) -> tuple[FactKind, ...]:
        """The facts that nobody has twice."""
        return tuple(fact for fact in self.facts if fact.several == "one")

    @cached_property
    def terms(self) -> dict[Term, SourceField]:
        """What its rows say about the person: the field for each term."""
        return {field.term: field for field in self.fields if field.term is not None}

    @property
    def is_matched(self) -> bool:
        """Whether its records are matched to people: it says who they are."""
        return bool(self.terms)

    @property
    def identifiers(self) -> tuple[SourceField, ...]:
        """The fields by which people and things are known to it."""
        return tuple(field for field in self.fields if field.identifies)


def _as_field(fact: FactKind) -> SourceField:
    return SourceField(
        code=fact.code,
        vi=fact.vi,
        en=fact.en,
        columns=(fact.field,),
        kind="text",
        basis="law",
        sensitivity=fact.sensitivity,
    )
