"""The part of the door about officers, every account's sign-in, and who is behind a request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import accounts as account_actions
from danso.modules.identity.actions import demo, posts, sign_in, unusual
from danso.modules.identity.data import (
    AccountData,
    Authenticated,
    DemoLogin,
    LookCount,
    NewAccount,
    Officer,
    PostData,
    Role,
    Scope,
    SecurityEvent,
    SessionSeen,
    SignInFailure,
    UnusualKind,
    UnusualLook,
)
from danso.toolkit.security import network_of


def create_account(
    *, username: str, name: str, actor: Actor, unit: str = "", password: str | None = None
) -> NewAccount:
    """Make an account without posts and journal it.

    Without `password` a random one-time password is made; it is returned once, kept only as an
    argon2 hash, and must be changed at first sign-in. `name` and `unit` are all that is kept of
    the officer. Raises InvalidValue (`username_shape`) or Conflict (`username_taken`).
    """
    return account_actions.create_account(
        username=username, name=name, actor=actor, unit=unit, password=password
    )


def reset_account(username: str, *, actor: Actor) -> NewAccount:
    """Give a new one-time password, remove every factor, lift a lock; open sessions end.

    Raises NotFound (`account_unknown`). There is no reset by e-mail.
    """
    return account_actions.reset_account(username, actor=actor)


def close_account(username: str, *, actor: Actor) -> AccountData:
    """End every post and session of an account for good; the row stays for the journal's sake."""
    return account_actions.close_account(username, actor=actor)


def change_password(account: UUID, password: str) -> None:
    """Set a password that its holder chose (the caller has checked the old one) and journal it."""
    account_actions.change_password(account, password)


def link_person(username: str, person: UUID | None, *, actor: Actor) -> AccountData:
    """Say which person of the register holds the account (None: nobody), as its holder declared.

    It serves one thing: to notice officers who look up themselves or their own household.
    """
    return account_actions.link_person(username, person, actor=actor)


def find_account(username: str) -> AccountData | None:
    """The officer's account with this log-in name, or None."""
    return queries.find_account(username)


def get_account(account: UUID) -> AccountData:
    """The account with this key; raises NotFound (`account_unknown`)."""
    return queries.get_account(account)


def is_usable(account: UUID) -> bool:
    """Whether somebody may still act with this account: neither locked nor closed."""
    return queries.is_usable(account)


def accounts() -> tuple[AccountData, ...]:
    """Every officer's account, open or closed, by log-in name."""
    return queries.accounts()


def check_post(role: Role, scope: Scope) -> None:
    """Raises InvalidValue (`scope_role`) where the role means nothing in that kind of scope."""
    rules.check_post(role, scope)


def grant_post(account: UUID, role: Role, scope: Scope, *, actor: Actor) -> PostData:
    """Give an account a role within a scope from now on, journaled in the same commit.

    Raises InvalidValue (`scope_role`) where the role means nothing in that kind of scope,
    Conflict (`post_held`), NotFound (`account_unknown`).
    """
    return posts.grant_post(account, role, scope, actor=actor)


def revoke_post(post: int, *, actor: Actor) -> PostData:
    """End a post now; it is effective with the next request. Raises NotFound (`post_unknown`)."""
    return posts.revoke_post(post, actor=actor)


def posts_of(account: UUID, *, at: datetime | None = None) -> tuple[PostData, ...]:
    """The posts an account holds at an instant (aware; now when none is given), oldest first."""
    return queries.posts_of(account, at=at)


def holders_of(role: Role, *, at: datetime | None = None) -> tuple[AccountData, ...]:
    """Open accounts that hold a role anywhere at an instant (now when none is given)."""
    return queries.holders_of(role, at=at)


def may(account: UUID, role: Role, scope: Scope) -> bool:
    """Whether the account holds the role now in a scope that includes the given one. One query."""
    return rules.may(queries.posts_of(account), role, scope)


def officer_of(request: HttpRequest) -> Officer:
    """The signed-in officer with posts and scopes, read once per request by the middleware.

    Raises Refused (`not_signed_in`); a view behind `requires` or `signed_in` never sees that.
    """
    officer: Officer | None = getattr(request, "officer", None)
    if officer is None:
        raise Refused("nobody is signed in", code="not_signed_in", fix="Sign in first.")
    return officer


def authenticated(request: HttpRequest) -> Authenticated | None:
    """Who is signed in and how surely; None for nobody, or an account locked or closed."""
    found: Authenticated | None = getattr(request, "authenticated", None)
    return found


def seen_of(request: HttpRequest) -> tuple[str, str]:
    """Where a request comes from as far as it may be kept: a /24 or /48, and browser and system in
    words of ours."""
    agent = request.headers.get("User-Agent", "")
    return network_of(str(request.META.get("REMOTE_ADDR", ""))), rules.device_words(agent)


def actor_of(request: HttpRequest) -> Actor:
    """Whom the journal names for this request. Raises Refused (`not_signed_in`)."""
    return officer_of(request).actor


def parse_role(text: str) -> Role:
    """A role by its code, `-` or `_`; raises InvalidValue (`role_unknown`) listing all codes."""
    return rules.parse_role(text)


