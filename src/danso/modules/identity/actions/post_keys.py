"""Passkeys with which a person opens posts in a broker's home, where they sign in elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn

from danso.kernel.errors import Conflict, Refused
from danso.modules.identity import queries, rules
from danso.modules.identity.actions.sign_in import factor_change
from danso.modules.identity.models import Account

NAME_LENGTH = 40


def check_may_keep(holder: UUID) -> Account:
    """Whoever is vouched for by another provider and holds posts; Refused, Conflict otherwise."""
    account = Account.objects.get(pk=holder)
    if not account.upstream:
        raise Refused(
            "this account's passkeys are kept with its factors",
            code="key_with_factors",
            fix="Add it on the page of the account.",
        )
    if not queries.holds_posts(holder):
        raise Refused(
            "a passkey is kept here for posts, and you hold none",
            code="key_without_post",
            fix="Ask the operator for the post first.",
        )
    keys = Authenticator.objects.filter(user_id=holder, type=Authenticator.Type.WEBAUTHN)
    if keys.count() >= rules.DEVICES_EACH:
        raise Conflict(
            "there are as many passkeys as may be", code="keys_many", fix="Remove one first."
        )
    return account


def add_key(holder: UUID, name: str, credential: dict[str, Any]) -> None:
    """See interface."""
    with factor_change(holder, "passkey_added"):
        Account.objects.select_for_update().get(pk=holder)
        account = check_may_keep(holder)
        WebAuthn.add(account, name.strip()[:NAME_LENGTH], credential)
