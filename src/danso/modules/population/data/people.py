"""People, households and cards as they pass the door: frozen, flat, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.audit.data import Entry
from danso.modules.population.data.fields import columns_of

Life = Literal["alive", "dead", "missing"]
FlagValue = Literal["under_investigation", "unverified"]
FLAG_VALUES: tuple[FlagValue, ...] = ("under_investigation", "unverified")

# What a column of a person may hold; days and keys are ISO text where they lie in JSON.
Value = str | int | bool | date | UUID | None | Mapping[str, str]


@dataclass(frozen=True)
class PersonRecord:
    """A person's row, now or as it was. Dates that may be partial are ISO text ('1965',
    '1965-03')."""

    key: UUID
    full_name: str
    as_of: date
    recorded_at: datetime
    source: str
    number: str | None = None
    old_number: str | None = None
    family: str = ""
    middle: str = ""
    given: str = ""
    other_name: str | None = None
    sort_key: str = ""
    search_key: str = ""
    birth: str | None = None
    sex: int = 0
    ethnicity: str | None = None
    religion: str | None = None
    marital_status: str | None = None
    nationality: str | None = None
    blood_group: str | None = None
    birth_place: str | None = None
    birth_place_code: str | None = None
    birth_registration_place: str | None = None
    birth_registration_code: str | None = None
    home_place: str | None = None
    home_place_code: str | None = None
    occupation: str | None = None
    commune: str | None = None
    recorded_commune: str | None = None
    code_version: str | None = None
    hamlet: str | None = None
    address: str | None = None
    temporary_commune: str | None = None
    temporary_address: str | None = None
    temporary_until: date | None = None
    current_commune: str | None = None
    current_address: str | None = None
    absent_until: date | None = None
    status: str = "alive"
    ended_on: str | None = None
    household: UUID | None = None
    relation: str | None = None
    father: UUID | None = None
    father_name: str | None = None
    father_number: str | None = None
    mother: UUID | None = None
    mother_name: str | None = None
    mother_number: str | None = None
    spouse: UUID | None = None
    spouse_name: str | None = None
    spouse_number: str | None = None
    representative_name: str | None = None
    representative_number: str | None = None
    card_kind: str | None = None
    card_number: str | None = None
    card_issued: date | None = None
    card_expires: date | None = None
    card_status: str | None = None
    flags: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    merged_into: UUID | None = None
    version: int = 0

    @property
    def born(self) -> PartialDate | None:
        """The birth date with its precision."""
        return PartialDate.from_iso(self.birth) if self.birth else None

    def of_field(self, field: str) -> dict[str, object]:
        """The columns of one catalogue field that hold something."""
        held = {column: getattr(self, column) for column in columns_of(field)}
        return {column: value for column, value in held.items() if value not in (None, "")}


@dataclass(frozen=True)
class NewPerson:
    """What is known of someone not yet in the register. `extra` holds further columns by name."""

    name: PersonName
    birth: PartialDate | None
    sex: int
    source: str
    number: str | None = None
    old_number: str | None = None
    commune: str | None = None
    extra: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """A new permanent residence from a day on. `household` None leaves the household behind."""

    valid_on: date
    commune: str
    address: str | None = None
    hamlet: str | None = None
    household: UUID | None = None
    relation: str | None = None
    recorded_commune: str | None = None
    code_version: str | None = None


@dataclass(frozen=True)
class Correction:
    """A field that was held wrongly. `value` is the column's value, or {column: value} for a field
    of several columns. `valid_on` picks the spell to correct; without it, the present one."""

    field: str
    value: Value | Mapping[str, Value]
    valid_on: date | None = None


@dataclass(frozen=True)
class NewCard:
    """A card as issued. `number` only where it differs from the personal number."""

    kind: str
    issued: date
    expires: date | None = None
    number: str | None = None
    status: str = "valid"


@dataclass(frozen=True)
class HouseholdRecord:
    """A household and its living and dead members as recorded now, head first."""

    key: UUID
    head: UUID | None
    commune: str | None
    hamlet: str | None
    address: str | None
    book_number: str | None
    members: tuple[PersonRecord, ...] = ()


@dataclass(frozen=True)
class NumberRecord:
    """A number for ever: whose it is or was, and why it ended."""

    number: str
    person: UUID
    status: str
    cancelled_on: date | None
    cancel_reason: str | None
    replaced_by: str | None


@dataclass(frozen=True)
class HistoryEntry:
    """One recorded change of a person, as it lies in the append-only history."""

    seq: int
    action: str
    mode: str
    valid_on: date | None
    recorded_at: datetime
    changes: Mapping[str, tuple[object, object]]
    reason: str
    evidence: str
    actor_kind: str
    actor: str


@dataclass(frozen=True)
class Scope:
    """How far a look or a change may reach. `communes` None is the whole province.

    `sees_protected` belongs to the guardian role only; everyone else finds protected people
    nowhere.
    """

    communes: tuple[str, ...] | None = None
    sees_protected: bool = False


EVERYWHERE = Scope()


@dataclass(frozen=True)
class Grounds:
    """Why somebody looks or writes."""

    reason: str = ""
    evidence: str = ""
    purpose: str = ""
    legal_basis: str = ""
    procedure: str = ""
    file_code: str = ""
    service: str = "population"

    def entry(
        self,
        action: str,
        actor: Actor,
        *,
        outcome: str = "done",
        subject: UUID | None = None,
        fields: tuple[str, ...] = (),
        detail: Mapping[str, str | int] | None = None,
    ) -> Entry:
        """The journal row of an action on these grounds; reason and evidence stay with the record,
        for they may name people."""
        return Entry(
            actor=actor,
            action=action,
            outcome=outcome,
            subject=subject,
            service=self.service,
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            procedure=self.procedure,
            file_code=self.file_code,
            fields=fields,
            detail=detail or {},
        )


@dataclass(frozen=True)
class Wanted:
    """What a search is for: a number, or a full name with a birth year or a commune."""

    number: str = ""
    name: str = ""
    birth_year: int | None = None
    commune: str = ""


@dataclass(frozen=True)
class Found:
    """What a search may show: at most HITS_CAP people, and whether there were more."""

    people: tuple[PersonRecord, ...] = ()
    more: bool = False
    # active | cancelled | old_number | unknown for numbers; listed | unknown for names
    outcome: str = "unknown"
    cancel_reason: str = ""


HITS_CAP = 20


@dataclass(frozen=True)
class Outcome:
    """What became of a wanted change: recorded here, or asked of the upstream register."""

    person: UUID
    fields: tuple[str, ...] = ()
    version: int = 0
    request: UUID | None = None

    @property
    def is_recorded(self) -> bool:
        """False where this register is a copy and the change left as a request."""
        return self.request is None
