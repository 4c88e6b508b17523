"""What the pages of hosted registers share: the keeper at the desk, a record as a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from danso.kernel.errors import Conflict
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import HostedRecord, Keeper, RegisterStanding, register_not_found
from danso.screens.steward import words
from danso.screens.steward.desk import EVERYONE, Desk, with_purpose
from danso.screens.steward.register_reading import Reading
from danso.screens.steward.register_words import refusal_text
from danso.toolkit.permission import View

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, Right

SERVICE: Final = "register"
NAMED: Final = ("full_name", "birth")


@dataclass(frozen=True)
class RegisterLine:
    """A record as lists show it: who it is about, and the listed fields in words."""

    record: HostedRecord
    name: str
    birth: str
    commune: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Counter:
    """Somebody at work in one register."""

    desk: Desk
    keeper: Keeper
    standing: RegisterStanding

    @property
    def register(self) -> Register:
        """Its description of now."""
        return self.standing.register

    @property
    def may_enter(self) -> bool:
        """Whether entries are this officer's, and the register takes any."""
        return self.standing.state == "open" and self.keeper.may(self.register, "enter")

    @property
    def may_decide(self) -> bool:
        """Whether the register itself is this officer's to decide about."""
        return self.keeper.may(self.register, "decide")


def keeper_of(desk: Desk) -> Keeper:
    """The officer at the desk as registers know keepers."""
    return Keeper.of(desk.officer, replace(desk.grounds, service=SERVICE))


def in_register(right: Right, *, reauth: bool = False) -> Callable[[Callable[..., Any]], View]:
    """A page of one register, for who has the right there and a purpose it may be opened for."""

    def opened(view: Callable[..., HttpResponse]) -> View:
        @with_purpose(*EVERYONE, reauth=reauth)
        @wraps(view)
        def shown(
            request: HttpRequest, desk: Desk, code: str, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            keeper = keeper_of(desk)
            counter = Counter(desk, keeper, sources.register_standing(code, keeper))
            if not keeper.may(counter.register, right):
                raise register_not_found(code)
            if desk.purpose is None or desk.purpose.code not in counter.register.purposes:
                return _other_purpose(request, counter)
            try:
                return view(request, counter, *args, **kwargs)
            except Conflict as error:
                return _refused(request, counter, error)

        return shown

    return opened


def lines_of(counter: Counter, records: Iterable[HostedRecord]) -> list[RegisterLine]:
    """Records with the names of their people, one statement for all; their looks are journaled by
    the action that found them."""
    listed = list(records)
    people = population.people_by_keys(one.person for one in listed if one.person is not None)
    sees = counter.keeper.sees(counter.register)
    reading = Reading.of(counter.register)
    fields = [field for field in counter.register.listed if field.code in sees]
    return [
        RegisterLine(
            record=one,
            name=name_of(counter, one, people.get(one.person) if one.person else None),
            birth=birth_of(counter, people.get(one.person) if one.person else None),
            commune=words.commune_name(one.commune),
            values=tuple(
                reading.text(field.code, one.values.get(field.code, ""), one.version)
                for field in fields
            ),
        )
        for one in listed
    ]


def name_of(counter: Counter, record: HostedRecord, person: PersonRecord | None) -> str:
    """The name as the population register has it; nothing of who is protected."""
    if person is not None:
        return (
            "" if person.protected or "full_name" not in counter.desk.fields else person.full_name
        )
    named = (f.code for f in counter.register.fields if f.kind == "name")
    return next((record.values[code] for code in named if code in record.values), "")


def birth_of(counter: Counter, person: PersonRecord | None) -> str:
    """The birth date in words; nothing of who is protected."""
    if person is None or person.protected or "birth" not in counter.desk.fields:
        return ""
    return words.iso_day(person.birth)


def _other_purpose(request: HttpRequest, counter: Counter) -> HttpResponse:
    purposes = [words.purpose_name(code) for code in counter.register.purposes]
    context = {"desk": counter.desk, "counter": counter, "purposes": purposes}
    return render(request, "steward/register_purpose.html", context)


def _refused(request: HttpRequest, counter: Counter, error: Conflict) -> HttpResponseRedirect:
    messages.error(request, refusal_text(error))
    return HttpResponseRedirect(reverse("steward:register", kwargs={"code": counter.register.code}))
