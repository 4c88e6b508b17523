"""What signing in is measured with, made in the bench home: a client, people with live sessions
and with passkeys. `python -m danso.config.bench sign-on PORT BACK PEOPLE` prints it as JSON."""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from importlib import import_module
from typing import Any, Final

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from danso.config.bench.enrol import ACTOR, CODE
from danso.config.home import Home
from danso.kernel import clock
from danso.modules.identity import interface as identity
from danso.modules.identity.data import SessionSeen
from danso.modules.identity.models import Account
from danso.modules.identity.web.authenticated import HANDLE
from danso.modules.population.models import Number
from danso.modules.signon import interface as signon
from danso.modules.signon.data import ClientSettings
from danso.toolkit.platform import platform

PURPOSE: Final = "Đo thời gian đăng nhập"


def sign_on() -> None:
    """Make what is missing; people are the first of the register whose number is in force."""
    back, many = sys.argv[2], int(sys.argv[3])
    if signon.find_client(CODE) is None:
        signon.add_client(ClientSettings(CODE, (back,), PURPOSE), actor=ACTOR)
    numbers = Number.objects.filter(status="active").order_by("number")[:many]
    accounts = [_account(number.person) for number in numbers]
    jwk = json.loads((Home(platform().home).secrets / "partners" / f"{CODE}.jwk").read_text())
    print(
        json.dumps(
            {
                "client": CODE,
                "key": jwk,
                "sessions": [
                    {"cookies": {settings.SESSION_COOKIE_NAME: _session(one)}} for one in accounts
                ],
                "passkeys": [_passkey(one) for one in accounts],
            }
        )
    )


def _account(person: Any) -> Account:
    found = Account.objects.filter(person=person, level=2).first()
    if found is not None:
        return found
    username = f"bench-{secrets.token_hex(8)}"
    made = identity.create_account(username=username, name="Bench", actor=ACTOR)
    identity.link_person(made.account.username, person, actor=ACTOR)
    Account.objects.filter(pk=made.account.id).update(level=2, must_change_password=False)
    return Account.objects.get(pk=made.account.id)


def _session(account: Account) -> str:
    """A session as signing in with a password leaves it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    handle = secrets.token_urlsafe(24)
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(account.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": clock.now().timestamp()}
    ]
    session[HANDLE] = handle
    session.create()
    identity.record_sign_in(account.pk, methods=("password",), seen=SessionSeen(handle))
    return str(session.session_key)


def _passkey(account: Account) -> dict[str, str]:
    """A passkey kept as allauth keeps one; its private half is the generator's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = secrets.token_bytes(16)
    told = {"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}
    held = AttestedCredentialData.create(
        Aaguid.NONE,
        name,
        ES256.from_cryptography_key(key.public_key()),  # type: ignore[no-untyped-call]
    )
    data = AuthenticatorData.create(
        hashlib.sha256(b"localhost").digest(), AuthenticatorData.FLAG(0x45), 0, bytes(held)
    )
    credential = {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(CollectedClientData(json.dumps(told).encode())),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).delete()
    Authenticator.objects.create(
        user=account,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Bench", "credential": credential},
    )
    return {
        "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "id": websafe_encode(name),
        "handle": websafe_encode(user_pk_to_url_str(account).encode()),
    }
