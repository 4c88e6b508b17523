"""Pure decisions of identity: names, which scope suits a role, when an account locks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.identity.data import (
    ASSISTED_SCOPES,
    DESK_SCOPES,
    HOLDS,
    IS,
    KNOWS,
    MANDATE_SCOPES,
    OF_PARENT_SCOPES,
    ORGANISATION_SCOPES,
    AssistedWay,
    Confirmation,
    HelperKind,
    LockReason,
    MandateOffer,
    MandateScope,
    PostData,
    Role,
    Scope,
    ScopeKind,
    SignInFailure,
)

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
IDLE_AFTER = timedelta(minutes=15)
SESSION_ENDS_AFTER = timedelta(hours=12)
FRESH_FOR = timedelta(minutes=5)
# A first password is handed over by somebody: whoever does not use it within a week gets another.
FIRST_PASSWORD_LASTS = timedelta(days=7)
# A post that a person has opened: at most so long, and never longer than their session.
POST_OPEN_FOR = timedelta(hours=8)
# The operator of an emergency.
GLASS_MINUTES = 60
GLASS_LONGEST = 240
GLASS_REASON = 10
# The level an e-ID needs for that.
POST_LEVEL = 2

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
    Role.DESK_OFFICER: frozenset({ScopeKind.PROVINCE, ScopeKind.COMMUNE}),
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


# --- e-IDs of citizens (Decree 69/2024)
OWN_FROM = 14
LEVEL_2_FROM = 6
CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=5)
CODE_TRIES = 5
CODES_EACH = 3
CODES_A_DAY = 6
ENROLMENT_LASTS = timedelta(minutes=30)
COUNTER_LASTS = timedelta(hours=1)
# Enrolments that a /24 or /48 may begin within an hour: a commune's office shares one address.
NETWORK_AN_HOUR = 60
NUMBER_A_DAY = 5
DEVICES_EACH = 10
# How long a face that an officer had compared counts for the session that asked.
FACE_LASTS = timedelta(minutes=10)
STEPS_KEPT = timedelta(days=2)
APPOINTMENTS_KEPT = timedelta(days=90)  # assumed: long enough to ask what became of one
HISTORY_KEPT = timedelta(days=5 * 366)  # art. 17(2): at least five years from each access


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a person decides which account they may hold."""

    age: int
    life: str = "alive"
    # None: not known here (the register is absent), the card itself is looked at.
    has_card: bool | None = None


def age_on(birth: PartialDate, today: date) -> int:
    """Full years that are certain: of a birth known by its year, as if born on its last day."""
    born = birth.last_day
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def check_holder(level: int, standing: Standing, *, through_parent: bool = False) -> str:
    """Why this person may not hold an account of that level; empty where they may.

    Art. 7: Vietnamese from 14 with a card hold both levels by themselves, from 6 both through a
    parent, younger ones level 1. Foreigners whose card the register knows are treated alike.
    """
    if standing.life != "alive":
        return "not_alive"
    if standing.has_card is False:
        return "no_card"
    if level >= 2 and standing.age < LEVEL_2_FROM:
        return "too_young_for_level_2"
    if standing.age < OWN_FROM and not through_parent and level < 2:
        return "child_through_parent"
    return ""


# Who lifts a lock: what a holder locked, any police officer; the others, the provincial police.
UNLOCKED_BY: dict[LockReason, frozenset[Role]] = {
    LockReason.HOLDER: frozenset({Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE}),
    LockReason.POLICE: frozenset({Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE}),
    LockReason.DEATH: frozenset({Role.PROVINCIAL_POLICE}),
    LockReason.MERGED: frozenset({Role.PROVINCIAL_POLICE}),
}
EID_POLICE = frozenset({Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE})


def is_of_home(mode: str, upstream: str) -> bool:
    """Whether such a home lets this e-ID in: a provider's home its own accounts, a broker's those
    that another provider vouches for."""
    return (mode == "provider") != bool(upstream)


def check_unlock(reason: LockReason, roles: Collection[str]) -> None:
    """Refuse whoever may not lift this lock."""
    if not UNLOCKED_BY[reason] & {Role(role) for role in roles}:
        raise Refused(
            "This lock is lifted by others.",
            code="unlock_by_others",
            fix="A lock by death or merge is lifted by the provincial police.",
        )


