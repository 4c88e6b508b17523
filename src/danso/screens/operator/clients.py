"""Services that people sign in to through here: the same doors as `danso signon client …`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.modules.signon import interface as signon
from danso.modules.signon.data import (
    CLAIM_NAMES,
    ClientData,
    ClientSettings,
    ClientStanding,
    ClientUnknown,
    NoticeData,
)
from danso.screens.operator.client_forms import ClientForm, NewClientForm
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires

DAYS = 30
ACTION = "signon."


@dataclass(frozen=True, slots=True)
class Row:
    """One client in the list, or on its own page. `used_on`: the last day of thirty on which it
    called (the journal's counters)."""

    client: ClientData
    name: str
    standing: ClientStanding
    used_on: date | None

    @property
    def code(self) -> str:
        """Its client_id."""
        return self.client.settings.partner


def _row(client: ClientData) -> Row:
    code = client.settings.partner
    today = clock.today()
    days = [
        one.day
        for one in audit.calls_of(code, today - timedelta(days=DAYS), today)
        if one.action.startswith(ACTION)
    ]
    return Row(
        client,
        exchange.partner_name(code) or code,
        signon.standing_of(code),
        max(days, default=None),
    )


@requires(Role.OPERATOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every client, when it was last used, and whether it can be told of an end."""
    rows = [_row(client) for client in signon.list_clients()]
    context = {"rows": rows, "issuer": signon.issuer(), "can_add": bool(_candidates())}
    return render(request, "operator/clients.html", context)


@requires(Role.OPERATOR)
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One client: settings, keys, use, notices of an end and what went wrong with them."""
    client = _client(code)
    context = {
        "row": _row(client),
        "claims": [_(CLAIM_NAMES[claim]) for claim in client.settings.claims],
        "keys": exchange.keys_of(code),
        "notices": [(note, *_note_words(note)) for note in signon.notices_of(code)],
    }
    return render(request, "operator/client.html", context)


def _note_words(note: NoticeData) -> tuple[str, str]:
    """State and tone."""
    if note.told_at is not None:
        return _("đã báo"), "good"
    return (_("đang chờ"), "warn") if note.next_at is not None else (_("không báo được"), "bad")


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A partner of the exchange becomes a client."""
    form = NewClientForm(request.POST or None, partners=_candidates())
    if request.method == "POST" and form.is_valid():
        try:
            made = signon.add_client(form.settings, actor=identity.actor_of(request))
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, _("Đã thêm ứng dụng, dùng được ngay."))
            return redirect("operator:client", code=made.settings.partner)
    context = {"form": form, "title": _("Thêm ứng dụng đăng nhập"), "row": None}
    return render(request, "operator/client-form.html", context)


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Replace a client's settings, all of them; a disabled one is enabled again."""
    client = _client(code)
    form = ClientForm(request.POST or None, initial=_initial(client.settings))
    if request.method == "POST" and form.is_valid():
        try:
            signon.change_client(form.settings_of(code), actor=identity.actor_of(request))
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, _("Đã đổi, có hiệu lực ngay."))
            return redirect("operator:client", code=code)
    context = {"form": form, "title": _("Sửa ứng dụng đăng nhập"), "row": _row(client)}
    return render(request, "operator/client-form.html", context)


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def disable(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing more for it: its tokens end now, nobody signs in to it."""
    client = _client(code)
    if request.method == "POST":
        signon.disable_client(code, actor=identity.actor_of(request))
        messages.success(request, _("Đã ngừng. Mọi phiên ở ứng dụng này đã hết hiệu lực."))
        return redirect("operator:client", code=code)
    return render(request, "operator/client-disable.html", {"row": _row(client)})


def _client(code: str) -> ClientData:
    found = signon.find_client(code)
    if found is None:
        raise ClientUnknown
    return found


def _candidates() -> list[tuple[str, str]]:
    """Open partners that are no client yet."""
    known = {client.settings.partner for client in signon.list_clients()}
    return [
        (partner.code, partner.name)
        for partner in exchange.partners()
        if partner.closed_at is None and partner.code not in known
    ]


def _initial(settings: ClientSettings) -> dict[str, object]:
    return {
        "redirect_uris": "\n".join(settings.redirect_uris),
        "post_logout_uris": "\n".join(settings.post_logout_uris),
        "logout_uri": settings.logout_uri,
        "claims": list(settings.claims),
        "purpose": settings.purpose,
        "sector": settings.sector,
    }
