"""Who applies: a citizen signed in with level 2, for themself or for somebody they act for."""

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
from danso.modules.identity.data import MandateScope
from danso.modules.population import interface as population
from danso.toolkit.permission import View, signed_in

LEVEL = 2


@dataclass(frozen=True, slots=True)
class Applicant:
    """The account, the person applied for and every key they had, whom the journal names."""

    account: UUID
    person: UUID
    keys: tuple[UUID, ...]
    actor: Actor


Work = Callable[..., HttpResponse]


def of_applicant(view: Work) -> View:
    """A page of one's own applications; the view gets (request, applicant, ...).

    Below level 2 a page says how to get it: what the state holds is shown to nobody who was only
    known by number, name and birth (Decree 69/2024/NĐ-CP). Acting for somebody needs the mandate
    to apply. Officers are sent to the desk.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = identity.officer_of(request).account
        whose = identity.whose(request)
        if not account.is_citizen and not whose.acting:
            return HttpResponseRedirect(reverse("account:own"))
        if whose.acting:
            whose.check(MandateScope.FILE)
        if whose.person is None or (account.is_citizen and account.level < LEVEL):
            return render(request, "services/not-yet.html", {"account": account})
        keys = population.keys_of(whose.person)
        applicant = Applicant(account.id, whose.person, keys, whose.actor)
        answer = view(request, applicant, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer

    return signed_in()(shown)
