"""A hosted register: records of a field of work that has no database of its own, kept here."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

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
from danso.catalogue.shapes.source_rules import Ages
from danso.catalogue.shapes.sources import FactKind, Kind, Rule, SourceField
from danso.kernel.text import fold

Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")]
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]
Right = Literal["read", "enter", "decide"]

# What every record has beside the fields of its register, under these names in files and forms.
OWN: tuple[str, ...] = ("record", "number", "commune", "state", "ended_on", "full_name", "birth")


class Choice(Words):
    """One of the values that a coded field may have. `ages`: of whom it can be said at all, for
    made-up records; nobody is refused by it."""

    code: Text
    ages: Ages | None = None

    def is_for(self, age: int) -> bool:
        """Whether it can be said of somebody of that age."""
        return self.ages is None or self.ages.youngest <= age <= self.ages.oldest


class Need(Shape):
    """When a field has to be filled in: another field has one of these values."""

    field: FieldCode
    is_one_of: tuple[Text, ...] = Limit(min_length=1)


class RegisterField(Words):
    """One thing that a record of the register holds.

    A field of kind `code` names a `code_list` of the province or its own `choices`. `listed`: it is
    shown in lists. `readers`: roles that may see it, all readers of the register where none is
    named. `not_before`: a field whose day may not come later than this one's.
    """

    code: FieldCode
    kind: Kind
    code_list: Code | None = None
    choices: tuple[Choice, ...] = ()
    pattern: str | None = None
    rule: Rule | None = None
    required: bool = False
    required_when: Need | None = None
    at_least: float | None = None
    at_most: float | None = None
    not_before: FieldCode | None = None
    listed: bool = False
    readers: tuple[RoleName, ...] = ()
    hint: Words | None = None
    basis: Basis
    sensitivity: Sensitivity
    note: str = ""

    @model_validator(mode="after")
    def _codes_have_values(self) -> Self:
        if self.kind == "code" and bool(self.choices) == bool(self.code_list):
            raise ValueError("a code needs either its choices or a code_list")
        if self.kind != "code" and (self.choices or self.code_list):
            raise ValueError("choices and code_list go with the kind code, and only with it")
        return self

    @property
    def words(self) -> Mapping[str, str]:
        """Of its own choices each code, and each name folded, to its code."""
        found = {one.code: one.code for one in self.choices}
        for one in self.choices:
            for name in (one.vi, one.en):
                found.setdefault(fold(name), one.code)
        return found

    @property
    def list_code(self) -> str:
        """Under which name its values are known; of its own choices one that no list can have."""
        own = f"own-choices-{self.code.replace('_', '-')}" if self.choices else ""
        return self.code_list or own

    def as_source_field(self) -> SourceField:
        """As the cleaning of sources knows fields; its choices under its `list_code`."""
        return SourceField(
            code=self.code,
            vi=self.vi,
            en=self.en,
            columns=tuple(dict.fromkeys((self.code, self.vi, self.en))),
            kind=self.kind,
            code_list=self.list_code or None,
            pattern=self.pattern,
            rule=self.rule,
            required=self.required,
            basis=self.basis,
            sensitivity=self.sensitivity,
        )


class Rights(Shape):
    """Roles that read records, enter and change them, and decide about the register itself. A
    commune's post reaches its commune, one of the owner's agency everything."""

    read: tuple[RoleName, ...] = Limit(min_length=1)
    enter: tuple[RoleName, ...] = Limit(min_length=1)
    decide: tuple[RoleName, ...] = Limit(min_length=1)


class Register(Words):
    """One file of registers/: what its records hold, who works with them, what they tell.

    `version` grows with every change; records keep the one they were entered by. `prefix` begins
    the numbers of its records. `people`: whether each record is about a person of the population
    register. `once`: one open record only for a person and these fields. `purposes`: for which an
    officer may open it. `database`: the plan's database whose place it keeps, if any.
    """

    code: Code
    version: int = Limit(gt=0)
    prefix: Prefix
    owner: Code
    database: Code | None = None
    law: Text
    people: Literal["required", "optional"]
    rights: Rights
    purposes: tuple[Code, ...] = Limit(min_length=1)
    fields: tuple[RegisterField, ...] = Limit(min_length=1)
    once: tuple[FieldCode, ...] = ()
    facts: tuple[FactKind, ...] = ()
    retention: Code
    basis: Basis
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""

    @cached_property
    def by_code(self) -> dict[str, RegisterField]:
        """Its fields by code."""
        return {field.code: field for field in self.fields}

    @property
    def listed(self) -> tuple[RegisterField, ...]:
        """The fields that lists show."""
        return tuple(field for field in self.fields if field.listed)
