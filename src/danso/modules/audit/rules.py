"""Pure decisions of the journal: how entries and events are written down, who may withhold."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit.data import BodyKind, Entry, Event, WithholdingRefused
from danso.wire.canonical import dumps

E = TypeVar("E", bound=Event)
_known_hints: dict[type[Event], list[tuple[str, Any]]] = {}


def entry_text(entry: Entry, at: datetime) -> str:
    """The entry as it is stored and hashed. Never refuses a text: a look must leave its trace."""
    actor = entry.actor
    body = {
        "action": entry.action,
        "actor": actor.id,
        "actor_kind": actor.kind,
        "at": at.isoformat(timespec="microseconds"),
        "detail": dict(entry.detail),
        "fields": list(entry.fields),
        "file_code": entry.file_code,
        "legal_basis": entry.legal_basis,
        "officer": actor.officer,
        "outcome": entry.outcome,
        "procedure": entry.procedure,
        "purpose": entry.purpose,
        "service": entry.service,
        "subject": None if entry.subject is None else str(entry.subject),
        "system": actor.system,
        "unit": actor.unit,
    }
    if actor.behalf:
        # Only where somebody acts for another: every other entry stays as it always was.
        body["behalf"] = actor.behalf
    return dumps(_sound(body)).decode()


def system_entry_text(action: str, detail: Mapping[str, str | int], at: datetime) -> str:
    """What the journal's own process writes about itself."""
    actor = Actor(kind="system", id="sealer", system="danso")
    return entry_text(Entry(actor=actor, action=action, outcome="done", detail=detail), at)


def event_text(event: Event, at: datetime) -> str:
    """The event as it is stored and hashed: its kind, its time, its ids."""
    body = {one.name: _plain(getattr(event, one.name)) for one in fields(event)}
    if not body.keys().isdisjoint({"event", "at"}):
        raise InvalidValue(
            f"{event.kind} has a field called event or at, which every event has already.",
            code="event_field",
            fix="Give the field another name.",
        )
    stamp = at.isoformat(timespec="microseconds")
    return dumps(_sound({**body, "event": event.kind, "at": stamp})).decode()


def read_event(kind: type[E], body: Mapping[str, object]) -> E:
    """The event back from its stored form; fields that the class no longer has are ignored."""
    return kind(**{name: _typed(body[name], hint) for name, hint in _hints(kind) if name in body})


def check_withholding(body_kind: str, *, decision_number: str, actor: Actor) -> BodyKind:
    """The kind of body, if the law lets it withhold at all."""
    if body_kind not in set(BodyKind):
        raise WithholdingRefused(
            f"A {body_kind} case can't withhold entries of the journal.",
            code="withholding_body",
            fix=f"Only these may: {', '.join(BodyKind)}. Civil cases never.",
        )
    if not decision_number.strip():
        raise WithholdingRefused(
            "Entries are withheld by a decision, never by a call.",
            code="withholding_decision",
            fix="Give the decision's number.",
        )
    if actor.kind != "officer":
        raise WithholdingRefused(
            "Only an officer may propose or sign a withholding.",
            code="withholding_officer",
            fix="Sign in as an officer.",
        )
    return BodyKind(body_kind)


def check_term(until: datetime, *, now: datetime, is_early_end: bool) -> None:
    """A term ends after it begins; only an early end may be now."""
    if until > now or is_early_end:
        return
    raise WithholdingRefused(
        "The end date of a withholding has passed already.",
        code="withholding_until",
        fix="Give the end date that the decision names.",
    )


def _hints(kind: type[Event]) -> list[tuple[str, Any]]:
    known = _known_hints.get(kind)
    if known is None:
        hints = get_type_hints(kind)
        known = _known_hints[kind] = [(one.name, hints[one.name]) for one in fields(kind)]
    return known


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _typed(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        return _typed(value, next(one for one in get_args(hint) if one is not type(None)))
    if get_origin(hint) is tuple:
        return tuple(_typed(one, get_args(hint)[0]) for one in value)
    if hint is UUID:
        return UUID(value)
    if isinstance(hint, type) and issubclass(hint, date):
        return hint.fromisoformat(value)
    return value


def _sound(value: Any) -> Any:
    """Half a surrogate pair and NUL become a question mark: PostgreSQL can't keep them."""
    if isinstance(value, str):
        return value.replace("\0", "?").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_sound(one) for one in value]
    if isinstance(value, dict):
        return {_sound(name): _sound(one) for name, one in value.items()}
    return value
