"""Persons who hold posts: an e-ID of level 2, a passkey in software, the step that opens a post."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from danso.kernel import clock
from danso.modules.identity import interface as identity
from danso.modules.identity.actions import eids
from danso.modules.identity.data import AccountData, PostData
from tests.eid_world import NUMBER, PHONE, SECRET, citizen
from tests.officers import TESTER
from tests.screens.account.soft_key import SoftKey

HOME = "/vi-tri/"


def make_eid(number: str = NUMBER, level: int = 2, **extra: Any) -> AccountData:
    """A person of the register with an open e-ID of that level and SECRET as its password."""
    person = citizen(number, **extra)
    with transaction.atomic():
        row = eids.make_citizen(number, PHONE, person, None)
    row.account.level = level
    row.account.set_password(SECRET)
    row.account.save()
    return identity.get_account(row.pk)


def give_post(
    number: str = NUMBER, role: str = "steward", scope: str = "province", username: str = "tran.thi"
) -> PostData:
    """An officer's account that the person with this number opens, with one post."""
    made = identity.create_held_account(
        username=username, name="Trần Thị", unit="thu-nghiem", number=number, actor=TESTER
    )
    return identity.grant_post(
        made.id, identity.parse_role(role), identity.parse_scope(scope), actor=TESTER
    )


def give_key(account: UUID, *, verifies: bool = True) -> SoftKey:
    """A passkey of the account's, as registering it would leave it."""
    key = SoftKey(verifies=verifies)
    user = {"id": "", "name": ""}
    options = {"publicKey": {"user": user, "challenge": "AAAA"}}
    user_row = get_user_model().objects.get(pk=account)
    WebAuthn.add(user_row, "máy cơ quan", json.loads(key.make(options)))
    return key


def give_codes(account: UUID) -> None:
    """One-time codes, without a passkey."""
    Authenticator.objects.create(
        user_id=account, type=Authenticator.Type.TOTP, data={"secret": "unused"}
    )


def enter_citizen(client: Client, account: UUID, *methods: dict[str, Any]) -> None:
    """Sign a person in as if these factors had been given now; the password alone by default."""
    client.force_login(get_user_model().objects.get(pk=account))
    session = client.session
    now = clock.now().timestamp()
    session["account_authentication_methods_user"] = str(account)
    session["account_authentication_methods"] = [
        {**one, "at": now} for one in methods or ({"method": "password"},)
    ]
    session.save()


def asked(page: Any) -> dict[str, Any]:
    """What the page hands to the passkey script."""
    found = re.search(r'id="passkey_data"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found is not None, page.content.decode()
    options: dict[str, Any] = json.loads(unescape(found[1]))["request_options"]
    return options


def open_post(client: Client, post: int, key: SoftKey) -> Any:
    """The step, as a browser takes it."""
    at = f"{HOME}{post}/mo/"
    options = asked(client.get(at))
    assert options["publicKey"]["userVerification"] == "required"
    return client.post(at, {"credential": key.use(options)})


def opened_world(client: Client, role: str = "steward", scope: str = "province") -> PostData:
    """A person with one post, open in this client."""
    account = make_eid()
    post = give_post(role=role, scope=scope)
    key = give_key(account.id)
    enter_citizen(client, account.id)
    assert open_post(client, post.id, key).status_code == 302
    return post
