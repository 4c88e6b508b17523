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
from danso.modules.identity.data import AccountData, Acting, MandateScope
from danso.modules.population import interface as population
from danso.toolkit.permission import View, signed_in


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose page it is: the account signed in and its level (Decree 69/2024; of an officer in an
    assisted session the level the page needs), the person (oneself, or whom one acts for), every
    key that person had, whom the journal names. While acting for an organisation, on pages that are
    the same for everybody, `person` is the organisation's key: no register knows anybody by it."""

    account: UUID
    level: int
    person: UUID
    keys: tuple[UUID, ...]
    actor: Actor
    acting: Acting | None = None

    @property
    def mine(self) -> str:
        """The account whose looks are one's own; none while acting for somebody."""
        return "" if self.acting else str(self.account)

    @property
    def other(self) -> str:
        """Whose affairs they are while acting for somebody, by name: pages say it in every word
        that is "my" otherwise. Empty for one's own."""
        return self.acting.name if self.acting else ""


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
            account = officer.account
            if not account.is_citizen and not identity.whose(request).acting:
                return HttpResponseRedirect(reverse("account:own"))
            if account.is_citizen and (account.person is None or account.level < level):
                answer = render(request, "citizen/not-yet.html", {"account": account})
            else:
                holder = _holder(request, account, scope, is_of_all=is_of_all)
                answer = view(request, holder, *args, **kwargs)
            answer["Cache-Control"] = "no-store, private"
            return answer

        return signed_in(reauth=reauth)(shown)

    return closed


def _holder(
    request: HttpRequest, account: AccountData, scope: MandateScope | None, *, is_of_all: bool
) -> Holder:
    whose = identity.whose(request)
    subject = whose.person
    if whose.acting is not None:
        # An organisation has no pages of a person: a scope given for it opens none of them.
        subject = whose.acting.subject if is_of_all else whose.person
    is_own_only = scope is None and not is_of_all
    if subject is None or (whose.acting is not None and is_own_only):
        raise Refused(
            "This page is about your own affairs only.",
            code="acting_own_only",
            fix="Stop acting for somebody else first.",
        )
    if scope is not None:
        whose.check(scope)
    level = account.level if account.is_citizen else 2
    keys = population.keys_of(subject)
    return Holder(account.id, level, subject, keys, whose.actor, whose.acting)
