"""What the generator must be told about a province: it knows none by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from danso.kernel.errors import InvalidValue


@dataclass(frozen=True)
class Pool:
    """Values with weights; the weights need not sum to one."""

    values: tuple[str, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values or len(self.values) != len(self.weights):
            raise InvalidValue(
                f"a pool needs one weight per value, got {len(self.values)} values"
                f" and {len(self.weights)} weights",
                code="synth_pool_shape",
                fix="Give every value of the pool a weight.",
            )
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise InvalidValue(
                "a pool's weights must be positive",
                code="synth_pool_weights",
                fix="Give at least one value a weight above zero, and none below.",
            )


@dataclass(frozen=True)
class NameStyle:
    """How one sex was named from a birth year on. Words may be empty or hold several syllables."""

    since: int
    middle: Pool
    given: Pool


@dataclass(frozen=True)
class EthnicGroup:
    """One ethnic group: its code and name, surnames, naming habits by birth year, religions by
    code."""

    code: str
    name: str
    surnames: Pool
    men: tuple[NameStyle, ...]
    women: tuple[NameStyle, ...]
    religions: Pool


@dataclass(frozen=True)
class FormerCommune:
    """A commune of the older map, as people still write it."""

    code: str
    name: str
    district_code: str
    district: str


@dataclass(frozen=True)
class SynthCommune:
    """A commune of today: what it is called, how many people it should have, and which peoples
    live there."""

    code: str
    name: str
    population: float
    urban: bool
    groups: Pool
    former: tuple[FormerCommune, ...]
    area: str


@dataclass(frozen=True)
class AgeShare:
    """The weight of the ages from `first` to `last` (whole years, both included)."""

    first: int
    last: int
    weight: float


@dataclass(frozen=True)
class HamletWords:
    """Words before a hamlet's name by kind of commune, before a house's number, and names for
    hamlets."""

    urban: str
    rural: str
    upland: str
    house: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class CodeLists:
    """The register's codes for what the generator draws: code by meaning, and the words for
    each code."""

    relations: Mapping[str, str]
    relation_words: Mapping[str, str]
    marital_words: Mapping[str, str]
    religion_words: Mapping[str, str]


@dataclass(frozen=True)
class SynthInputs:
    """Everything the generator takes from a province.

    `as_of` is the day the synthetic register is true on: nothing is drawn from the wall clock, so
    the same inputs, number of people and seed give the same bytes. `older_version` and `version`
    are the names of the two maps that a recorded commune code may belong to. `vanished` are former
    communes whose successor nobody knows; without `ages` the model's own pyramid is used.
    """

    province: str
    province_code: str
    synthetic_prefix: str
    old_number_prefix: str
    as_of: date
    communes: tuple[SynthCommune, ...]
    groups: tuple[EthnicGroup, ...]
    hamlets: HamletWords
    codes: CodeLists
    version: str
    older_version: str
    ages: tuple[AgeShare, ...] = field(default=())
    vanished: tuple[FormerCommune, ...] = field(default=())
    upland_groups: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        known = {group.code for group in self.groups}
        asked = {code for commune in self.communes for code in commune.groups.values}
        if asked - known:
            raise InvalidValue(
                f"communes name ethnic groups without names of their own: {sorted(asked - known)}",
                code="synth_group_unknown",
                fix="Add the group to the province's names, or take it out of the shares.",
            )
