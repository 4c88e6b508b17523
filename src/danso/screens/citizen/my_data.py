"""My data: as the population register and every source hold it. Looking is journaled as one's own
look, in the same commit."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity.data import MandateScope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionRecord
from danso.screens.citizen.held import held_about, origin_text
from danso.screens.citizen.holder import Holder, of_holder

SERVICE: Final = "citizen"
# To see what is held about oneself is a right; the decree sets its terms.
LEGAL_BASIS: Final = "Luật Bảo vệ dữ liệu cá nhân 2025; Nghị định 356/2025/NĐ-CP, Điều 5"


def own_look(holder: Holder, action: str) -> Entry:
    """The row of a citizen's look at themselves."""
    return Entry(
        actor=holder.actor,
        action=f"citizen.{action}",
        outcome="shown",
        subject=holder.person,
        service=SERVICE,
        legal_basis=LEGAL_BASIS,
    )


def waiting_reports(holder: Holder) -> dict[str, CorrectionRecord]:
    """By field: what was reported from here and is not answered yet."""
    found = sources.reported_by_holder(holder.keys)
    return {one.field: one for one in found if one.state == "open"}


@of_holder(scope=MandateScope.SEE_DATA)
@require_safe
def my_data(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Everything on one page, by where it is held."""
    with audit.carried_out(own_look(holder, "my_data")) as ledger:
        held = held_about(holder.person, holder.keys)
        ledger.fields = held.shown
    context = {
        "other": holder.other,
        "held": held,
        "person": held.person,
        "origin": origin_text(held.person),
        "waiting": waiting_reports(holder),
    }
    return render(request, "citizen/my-data.html", context)


ROUTES: Final[list[URLPattern]] = [path("du-lieu/", my_data, name="my-data")]
