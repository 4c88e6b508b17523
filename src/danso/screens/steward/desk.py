"""Who works here, how far they reach, and for which purpose and file: asked once per session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from danso.catalogue.shapes.people import Purpose
from danso.kernel.errors import NotFound
from danso.modules.identity.data import Officer, Role, ScopeKind
from danso.modules.identity.interface import officer_of
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources.data import Owner
from danso.modules.sources.interface import Decider
from danso.toolkit.permission import View, requires
from danso.toolkit.platform import platform, province

POLICE: Final = (Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)
EVERYONE: Final = (*POLICE, Role.STEWARD)
# Connected sources: counts and descriptions, nobody's data.
SOURCE_VIEWERS: Final = (
    Role.STEWARD,
    Role.PROVINCIAL_POLICE,
    Role.LEADER,
    Role.OPERATOR,
    Role.AUDITOR,
)

KEPT: Final = "steward_purpose"
READER: Final = "officer"
SERVICE: Final = "share"


@dataclass(frozen=True)
class Desk:
    """One officer at work. `communes` None is the whole province, empty is nowhere."""

    officer: Officer
    communes: tuple[str, ...] | None
    purpose: Purpose | None
    file_code: str

    @property
    def scope(self) -> Scope:
        """For the register's queries; protected people belong to the guardian's screens."""
        return Scope(communes=self.communes)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the purpose lets this officer see."""
        return frozenset(self.purpose.share) if self.purpose else frozenset()

    @property
    def grounds(self) -> Grounds:
        """What goes into the journal about why."""
        purpose = self.purpose
        return Grounds(
            purpose=purpose.code if purpose else "",
            legal_basis=purpose.legal_basis if purpose else "",
            file_code=self.file_code,
            service="steward",
        )

    @property
    def decider(self) -> Decider:
        """As police: the roles and communes within which this officer decides."""
        held = frozenset(str(role) for role in POLICE) & self.officer.roles
        return Decider(self.officer.actor, held, reach(self.officer, *POLICE))

    @property
    def owner(self) -> Owner:
        """As a steward of agencies that own sources; a province's steward may answer for any."""
        return Owner(self.officer.actor, self.officer.codes(ScopeKind.AGENCY, Role.STEWARD))

    @property
    def owned_sources(self) -> tuple[str, ...]:
        """The open sources whose mismatches this officer answers, in the catalogue's order."""
        known = province().sources.values()
        return tuple(
            one.code
            for one in known
            if self.owner.speaks_for(one.owner) and not province().is_locked(one.code)
        )

    @property
    def decides_disagreements(self) -> bool:
        """Whether what owners and commune police cannot agree on comes to this officer."""
        return self.decider.communes is None and self.is_police

    @property
    def decider_scope(self) -> Scope:
        """How far changes of the register itself may reach."""
        return Scope(communes=self.decider.communes)

    @property
    def steward_scope(self) -> Scope:
        """Files and their original text are the stewards', within their own communes."""
        return Scope(communes=reach(self.officer, Role.STEWARD))

    @property
    def is_steward(self) -> bool:
        """Whether files and quarantine are this officer's work too."""
        return str(Role.STEWARD) in self.officer.roles

    @property
    def is_police(self) -> bool:
        """Whether this officer decides anything at all."""
        return bool(self.decider.roles)

    @property
    def sees_people(self) -> bool:
        """Whether the pages about people are this officer's too, or only those of counts."""
        return self.is_steward or self.is_police

    @property
    def sees_sources(self) -> bool:
        """Whether connected sources are: a commune's police have nothing to do with them."""
        return bool(self.officer.roles & {str(role) for role in SOURCE_VIEWERS})

    @property
    def may_change(self) -> bool:
        """Whether changes are recorded here: by police, in a register that is the authority."""
        return self.is_police and platform().register_mode == "authority"

    def check_commune(self, commune: str) -> None:
        """A commune outside one's reach looks like one that there is not."""
        if commune not in province().units.by_code or (
            self.communes is not None and commune not in self.communes
        ):
            raise NotFound(
                "There is no such commune for you.",
                code="commune_not_found",
                fix="Choose one from the list.",
            )


def reach(officer: Officer, *roles: Role) -> tuple[str, ...] | None:
    """The communes of these roles for a query's WHERE; None is all."""
    found = officer.communes(*roles)
    return None if found is None else tuple(sorted(found))


def purposes(roles: frozenset[str] | None = None) -> tuple[Purpose, ...]:
    """The purposes for which officers may look at people, in the catalogue's order; with `roles`,
    those that somebody with these posts may look for."""
    return tuple(
        purpose
        for purpose in province().purposes.values()
        if READER in purpose.readers and SERVICE in purpose.services
        if roles is None or roles & set(purpose.roles)
    )


def desk_of(request: HttpRequest) -> Desk:
    """The officer behind this request, with the purpose and file told earlier in the session."""
    officer = officer_of(request)
    kept = request.session.get(KEPT, {})
    known = {purpose.code: purpose for purpose in purposes(officer.roles)}
    return Desk(
        officer=officer,
        communes=reach(officer, *EVERYONE),
        purpose=known.get(kept.get("purpose", "")),
        file_code=kept.get("file", ""),
    )


def keep_purpose(request: HttpRequest, *, purpose: str, file_code: str) -> None:
    """Remember for this session why people are looked at."""
    request.session[KEPT] = {"purpose": purpose, "file": file_code}


Work = Callable[..., HttpResponseBase]


def at_work(*roles: Role) -> Callable[[Work], View]:
    """A page that shows no people: the view gets the desk after the request."""
    return lambda view: requires(*roles)(_with_desk(view, needs_purpose=False))


def with_purpose(*roles: Role, reauth: bool = False) -> Callable[[Work], View]:
    """A page that shows people: purpose and file are asked for first; with `reauth`, which an
    export needs, a fresh password or factor too."""
    return lambda view: requires(*roles, reauth=reauth)(_with_desk(view, needs_purpose=True))


def _with_desk(view: Work, *, needs_purpose: bool) -> Work:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        desk = desk_of(request)
        if needs_purpose and (desk.purpose is None or not desk.file_code):
            here = request.path if request.method == "GET" else reverse("steward:home")
            return HttpResponseRedirect(f"{reverse('steward:purpose')}?{urlencode({'next': here})}")
        answer = view(request, desk, *args, **kwargs)
        if needs_purpose:
            # What shows people is nobody's to keep: not the browser's, not a proxy's.
            answer["Cache-Control"] = "no-store, private"
        return answer

    return shown
