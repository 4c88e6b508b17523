"""Make, reset, close accounts and set their passwords."""

from __future__ import annotations

import secrets
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import record
from danso.modules.identity import rules
from danso.modules.identity.data import AccountData, NewAccount, officer_actor
from danso.modules.identity.models import Account, Post
from danso.modules.identity.queries import account_data

# No letters or digits that are read wrongly aloud or from paper (0 O, 1 l I).
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def one_time_password() -> str:
    """Twenty random letters in four groups: about 116 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@transaction.atomic
def create_account(
    *, username: str, name: str, actor: Actor, unit: str = "", password: str | None = None
) -> NewAccount:
    """See interface."""
    login = rules.parse_username(username)
    if Account.objects.filter(username=login).exists():
        raise Conflict(
            f"the log-in name {login} is taken",
            code="username_taken",
            fix="Choose another, or reset it with `danso operator reset`.",
        )
    chosen = password or one_time_password()
    account = Account(
        username=login, name=name.strip(), unit=unit, must_change_password=password is None
    )
    account.set_password(chosen)
    account.save(force_insert=True)
    _journal(actor, "account.created", account)
    return NewAccount(account_data(account), chosen)


@transaction.atomic
def reset_account(username: str, *, actor: Actor) -> NewAccount:
    """See interface."""
    account = get_for_update(username)
    chosen = one_time_password()
    account.set_password(chosen)
    account.must_change_password = True
    account.failures = 0
    account.locked_until = None
    account.save(update_fields=["password", "must_change_password", "failures", "locked_until"])
    Authenticator.objects.filter(user_id=account.pk).delete()
    _journal(actor, "account.reset", account)
    return NewAccount(account_data(account), chosen)


@transaction.atomic
def close_account(username: str, *, actor: Actor) -> AccountData:
    """See interface."""
    account = get_for_update(username)
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user_id=account.pk).delete()
    for post in Post.objects.filter(account=account, until__isnull=True).select_for_update():
        post.until = max(post.since, clock.now())
        post.save(update_fields=["until"])
    _journal(actor, "account.closed", account)
    return account_data(account)


@transaction.atomic
def change_password(key: UUID, password: str) -> None:
    """See interface."""
    account = Account.objects.select_for_update().get(pk=key)
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    _journal(officer_actor(account_data(account)), "account.password_changed", account)


@transaction.atomic
def link_person(username: str, person: UUID | None, *, actor: Actor) -> AccountData:
    """See interface."""
    account = get_for_update(username)
    account.person = person
    account.save(update_fields=["person"])
    record(
        Entry(
            actor=actor,
            action="account.linked" if person else "account.unlinked",
            outcome="done",
            subject=person,
            detail={"account": str(account.pk)},
        )
    )
    return account_data(account)


def get_for_update(username: str) -> Account:
    """The account's row, locked until the transaction ends."""
    login = username.strip().lower()
    account = Account.objects.select_for_update().filter(username=login).first()
    if account is None:
        raise NotFound(
            f"there is no account {login}",
            code="account_unknown",
            fix="List accounts with `danso operator list`.",
        )
    return account


def _journal(actor: Actor, action: str, account: Account) -> None:
    record(Entry(actor=actor, action=action, outcome="done", detail={"account": str(account.pk)}))
