"""The province itself: names, codes in other people's systems, languages, defaults."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from danso.catalogue.shapes.base import Basis, Code, Shape, Text, Words

Slot = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]


class Counters(Shape):
    """When police counters receive booked people: slots of each working day, and how many people a
    slot takes; `own` says otherwise for a commune (2025 code)."""

    slots: tuple[Slot, ...] = ()
    places: Annotated[int, Field(ge=0)] = 0
    days_ahead: Annotated[int, Field(ge=1, le=60)] = 14
    own: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    basis: Basis = "assumed"

    def places_at(self, commune: str) -> int:
        """How many people a slot takes there."""
        return self.own.get(commune, self.places)


class EidRules(Shape):
    """What e-IDs here rest on besides the law: facts of registers and sources, by code.

    `helper_fact`: says that somebody is a member of a community digital team.
    `representative_fact`: says which enterprise, by its number, somebody legally represents.
    """

    helper_fact: str = ""
    representative_fact: str = ""
    counters: Counters = Counters()


class Identity(Words):
    """province.yaml."""

    slug: Code
    gso_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    agency_code: Text
    phone_area: Text
    time_zone: Text
    languages: tuple[Literal["vi", "en"], ...]
    register_mode: Literal["authority", "copy", "absent"]
    identity_mode: Literal["own", "broker"]
    plan: Text
    eid: EidRules = EidRules()
    nonsense: bool = False
