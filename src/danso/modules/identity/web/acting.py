"""Sets `request.acting`: in whose name a session acts, asked anew with every request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from danso.modules.identity import queries
from danso.modules.identity.data import ACTING_KEPT, Acting, ActingGround, Officer
from danso.modules.identity.web.authenticated import handle_of


def settle_acting(request: HttpRequest, officer: Officer | None) -> None:
    """What holds no more is dropped, and said once (`interface.whose`)."""
    request.acting = None  # type: ignore[attr-defined]
    kept = request.session.get(ACTING_KEPT) if officer else None
    if officer is None or kept is None:
        return
    found: Acting | None = None
    if kept["account"] == str(officer.account.id):
        ground = ActingGround(kept["ground"])
        key, handle = UUID(kept["key"]), handle_of(request)
        found = queries.find_acting(officer.account.id, ground, key, handle)
    if found is None:
        del request.session[ACTING_KEPT]
        request.is_acting_over = True  # type: ignore[attr-defined]
    request.acting = found  # type: ignore[attr-defined]
