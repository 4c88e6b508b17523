"""How surely the person behind a session was recognised, from what allauth noted in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from danso.modules.identity import queries, rules
from danso.modules.identity.data import AccountState, Authenticated
from danso.modules.identity.models import Account

HANDLE = "danso_session"
# Whether this session ever asked for a face: only then is it looked for.
FACE = "danso_face"
DEVICE_KEY = "device_key"
# The record of a session that another provider vouches for.
VOUCHED = "vouched"


def find_authenticated(request: HttpRequest) -> Authenticated | None:
    """Whoever is signed in, unless the account is locked or closed."""
    user = request.user
    if not isinstance(user, Account) or user.state != AccountState.ACTIVE:
        return None
    records = get_authentication_records(request, user)
    if not records:
        return None
    if user.upstream:
        return _vouched(request, user, records[-1])
    methods = methods_of(records)
    at = datetime.fromtimestamp(max(float(one.get("at", 0.0)) for one in records), UTC)
    if FACE in request.session and (given := queries.face_of(handle_of(request))):
        methods, at = tuple(sorted({*methods, "face"})), max(at, given)
    return Authenticated(
        account=user.pk,
        person=user.person,
        level=user.level,
        authentication=rules.authentication_level(methods),
        methods=methods,
        at=at,
        session=handle_of(request),
    )


def _vouched(
    request: HttpRequest, user: Account, record: Mapping[str, Any]
) -> Authenticated | None:
    """As the other provider told it at this session's sign-in, never more than of the account."""
    if record.get("method") != VOUCHED:
        return None
    return Authenticated(
        account=user.pk,
        person=user.person,
        level=min(user.level, int(record["level"])),
        authentication=int(record["authentication"]),
        methods=tuple(record["methods"]),
        at=datetime.fromtimestamp(float(record["at"]), UTC),
        session=handle_of(request),
    )


def handle_of(request: HttpRequest) -> str:
    """The session's handle, made when it is first asked for."""
    handle = request.session.get(HANDLE)
    if handle is None:
        handle = request.session[HANDLE] = secrets.token_urlsafe(24)
    return str(handle)


def methods_of(records: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """RFC 8176's names for the ways noted in a session, sorted, each once."""
    found: set[str] = set()
    for record in records:
        found |= _methods(str(record.get("method", "")), str(record.get("type", "")))
    return tuple(sorted(found))


def _methods(method: str, kind: str) -> set[str]:
    if method == "password":
        return {"pwd"}
    if method == DEVICE_KEY:
        return {"swk"}
    if kind == "webauthn":
        # The key is held, and its user was verified by it: with a PIN or a finger, which of the
        # two it does not tell, so that the lesser is taken.
        return {"hwk", "pin", "user"}
    if kind in {"totp", "recovery_codes"}:
        return {"otp"}
    return set()
