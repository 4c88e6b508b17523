"""The published made-up people of a demo home, enrolled through the register's own door."""

from __future__ import annotations

from django.db import transaction

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Refused
from danso.kernel.names import PersonName
from danso.modules.exchange.engine.sandbox import EXAMPLES, Example, number_of
from danso.modules.exchange.models import SandboxPerson
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Grounds, NewPerson, Scope
from danso.toolkit.platform import platform, province


def publish_sandbox(*, actor: Actor) -> int:
    """See interface."""
    if not platform().is_demo:
        raise Refused(
            "a real home has no made-up people",
            code="sandbox_in_real_home",
            fix="Publish the sandbox in a demo home.",
        )
    prefix = province().numbers.synthetic_prefix
    published = set(SandboxPerson.objects.values_list("number", flat=True))
    made = 0
    for place, example in enumerate(EXAMPLES, start=1):
        number = number_of(place, example, prefix)
        if number not in published:
            _publish(number, example, actor)
            made += 1
    return made


@transaction.atomic
def _publish(number: str, example: Example, actor: Actor) -> None:
    if example.state != "nobody":
        _enrol(number, example, actor)
    name, birth = example.asked
    SandboxPerson.objects.create(
        number=number, name=name, birth=birth, gives=example.gives, note=example.note
    )


def _enrol(number: str, example: Example, actor: Actor) -> None:
    grounds = Grounds(reason="published made-up person")
    new = NewPerson(
        name=PersonName.parse(example.name),
        birth=PartialDate.from_iso(example.birth) if example.birth else None,
        sex=1,
        source="sandbox",
        number=number,
        commune=province().units.communes[0].code,
    )
    person = population.record_person(new, actor=actor, grounds=grounds)
    if example.state == "dead":
        died = PartialDate.from_iso("2020-01-15")
        population.record_death(person, died, actor=actor, grounds=grounds)
    elif example.state == "cancelled":
        renewed = Correction("number", f"{number[:6]}9991{number[10:]}")
        population.correct_field(person, renewed, actor=actor, grounds=grounds)
    elif example.state == "protected":
        scope = Scope(sees_protected=True)
        population.protect(person, actor=actor, grounds=grounds, scope=scope)
