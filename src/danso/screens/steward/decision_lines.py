"""What accepting a court's decision would change, field by field: now and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from danso.catalogue.shapes.courts import DecisionKind
from danso.modules.exchange.data import DecisionRecord
from danso.modules.population.data import PersonRecord
from danso.screens.steward import words
from danso.screens.steward.desk import Desk

# The fields that a decision changes, by what it does; the first says what it is about.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "marital_status": ("marital_status", "spouse"),
    "missing": ("death",),
    "dead": ("death",),
    "alive": ("death",),
    "representative": ("representative",),
    "no_representative": ("representative",),
}
ENDS: Final = ("dead", "missing")


@dataclass(frozen=True)
class DecisionLine:
    """One field: what is held, what would be; hidden where the purpose does not show it."""

    name: str
    before: str
    after: str
    is_hidden: bool = False


def fields_of(kind: DecisionKind | None) -> tuple[str, ...]:
    """The fields that a kind of decision is about; a name where the kind is gone."""
    return FIELDS[kind.effect] if kind else ("full_name",)


def decision_lines(
    kind: DecisionKind | None, came: DecisionRecord, person: PersonRecord, desk: Desk
) -> tuple[DecisionLine, ...]:
    """Each field now and after acceptance."""
    if kind is None:
        return ()
    after = _after(kind, came)
    return tuple(
        DecisionLine(
            words.state_name(field),
            words.value_text(field, person) if field in desk.fields else "",
            words.held_text(field, after[field]) if after[field] else "",
            is_hidden=field not in desk.fields,
        )
        for field in FIELDS[kind.effect]
        if field in after
    )


def _after(kind: DecisionKind, came: DecisionRecord) -> Mapping[str, Mapping[str, object]]:
    if kind.effect == "marital_status":
        return {"marital_status": {"marital_status": kind.value}, "spouse": {}}
    if kind.effect in ENDS:
        return {"death": {"status": kind.effect, "ended_on": came.effective_on}}
    if kind.effect == "alive":
        return {"death": {"status": "alive"}}
    if kind.effect == "representative":
        # A judgment that names nobody changes nothing.
        return {"representative": dict(came.details)} if came.details else {}
    return {"representative": {}}
