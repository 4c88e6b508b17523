"""Who works at the one-stop desk, and which files they reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from danso.kernel.actors import Actor
from danso.modules.cases.data import CaseData, Reach
from danso.modules.documents.data import Grounds
from danso.modules.identity.data import Officer, Role, ScopeKind
from danso.modules.identity.interface import officer_of
from danso.toolkit.permission import View, requires
from danso.toolkit.platform import province

# Whose duty a step of a procedure can be (catalogue.shapes.procedures.StepRole).
HANDLERS: Final = (
    Role.DESK_OFFICER,
    Role.COMMUNE_POLICE,
    Role.PROVINCIAL_POLICE,
    Role.STEWARD,
)
# Who takes in whoever comes with papers.
RECEIVERS: Final = (Role.DESK_OFFICER, Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)


@dataclass(frozen=True)
class Desk:
    """One officer at work on files."""

    officer: Officer

    @property
    def reach(self) -> Reach:
        """For the queries of cases."""
        return Reach.of(self.officer.posts)

    @property
    def actor(self) -> Actor:
        """Whom the journal names."""
        return self.officer.actor

    @property
    def takes_in(self) -> bool:
        """Whether intake is this officer's work."""
        return bool({str(role) for role in RECEIVERS} & self.officer.roles)

    @property
    def unit(self) -> str:
        """Where this desk stands: the commune of the post; empty at the province."""
        places = self.officer.scopes(*HANDLERS)
        return next((one.code for one in places if one.kind is ScopeKind.COMMUNE), "")


def at_desk(*roles: Role) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """A page of the desk: the view gets the desk after the request. Nobody keeps what it shows."""
    return lambda view: requires(*(roles or HANDLERS))(_with_desk(view))


def grounds_of(case: CaseData) -> Grounds:
    """Why a paper of a file is opened or kept."""
    return grounds_for(case.definition.code, case.definition.purpose, case.code)


def grounds_for(procedure: str, purpose: str, file_code: str = "") -> Grounds:
    """Why a paper is kept before the file has its code."""
    return Grounds(purpose, province().purpose(purpose).legal_basis, procedure, file_code)


def _with_desk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, Desk(officer_of(request)), *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer

    return shown
