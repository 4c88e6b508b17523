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
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Eid
from danso.modules.population import interface as population
from danso.toolkit.permission import View, signed_in


@dataclass(frozen=True, slots=True)
class Holder:
    """The citizen of one request: the account, the person, and every key that person had."""

    eid: Eid
    person: UUID
    keys: tuple[UUID, ...]
    actor: Actor

    @property
    def level(self) -> int:
        """The account's level by Decree 69/2024."""
        return self.eid.level


Work = Callable[..., HttpResponse]


def of_holder(*, level: int = 2, reauth: bool = False) -> Callable[[Work], View]:
    """A page for citizens; the view gets (request, holder, ...). Officers are sent to their page.

    Below `level` a page says how to get it instead. Level 1 was opened from home by what others
    may know too (number, name, birth date): it is shown nothing that is held about the person.
    """

    def closed(view: Work) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            officer = identity.officer_of(request)
            eid = identity.find_eid(officer.account.id)
            if eid is None:
                return HttpResponseRedirect(reverse("account:own"))
            if eid.person is None or eid.level < level:
                answer = render(request, "citizen/not-yet.html", {"eid": eid})
            else:
                keys = population.keys_of(eid.person)
                holder = Holder(eid, eid.person, keys, officer.actor)
                answer = view(request, holder, *args, **kwargs)
            answer["Cache-Control"] = "no-store, private"
            return answer

        return signed_in(reauth=reauth)(shown)

    return closed