def parse_scope(text: str) -> Scope:
    """`province`, `commune:CODE`, `agency:CODE` or `partner:CODE`; raises InvalidValue."""
    return rules.parse_scope(text)


def record_failure(
    username: str, *, method: str, network: str, device: str = ""
) -> SignInFailure | None:
    """Count and journal a failed try on an account; the fifth in a row locks passwords 15 minutes.

    For a name that no open account has: None, and one line without the name in the security log.
    `network` is a /24 or /48, never an address.
    """
    return sign_in.record_failure(username, method=method, network=network, device=device)


def record_sign_in(
    account: UUID, *, methods: tuple[str, ...], seen: SessionSeen | None = None
) -> None:
    """Journal a completed sign-in (all factors given) and clear the counter of failures.

    `seen` is the session it began, which the holder of an e-ID may list and end.
    """
    sign_in.record_sign_in(account, methods=methods, seen=seen)


def record_sign_out(account: UUID, *, why: str, session: str) -> None:
    """Journal the end of a session (`asked`, `idle` or `too_long`) and tell whoever signs in
    through it (`SessionEnded`); `session` is its handle, as `Authenticated` has it."""
    sign_in.record_sign_out(account, why=why, session=session)


def record_reauthentication(account: UUID, *, method: str) -> None:
    """Journal that a signed-in officer gave the password or a factor again."""
    sign_in.record_reauthentication(account, method=method)


def factor_change(account: UUID, change: str) -> AbstractContextManager[None]:
    """Do what the block does and journal `factor.<change>` in one commit."""
    return sign_in.factor_change(account, change)


def find_lock(username: str) -> datetime | None:
    """Until when passwords are refused for this log-in name; None when they are not."""
    return queries.find_lock(username)


def has_factor(account: UUID) -> bool:
    """Whether one-time codes or a passkey are set up for the account."""
    return queries.has_factor(account)


def count_factors(account: UUID, *, besides: int) -> int:
    """How many second factors an account has besides the one with this key."""
    return queries.count_factors(account, besides=besides)


def note_security(what: str, network: str) -> None:
    """One line into the bounded security log (10,000 lines; the oldest gives way).

    `what` is a code, never what somebody typed; `network` a /24 or /48.
    """
    sign_in.note_security(what, network)


def security_events(limit: int = 200) -> tuple[SecurityEvent, ...]:
    """The newest lines of the security log, newest first."""
    return queries.security_events(limit)


def unusual_looks(
    *,
    kinds: Collection[UnusualKind] = (),
    account: UUID | None = None,
    is_open: bool | None = None,
    limit: int = 200,
) -> tuple[UnusualLook, ...]:
    """Looks worth a question, newest first: at oneself, one's household, a protected person, or
    more than three times one's usual number of people a day.

    Kept by a follower of the journal's events, once by position, a moment after the look. `kinds`
    empty: all kinds. For the auditor, and (kind PROTECTED) the guardian: the caller checks.
    """
    return queries.unusual_looks(kinds=kinds, account=account, is_open=is_open, limit=limit)


def note_guessing(position: int, *, looker: str, person: UUID | None, at: datetime) -> None:
    """Put a partner's wrong tries on one number onto the auditor's list, once by position.

    For the follower of the event that says so (a higher module's); `person` None: nobody has that
    number.
    """
    unusual.note_guessing(position, looker=looker, person=person, at=at)


def count_open_unusual_looks() -> int:
    """How many of them nobody has closed yet."""
    return queries.count_open_unusual_looks()


def get_unusual_look(key: int) -> UnusualLook:
    """One of them by its key; raises NotFound (`unusual_unknown`)."""
    return queries.get_unusual_look(key)


def close_unusual_look(key: int, *, note: str, actor: Actor) -> UnusualLook:
    """Close one with what was found out, journaled. The note never changes again.

    Raises Refused (`own_look`) for the officer who looked, Conflict (`unusual_closed`),
    InvalidValue (`note_missing`), NotFound (`unusual_unknown`).
    """
    return unusual.close_unusual_look(key, note=note, actor=actor)


def looks_by_day(account: UUID, first: date, last: date) -> tuple[LookCount, ...]:
    """How many people an officer saw by day (Vietnam), both included; empty days left out."""
    return queries.looks_by_day(account, first, last)


def create_demo_accounts(
    folder: Path,
    *,
    communes: Sequence[str] = (),
    partner: str = "",
    owner: str = "",
    units: Mapping[str, str] | None = None,
) -> tuple[DemoLogin, ...]:
    """Make one log-in per role with random passwords and write them to `folder` (0600).

    `communes` (2025 codes) get one commune police account each, `partner` (its code) a contact,
    `owner` (an agency that owns a connected source) a steward of its own.
    `units` gives the work unit (an agency's code) of a role's account; else its scope stands there.
    Repeatable: log-ins that still work are kept. Raises Refused (`real_home`) in a real home.
    """
    return demo.create_demo_accounts(
        folder, communes=communes, partner=partner, owner=owner, units=units
    )


def read_demo_logins(folder: Path) -> tuple[DemoLogin, ...]:
    """The demo log-ins that `folder` (a home's secrets) keeps; empty where there are none."""
    return demo.read_demo_logins(folder)
