"""What the importer must be told about a province and a home: it knows none by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from danso.kernel import text
from danso.kernel.numbers import NumberRules
from danso.modules.population.engine.importing.places import Places

if TYPE_CHECKING:
    from danso.catalogue import Province

# Columns whose values are codes of a list of the catalogue.
CODED: Final = MappingProxyType(
    {
        "sex": "sex",
        "ethnicity": "ethnicity",
        "religion": "religion",
        "marital_status": "marital-status",
        "nationality": "country",
        "relation": "relation-to-head",
        "blood_group": "blood-group",
    }
)
# What offices write beside the catalogue's own words.
_OTHER_WORDS: Final = MappingProxyType(
    {
        "sex": {"m": "1", "f": "2", "male": "1", "female": "2", "trai": "1", "gai": "2"},
        "nationality": {"viet nam": "VN", "vietnam": "VN", "vnm": "VN"},
        "marital_status": {
            "co vo": "2",
            "co chong": "2",
            "da ket hon": "2",
            "doc than": "1",
            "goa": "4",
        },
        "religion": {"khong": "00"},
        "relation": {},
        "ethnicity": {},
        "blood_group": {},
    }
)
SILENT: Final = MappingProxyType({"blood_group": frozenset({"00"})})
HEAD_WORD: Final = "chu ho"


@dataclass(frozen=True)
class ImportInputs:
    """The rules and words that a file is read against. `words` holds plain words -> code."""

    numbers: NumberRules
    places: Places
    words: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, frozenset[str]]
    today: date
    # Prefixes taken for births abroad without a list of countries: too wide to believe alone.
    assumed_prefixes: frozenset[str] = frozenset()

    @cached_property
    def head(self) -> str:
        """The relation code of the head of a household."""
        return self.words["relation"].get(text.plain(HEAD_WORD), HEAD_WORD)


def inputs_from_catalogue(
    province: Province, *, accepts_synthetic: bool, today: date
) -> ImportInputs:
    """The importer's inputs for a province; made-up numbers only pass in a demo home."""
    lists = {column: province.code_lists.get(name) for column, name in CODED.items()}
    codes = {
        column: frozenset(found.codes if found else ()) - _unknown_codes(column)
        for column, found in lists.items()
    }
    words = {
        column: {
            **_known(_OTHER_WORDS.get(column, {}), codes[column]),
            **{text.plain(row.vi): row.code for row in (found.rows if found else ())},
            **{text.plain(row.en): row.code for row in (found.rows if found else ()) if row.en},
        }
        for column, found in lists.items()
    }
    return ImportInputs(
        numbers=province.number_rules(accepts_synthetic=accepts_synthetic),
        places=Places.of(province.units, province.name),
        words=words,
        codes=codes,
        today=today,
        assumed_prefixes=_assumed(province),
    )


def _assumed(province: Province) -> frozenset[str]:
    own = {prefix.code for prefix in province.numbers.provinces}
    return province.numbers.prefixes - own


def _known(words: Mapping[str, str], codes: frozenset[str]) -> dict[str, str]:
    return {text.plain(word): code for word, code in words.items() if code in codes}


def _unknown_codes(column: str) -> frozenset[str]:
    """Codes that say "not known": the register keeps nothing there."""
    return SILENT.get(column, frozenset())
