"""Who a page is for: a citizen signed in with their own e-ID, surely enough to be shown it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Acting, Eid, MandateScope
from danso.modules.population import interface as population
from danso.toolkit.permission import View, signed_in


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose page it is: the e-ID signed in (None for an officer in an assisted session), the
    person (oneself, or whom one acts for), every key that person had, whom the journal names."""

    eid: Eid | None
    person: UUID
    keys: tuple[UUID, ...]
    actor: Actor
    acting: Acting | None = None

    @property
    def level(self) -> int:
        """The account's level by Decree 69/2024."""
        return self.eid.level if self.eid else 2

    @property
    def account(self) -> UUID:
        """The account signed in."""
        return UUID(self.actor.id)


Work = Callable[..., HttpResponse]


def of_holder(
    *,
    level: int = 2,
    reauth: bool = False,
    scope: MandateScope | None = None,
    is_of_all: bool = False,
) -> Callable[[Work], View]:
    """A page for citizens; the view gets (request, holder, ...). Officers are sent to their page.

    Below `level` a page says how to get it instead. Level 1 was opened from home by what others
    may know too (number, name, birth date): it is shown nothing that is held about the person.
    Whoever acts for somebody else gets pages with a `scope` that was given to them, and
    those that are the same for everybody (`is_of_all`): no other one.
    """

    def closed(view: Work) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            officer = identity.officer_of(request)
            eid = identity.find_eid(officer.account.id)
            if eid is None and not identity.whose(request).acting:
                return HttpResponseRedirect(reverse("account:own"))
            if eid is not None and (eid.person is None or eid.level < level):
                answer = render(request, "citizen/not-yet.html", {"eid": eid})
            else:
                holder = _holder(request, eid, scope, is_of_all=is_of_all)
                answer = view(request, holder, *args, **kwargs)
            answer["Cache-Control"] = "no-store, private"
            return answer

        return signed_in(reauth=reauth)(shown)

    return closed


def _holder(
    request: HttpRequest, eid: Eid | None, scope: MandateScope | None, *, is_of_all: bool
) -> Holder:
    whose = identity.whose(request)
    is_own_only = scope is None and not is_of_all
    if whose.person is None or (whose.acting is not None and is_own_only):
        raise Refused(
            "This page is about your own affairs only.",
            code="acting_own_only",
            fix="Stop acting for somebody else first.",
        )
    if scope is not None:
        whose.check(scope)
    return Holder(eid, whose.person, population.keys_of(whose.person), whose.actor, whose.acting)
