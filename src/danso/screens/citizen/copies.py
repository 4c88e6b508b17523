"""A copy of everything about me: asked for here, fetched in a strong session only."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.protection import interface as protection
from danso.modules.protection.data import CopyState
from danso.screens.citizen.holder import Holder, of_holder
from danso.toolkit.html.errors import words_of

# Of Decree 69/2024, art. 20: two different factors in this session.
STRONG: Final = 2
STATES: Final = {
    CopyState.WAITING: (_("đang lập"), "warn"),
    CopyState.READY: (_("tải được"), "good"),
    CopyState.FAILED: (_("không lập được"), "bad"),
    CopyState.OVER: (_("đã xóa"), "mute"),
}


@of_holder()
@require_safe
def listed(request: HttpRequest, holder: Holder) -> HttpResponse:
    """My copies, and the button that makes one."""
    rows = [(one, *STATES[one.state]) for one in protection.copies_of(holder.account)]
    context = {
        "rows": rows,
        "is_waiting": any(row[0].state is CopyState.WAITING for row in rows),
        "is_strong": _is_strong(request),
    }
    return render(request, "citizen/copies.html", context)


@of_holder()
@require_POST
def ask(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Have one made."""
    try:
        protection.ask_copy(holder.account, actor=holder.actor)
    except (Conflict, Refused) as error:
        messages.error(request, " ".join(words_of(error)))
    else:
        messages.success(request, gettext("Đang lập bản sao. Thường xong trong một phút."))
    return redirect("citizen:copies")


@of_holder(reauth=True)
@require_safe
def one(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Before the download: what leaves the house. A confirmed factor leads back here."""
    _check_strong(request)
    mine = protection.copies_of(holder.account)
    found = next((one for one in mine if one.key == key), None)
    if found is None:
        raise NotFound("There is no such copy.", code="copy_unknown", fix="Open it from the list.")
    return render(request, "citizen/copy.html", {"copy": found, "state": STATES[found.state]})


@of_holder(reauth=True)
@require_POST
def fetch(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """The ZIP, journaled."""
    _check_strong(request)
    content = protection.fetch_copy(key, account=holder.account, actor=holder.actor)
    answer = HttpResponse(content, content_type="application/zip")
    # With a name that says what it is, never whose.
    answer["Content-Disposition"] = 'attachment; filename="ban-sao-du-lieu.zip"'
    return answer


def _is_strong(request: HttpRequest) -> bool:
    known = identity.authenticated(request)
    return known is not None and known.authentication >= STRONG


def _check_strong(request: HttpRequest) -> None:
    if not _is_strong(request):
        raise Refused(
            "A copy of everything needs a sign-in with two factors.",
            code="copy_session",
            fix="Add a passkey or a code app to your account, then sign in with it.",
        )
