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
from danso.modules.population import interface as population
from danso.toolkit.permission import View, signed_in


@dataclass(frozen=True, slots=True)
class Holder:
    """The citizen of one request: the account and its level (Decree 69/2024), the person, and
    every key that person had."""

    account: UUID
    level: int
    person: UUID
    keys: tuple[UUID, ...]
    actor: Actor


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
            account = officer.account
            if not account.is_citizen:
                return HttpResponseRedirect(reverse("account:own"))
            if account.person is None or account.level < level:
                answer = render(request, "citizen/not-yet.html", {"account": account})
            else:
                keys = population.keys_of(account.person)
                holder = Holder(account.id, account.level, account.person, keys, officer.actor)
                answer = view(request, holder, *args, **kwargs)
            answer["Cache-Control"] = "no-store, private"
            return answer

        return signed_in(reauth=reauth)(shown)

    return closed
