"""What is kept about people: fields, purposes that may read them, and how long."""

from calendar import monthrange
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from danso.catalogue.shapes.base import (
    Basis,
    ClauseId,
    Code,
    FieldCode,
    Sensitivity,
    Service,
    Shape,
    Text,
    Words,
)

_MONTHS_A_YEAR: Final = 12

Reader = Literal["agency", "court", "bank", "business", "officer"]
Prefix = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]


class NumberPrefix(Shape):
    """The first three digits of a personal number: where the birth was registered."""

    code: Prefix
    vi: Text


class ForeignBirths(Shape):
    """The range of prefixes for births registered abroad."""

    first: Prefix
    last: Prefix
    basis: Basis
    note: str = ""


class Synthetic(Shape):
    """Marks of made-up people: no real number, phone or address can look like these."""

    prefix: Prefix
    old_number_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    tax_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    insurance_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    phone_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    email_domain: Text


class Numbers(Shape):
    """numbers.yaml: what a personal number of this country and province may start with."""

    law: Text
    own_prefix: Prefix
    provinces: tuple[NumberPrefix, ...]
    foreign_births: ForeignBirths | None = None
    synthetic: Synthetic

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Every prefix a real number may have; never the synthetic one."""
        known = {prefix.code for prefix in self.provinces}
        if self.foreign_births is not None:
            first, last = int(self.foreign_births.first), int(self.foreign_births.last)
            known |= {f"{code:03d}" for code in range(first, last + 1)}
        return frozenset(known)

    @property
    def synthetic_prefix(self) -> str:
        """The prefix of made-up people's numbers."""
        return self.synthetic.prefix


class Field(Words):
    """One thing the register keeps about a person.

    `basis` and `law` say why it is kept, `sensitivity_basis` and `sensitivity_law` why it is
    labelled so. `also`: other Vietnamese words by which forms ask for the same thing.
    """

    code: FieldCode
    sensitivity: Sensitivity
    sensitivity_basis: Basis
    sensitivity_law: Text
    basis: Basis
    law: Text
    kind: Literal["text", "number", "date", "code", "place", "person", "people", "card", "contact"]
    code_list: Code | None = None
    also: tuple[Text, ...] = ()
    note: str = ""


class Fields(Shape):
    """fields.yaml."""

    cites: tuple[ClauseId, ...]
    fields: tuple[Field, ...]


class Purpose(Words):
    """Why somebody may look: the words shown, the law, the services and the fields it allows.

    `verify` and `share` name the fields each service may touch: upper bounds that an agreement can
    only narrow. `readers` says which kinds of body may hold it; `consent` that a reference to the
    holder's consent must come with every person. `roles` names the posts (roles of danso) whose
    holders may look for it, where officers are among the readers.
    """

    code: Code
    legal_basis: Text
    basis: Basis
    readers: tuple[Reader, ...] = Limit(min_length=1)
    roles: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    verify: tuple[FieldCode, ...] = ()
    share: tuple[FieldCode, ...] = ()
    consent: bool = False
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _officers_have_roles(self) -> Self:
        if ("officer" in self.readers) != bool(self.roles):
            raise ValueError("roles go with the reader officer, and only with it")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field this purpose may touch in any service."""
        return tuple(dict.fromkeys((*self.verify, *self.share)))


class Purposes(Shape):
    """purposes.yaml."""

    purposes: tuple[Purpose, ...]


class Retention(Words):
    """How long a kind of record is kept, from what moment, by which law, and what happens then.

    `unit` `forever` means the law forbids destroying it; `months` is counted from `counted_from`.
    """

    code: Code
    unit: Literal["days", "months", "years", "forever"]
    amount: int | None = None
    counted_from: Text
    then: Literal["destroy", "destroy-content-keep-proof", "keep"]
    basis: Basis
    law: Text
    note: str = ""

    @model_validator(mode="after")
    def _has_its_amount(self) -> Self:
        if (self.amount is None) != (self.unit == "forever"):
            raise ValueError("an amount goes with every unit but forever")
        return self

    def begins(self, now: datetime) -> datetime | None:
        """What was counted from before that moment is past its term; None where nothing ever is.

        Months and years go to the same day of the month, or its last.
        """
        if self.amount is None or self.then == "keep":
            return None
        if self.unit == "days":
            return now - timedelta(days=self.amount)
        months = self.amount * (_MONTHS_A_YEAR if self.unit == "years" else 1)
        year, month = divmod(now.year * _MONTHS_A_YEAR + now.month - 1 - months, _MONTHS_A_YEAR)
        last = monthrange(year, month + 1)[1]
        return now.replace(year=year, month=month + 1, day=min(now.day, last))


class RetentionRules(Shape):
    """retention.yaml."""

    cites: tuple[ClauseId, ...]
    rules: tuple[Retention, ...]
