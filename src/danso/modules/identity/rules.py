"""Pure decisions of identity: names, which scope suits a role, when an account locks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from danso.kernel.errors import InvalidValue
from danso.modules.identity.data import PostData, Role, Scope, ScopeKind, SignInFailure

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
IDLE_AFTER = timedelta(minutes=15)
SESSION_ENDS_AFTER = timedelta(hours=12)
FRESH_FOR = timedelta(minutes=5)

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")

SCOPES_OF_ROLE: dict[Role, frozenset[ScopeKind]] = {
    Role.COMMUNE_POLICE: frozenset({ScopeKind.COMMUNE}),
    Role.PROVINCIAL_POLICE: frozenset({ScopeKind.PROVINCE}),
    Role.STEWARD: frozenset({ScopeKind.PROVINCE, ScopeKind.COMMUNE, ScopeKind.AGENCY}),
    Role.AGREEMENT_OFFICER: frozenset({ScopeKind.PROVINCE}),
    Role.LEADER: frozenset({ScopeKind.PROVINCE, ScopeKind.COMMUNE}),
    Role.AUDITOR: frozenset({ScopeKind.PROVINCE}),
    Role.OPERATOR: frozenset({ScopeKind.PROVINCE}),
    Role.PARTNER_CONTACT: frozenset({ScopeKind.PARTNER}),
    Role.GUARDIAN: frozenset({ScopeKind.PROVINCE}),
}


def parse_username(text: str) -> str:
    """The log-in name in its one spelling: lower case Latin letters, digits, dot, dash."""
    name = text.strip().lower()
    if not USERNAME.fullmatch(name):
        raise InvalidValue(
            "this is no log-in name",
            code="username_shape",
            fix="Use 3 to 64 small Latin letters, digits, '.', '_' or '-', starting with a letter.",
        )
    return name


def parse_role(text: str) -> Role:
    """A role by its code; the refusal lists the codes there are."""
    try:
        return Role(text.strip().lower().replace("-", "_"))
    except ValueError:
        raise InvalidValue(
            f"there is no role {text!r}",
            code="role_unknown",
            fix="Use one of: " + ", ".join(role.value for role in Role) + ".",
        ) from None


def parse_scope(text: str) -> Scope:
    """`province`, or `commune:CODE`, `agency:CODE`, `partner:CODE`."""
    kind, _, code = text.strip().partition(":")
    if kind in set(ScopeKind) and bool(code) == (kind != ScopeKind.PROVINCE):
        return Scope(ScopeKind(kind), code)
    raise InvalidValue(
        f"{text!r} is no scope",
        code="scope_shape",
        fix="Write province, commune:CODE, agency:CODE or partner:CODE.",
    )


def check_post(role: Role, scope: Scope) -> None:
    """Refuse a role in a scope that means nothing for it (an auditor of one partner)."""
    allowed = SCOPES_OF_ROLE[role]
    if scope.kind not in allowed:
        raise InvalidValue(
            f"{role.value} is not held within a {scope.kind.value}",
            code="scope_role",
            fix="Scopes for it: " + ", ".join(sorted(kind.value for kind in allowed)) + ".",
        )


def fail_once(failures: int, at: datetime) -> SignInFailure:
    """What one more failed try leads to; the counter starts anew with the lock."""
    if failures + 1 >= LOCK_AFTER:
        return SignInFailure(failures=0, locked_until=at + LOCK_FOR)
    return SignInFailure(failures=failures + 1, locked_until=None)


def may(posts: Iterable[PostData], role: Role, scope: Scope) -> bool:
    """Whether one of these posts carries the role somewhere that includes the scope."""
    return any(post.role is role and post.scope.includes(scope) for post in posts)


# How many days back "usual" looks, and below what nobody's day is remarkable.
USUAL_DAYS = 30
LEAST_USUAL = 10
UNUSUAL_TIMES = 3


def usual_looks(days: Sequence[int]) -> int:
    """People seen on a usual day, from the days on which the officer looked at all."""
    mean = round(sum(days) / len(days)) if days else 0
    return max(mean, LEAST_USUAL)


def becomes_unusual(before: int, after: int, usual: int) -> bool:
    """Whether the count passes three times the usual with this very look: once a day."""
    return before <= UNUSUAL_TIMES * usual < after


# What proves what, by RFC 8176's names: something known, held, or that one is.
KNOWS = frozenset({"pwd", "pin", "kba"})
HOLDS = frozenset({"otp", "hwk", "swk", "sms", "sc"})
IS = frozenset({"face", "fpt", "iris", "vbm"})


def authentication_level(methods: Collection[str]) -> int:
    """The level of article 20 of Decree 69/2024 that these methods reach together; 0 is none.

    1: one factor. 2: two different ones. 3: two or more, one of them biometric. 4: a biometric
    one, something held and something known."""
    given = set(methods)
    knows, holds, is_one = bool(given & KNOWS), bool(given & HOLDS), bool(given & IS)
    if knows and holds and is_one:
        return 4
    if is_one and (knows or holds):
        return 3
    return min(2, knows + holds + is_one)
