"""A passkey made, or given at this very moment, its holder checked by it: what opens a post.

allauth asks for the check of the holder (PIN, finger) only where a passkey signs in alone; here it
is always required. One challenge, for one thing, for a few minutes, once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import build_user_payload, get_server
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from fido2.webauthn import (
    AttestedCredentialData,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from danso.kernel import clock
from danso.kernel.errors import Refused

ASKED: Final = "danso_key_asked"
MADE: Final = "danso_key_made"
GOOD_FOR: Final = 300.0


def ask_for_key(request: HttpRequest, about: str, keys: Collection[int]) -> dict[str, Any]:
    """What the browser is to answer; `about` is what the answer will be good for."""
    options, state = get_server().authenticate_begin(
        credentials=list(_credentials(keys).values()),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[ASKED] = {"state": state, "about": about, "at": clock.now().timestamp()}
    return dict(options)


def check_key(
    request: HttpRequest, about: str, holder: UUID, keys: Collection[int], answer: str
) -> None:
    """Raises Refused (`key_refused`): another challenge, an old one, another key, no check of its
    holder. Whatever comes out, the challenge is spent."""
    asked = request.session.pop(ASKED, None)
    now = clock.now().timestamp()
    if not asked or asked["about"] != about or not 0 <= now - asked["at"] <= GOOD_FOR:
        raise _refused()
    known = _credentials(keys)
    try:
        given: Mapping[str, Any] = json.loads(answer)
        used = get_server().authenticate_complete(asked["state"], list(known.values()), given)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _refused() from None
    for row, credential in known.items():
        if credential.credential_id == used.credential_id:
            Authenticator.objects.get(pk=row, user_id=holder).record_usage()
            return
    raise _refused()


def ask_to_make(
    request: HttpRequest, holder: AbstractBaseUser, keys: Collection[int]
) -> dict[str, Any]:
    """What the browser is to make; none of the holder's `keys` a second time on its device. It is
    no way to sign in, so that a device need not find it by itself (`DISCOURAGED`)."""
    options, state = get_server().register_begin(
        user=build_user_payload(holder),
        credentials=list(_credentials(keys).values()),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[MADE] = {"state": state, "for": str(holder.pk), "at": clock.now().timestamp()}
    return dict(options)


def check_made(request: HttpRequest, holder: UUID, answer: str) -> dict[str, Any]:
    """The credential as it is kept, if it answers what was asked of this holder, its own holder
    checked; Refused (`key_refused`). Whatever comes out, the challenge is spent."""
    asked = request.session.pop(MADE, None)
    now = clock.now().timestamp()
    if not asked or asked["for"] != str(holder) or not 0 <= now - asked["at"] <= GOOD_FOR:
        raise _refused()
    try:
        given: dict[str, Any] = json.loads(answer)
        made = get_server().register_complete(asked["state"], given)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _refused() from None
    if not made.is_user_verified():
        raise _refused()
    return given


def _credentials(keys: Collection[int]) -> dict[int, AttestedCredentialData]:
    rows = Authenticator.objects.filter(pk__in=keys, type=Authenticator.Type.WEBAUTHN)
    found = ((row.pk, row.wrap().authenticator_data.credential_data) for row in rows)
    return {key: credential for key, credential in found if credential is not None}


def _refused() -> Refused:
    return Refused(
        "The passkey was not accepted.",
        code="key_refused",
        fix="Try again, and confirm with your PIN or finger when the device asks for it.",
    )
