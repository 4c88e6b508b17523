"""Make, reset, close accounts and set their passwords."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from uuid import UUID

from allauth.mfa.models import Authenticator

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import opened
from danso.modules.identity.data import AccountData, NewAccount, officer_actor
from danso.modules.identity.models import Account, BreakGlass, Post
from danso.modules.identity.queries import account_data

# No letters or digits that are read wrongly aloud or from paper (0 O, 1 l I).
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def one_time_password() -> str:
    """Twenty random letters in four groups: about 116 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def create_account(
    *, username: str, name: str, actor: Actor, unit: str = "", password: str | None = None
) -> NewAccount:
    """See interface."""
    with account_action("account.created", actor) as ledger:
        login = check_username(username)
        chosen = password or one_time_password()
        account = Account(username=login, name=name.strip(), unit=unit, must_change_password=False)
        account.set_password(chosen)
        if password is None:
            expect_change(account)
        account.save(force_insert=True)
        ledger.detail["account"] = str(account.pk)
        return NewAccount(account_data(account), chosen)


def expect_change(account: Account) -> None:
    """The password just set is a first one: it opens the page to change it, for a week."""
    account.must_change_password = True
    account.password_until = clock.now() + rules.FIRST_PASSWORD_LASTS


def check_username(username: str) -> str:
    """The log-in name in its one spelling, if nobody has it."""
    login = rules.parse_username(username)
    if Account.objects.filter(username=login).exists():
        raise Conflict(
            f"the log-in name {login} is taken",
            code="username_taken",
            fix="Choose another, or reset it with `danso operator reset`.",
        )
    return login


def reset_account(username: str, *, actor: Actor) -> NewAccount:
    """See interface."""
    with account_action("account.reset", actor) as ledger:
        account = locked_account(username, ledger)
        if BreakGlass.objects.filter(account=account).exists():
            raise Refused(
                "an account of an emergency is never given a password",
                code="account_of_emergency",
                fix="Break the glass again (`danso break-glass`).",
            )
        if account.holder_id is not None:
            raise Refused(
                "this account has no password: its person opens it with their e-ID",
                code="account_of_person",
                fix="Take it back first (`danso operator take-back`), if it is to have one.",
            )
        chosen = one_time_password()
        account.set_password(chosen)
        expect_change(account)
        account.failures = 0
        account.locked_until = None
        account.save()
        Authenticator.objects.filter(user_id=account.pk).delete()
        return NewAccount(account_data(account), chosen)


def close_account(username: str, *, actor: Actor) -> AccountData:
    """See interface."""
    with account_action("account.closed", actor) as ledger:
        account = locked_account(username, ledger)
        account.is_active, account.holder = False, None
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password", "holder"])
        Authenticator.objects.filter(user_id=account.pk).delete()
        for post in Post.objects.filter(account=account, until__isnull=True).select_for_update():
            post.until = max(post.since, clock.now())
            post.save(update_fields=["until"])
        opened.end_opened(ledger, "revoked", opened.opened_of(post__account=account.pk))
        return account_data(account)


def change_password(key: UUID, password: str) -> None:
    """See interface."""
    actor = officer_actor(account_data(Account.objects.get(pk=key)))
    with account_action("account.password_changed", actor) as ledger:
        account = Account.objects.select_for_update().get(pk=key)
        account.set_password(password)
        account.must_change_password, account.password_until = False, None
        account.save(update_fields=["password", "must_change_password", "password_until"])
        ledger.detail["account"] = str(account.pk)


def link_person(username: str, person: UUID | None, *, actor: Actor) -> AccountData:
    """See interface."""
    action = "account.linked" if person else "account.unlinked"
    with account_action(action, actor, subject=person) as ledger:
        account = locked_account(username, ledger)
        if account.holder_id is not None:
            raise Refused(
                "this account is its person's already",
                code="account_of_person",
                fix="Take it back first (`danso operator take-back`).",
            )
        account.person = person
        account.save(update_fields=["person"])
        return account_data(account)


def account_action(
    action: str, actor: Actor, *, subject: UUID | None = None
) -> AbstractContextManager[Ledger]:
    """The frame of what is done to an officer's account."""
    return carried_out(Entry(actor=actor, action=action, outcome="done", subject=subject))


def locked_account(username: str, ledger: Ledger) -> Account:
    """The account's row, locked until the transaction ends and named in the journal."""
    login = username.strip().lower()
    # Officers' only: nobody behind a console resets or closes a person's e-ID.
    account = Account.objects.select_for_update().filter(username=login, level=0).first()
    if account is None:
        raise NotFound(
            f"there is no account {login}",
            code="account_unknown",
            fix="List accounts with `danso operator list`.",
        )
    ledger.detail["account"] = str(account.pk)
    return account
