"""Who stands at the desk: a card's text, or number, name and birth date that are one record's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.cases.data import Claim
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Wanted
from danso.wire.keys import name_key

SERVICE: Final = "desk"


def claim_of(card: str, name: str, birth: PartialDate | None) -> Claim:
    """Somebody as a hand reader or a person typed them. Raises InvalidValue (`card_text`,
    `counter_fields`)."""
    read = identity.read_card(card)
    if read is not None:
        return Claim(read.number, read.full_name, read.birth.iso)
    if not name.strip() or birth is None:
        raise InvalidValue(
            "Without a card's text, name and birth date are needed.",
            code="counter_fields",
            fix="Scan the card, or type all three.",
        )
    return Claim(card.replace(" ", ""), name, birth.iso)


def find_applicant(claim: Claim, actor: Actor) -> UUID:
    """The one living person whom all three name; the search is journaled. Which of them is wrong is
    not told. Raises Refused (`desk_no_match`)."""
    grounds = Grounds(service=SERVICE, reason="intake")
    found = population.search(Wanted(number=claim.number), actor=actor, grounds=grounds)
    fits = [
        one
        for one in found.people
        if one.number == claim.number
        and name_key(one.full_name) == name_key(claim.name)
        and one.birth == claim.birth
        and one.status == "alive"
    ]
    if not fits:
        raise Refused(
            "Number, name and birth date are not one living person's here.",
            code="desk_no_match",
            fix="Compare with the card; report the field as wrong if the card is right.",
        )
    return fits[0].key