def matches_birth(held: str | None, told: str) -> bool:
    """Whether the register's birth date, as precisely as it knows it, is the one told."""
    if not held:
        return False
    return PartialDate.from_iso(held).covers(PartialDate.from_iso(told))


# --- Acting for others. Terms and limits are assumed: no law found sets them.
ADULT_FROM = 18
MANDATE_MONTHS = (1, 6, 12)
ANSWER_WITHIN = timedelta(days=14)
OFFERS_A_DAY = 5
# Requests for organisations that one person may have open at a time.
ORGANISATIONS_ASKED = 5
MONTH = timedelta(days=30)
ALL_SCOPES = frozenset(MANDATE_SCOPES)
# From 14 the child has an account of their own: a parent files and receives, and looks no more.
OF_YOUTH = frozenset({MandateScope.FILE, MandateScope.RECEIVE})


def scopes_for_child(age: int) -> frozenset[MandateScope]:
    """What a parent may do for a child of that age; nothing once they are of age."""
    if age < OWN_FROM:
        return ALL_SCOPES | frozenset(OF_PARENT_SCOPES)
    return OF_YOUTH if age < ADULT_FROM else frozenset()


def check_offer(offer: MandateOffer) -> None:
    """Refuse a mandate for nothing, for what an organisation has not, or without an end."""
    allowed = ALL_SCOPES if offer.organisation is None else frozenset(ORGANISATION_SCOPES)
    if not offer.scopes or not offer.scopes <= allowed:
        raise InvalidValue(
            "Nothing was chosen.", code="mandate_empty", fix="Tick what they may do."
        )
    if offer.months not in MANDATE_MONTHS:
        raise InvalidValue(
            "This is no term.", code="mandate_term", fix="Choose one of the terms offered."
        )


# --- Assisted sessions: somebody without a device, an officer or a team's member beside them
ASSISTED_LASTS = timedelta(minutes=30)
CONFIRM_WITHIN = timedelta(minutes=15)
ASSISTED_ROLES = frozenset({Role.DESK_OFFICER, Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE})
# Paper and cards are judged by officers; a neighbour has the person's own telephone ring.
WAYS: dict[HelperKind, tuple[AssistedWay, ...]] = {
    HelperKind.OFFICER: (AssistedWay.SMS, AssistedWay.CARD, AssistedWay.SIGNATURE),
    HelperKind.TEAM: (AssistedWay.SMS,),
}


def check_assisted_scopes(scopes: Collection[MandateScope], kind: HelperKind) -> None:
    """Refuse a session for nothing, or for what this helper does not do beside somebody."""
    if kind is not HelperKind.OFFICER and set(scopes) & set(DESK_SCOPES):
        raise Refused(
            "Only an officer writes down consent and requests for somebody.",
            code="assisted_desk",
            fix="Go to the one-stop desk with the person.",
        )
    if not scopes or not set(scopes) <= set(ASSISTED_SCOPES):
        raise InvalidValue(
            "Nothing was chosen.", code="assisted_empty", fix="Tick what is to be done."
        )


# How a card was read whose QR says what the register has: number, name, birth and day of issue.
CARD_READ = "card_qr"


def check_confirmation(
    kind: HelperKind, given: Confirmation, *, is_printed: bool, is_card_read: bool
) -> None:
    """Refuse a way that this helper has not, or one that is not complete."""
    if given.way not in WAYS[kind]:
        raise Refused(
            "Only an officer confirms this way.",
            code="assisted_way",
            fix="Have the code sent to the person's telephone.",
        )
    if given.way is AssistedWay.CARD and not is_card_read:
        raise InvalidValue(
            "The card's QR was not read, or does not say what the register has of this card.",
            code="assisted_card",
            fix="Scan the QR on the card; if it does not fit, use the code or the signed form.",
        )
    if given.way is AssistedWay.CARD and not given.has_compared_face:
        raise InvalidValue(
            "The card was not compared with the person.",
            code="assisted_face",
            fix="Look at the photograph and the person; tick it when they are one.",
        )
    if given.way is AssistedWay.SIGNATURE and not (given.has_signed and is_printed):
        raise InvalidValue(
            "There is no signed summary.",
            code="assisted_unsigned",
            fix="Print the summary, have it signed, then tick it.",
        )


_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """Browser and system out of a User-Agent, from closed lists: nothing that is typed by others
    reaches a page."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)
