"""What courts may name: courts under a court, roles, kinds of decision, communes of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from danso import catalogue
from danso.catalogue.shapes.courts import DecisionKind
from danso.gateway.problems import Problem
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue

LATELY: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CourtWords:
    """The province's lists as the gateway checks against them."""

    under: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    decisions: Mapping[str, DecisionKind] = field(default_factory=dict)
    communes: frozenset[str] = frozenset()

    def check_court(self, court: str, agency: str) -> None:
        """A court asks for itself and for courts under it."""
        if court != agency and self.under.get(court) != agency:
            raise Problem("court_not_yours", field="case.court")

    def check_role(self, role: str, at: str) -> None:
        """A role of the list."""
        if role not in self.roles:
            allowed = ", ".join(sorted(self.roles))
            raise Problem("role_unknown", at=at, detail=f"Allowed: {allowed}.")

    def check_commune(self, commune: str) -> None:
        """A commune of today."""
        if commune not in self.communes:
            raise Problem("commune_unknown", field="sought.commune")

    def decision(self, code: str, *, has_representative: bool) -> DecisionKind:
        """The kind of decision; a representative goes with those that appoint one."""
        kind = self.decisions.get(code)
        if kind is None:
            allowed = ", ".join(self.decisions)
            raise Problem(
                "decision_kind_unknown", field="decision.kind", detail=f"Allowed: {allowed}."
            )
        if has_representative and kind.effect != "representative":
            raise Problem("representative_unfit", field="decision.representative_name")
        return kind


def read_courts(province: Path | None, files: Path | None = None) -> CourtWords:
    """The lists of a province. None: nothing is allowed."""
    if province is None:
        return CourtWords()
    known = catalogue.load_standing(province, files)
    return CourtWords(
        under={one.code: one.under for one in known.agencies.values() if one.under},
        roles=frozenset(role.code for role in known.courts.roles),
        decisions={kind.code: kind for kind in known.courts.decisions},
        communes=frozenset(known.units.by_code),
    )


def check_lately(day: str, at: str) -> str:
    """A whole day within the last year: an approval is of the case that is under way."""
    check_day(day, at)
    if PartialDate.from_iso(day).first_day < clock.today() - LATELY:
        raise Problem("day_wrong", field=at, detail="It lies more than a year back.")
    return day


def check_day(day: str, at: str) -> str:
    """A whole day that exists and is not to come."""
    try:
        first = PartialDate.from_iso(day).first_day
    except InvalidValue as error:
        raise Problem("day_wrong", field=at, detail=error.message) from error
    if first > clock.today():
        raise Problem("day_wrong", field=at, detail="It lies in the future.")
    return day
