"""Officers' side of the door: roles, scopes, posts, looks; and what every account has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from danso.kernel.actors import Actor, ActorKind
from danso.modules.audit.data import Event


class Role(StrEnum):
    """What a post lets its holder do. The words on screen are in `ROLE_NAMES`."""

    COMMUNE_POLICE = "commune_police"
    PROVINCIAL_POLICE = "provincial_police"
    STEWARD = "steward"
    AGREEMENT_OFFICER = "agreement_officer"
    LEADER = "leader"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PARTNER_CONTACT = "partner_contact"
    GUARDIAN = "guardian"
    DESK_OFFICER = "desk_officer"


class ScopeKind(StrEnum):
    """What a scope's code names."""

    PROVINCE = "province"
    COMMUNE = "commune"
    AGENCY = "agency"
    PARTNER = "partner"


N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them

ROLE_NAMES: dict[Role, str] = {
    Role.COMMUNE_POLICE: N_("Công an cấp xã"),
    Role.PROVINCIAL_POLICE: N_("Công an tỉnh"),
    Role.STEWARD: N_("Cán bộ quản trị dữ liệu"),
    Role.AGREEMENT_OFFICER: N_("Cán bộ thỏa thuận chia sẻ"),
    Role.LEADER: N_("Lãnh đạo"),
    Role.AUDITOR: N_("Kiểm tra viên nhật ký"),
    Role.OPERATOR: N_("Người vận hành hệ thống"),
    Role.PARTNER_CONTACT: N_("Đầu mối của đơn vị khai thác"),
    Role.GUARDIAN: N_("Người phụ trách đối tượng được bảo vệ"),
    Role.DESK_OFFICER: N_("Cán bộ một cửa"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a post reaches: the whole province, or one commune, agency or partner by its code."""

    kind: ScopeKind
    code: str = ""

    def covers(self, commune_code: str) -> bool:
        """Whether people who live in this commune (2025 code) are within reach.

        An agency's or a partner's scope says nothing about people, so it covers no commune.
        """
        if self.kind is ScopeKind.PROVINCE:
            return True
        return self.kind is ScopeKind.COMMUNE and self.code == commune_code

    @property
    def text(self) -> str:
        """As commands and files write it: `province`, `commune:CODE`, ..."""
        return f"{self.kind.value}:{self.code}" if self.code else self.kind.value

    def includes(self, other: Scope) -> bool:
        """Whether whatever lies in `other` lies in this scope too."""
        return self.kind is ScopeKind.PROVINCE or self == other


@dataclass(frozen=True, slots=True)
class PostData:
    """One post as it stands: the account holds `role` within `scope` in [since, until)."""

    id: int
    account: UUID
    role: Role
    scope: Scope
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountData:
    """One account without its secrets. `person` is the holder's own key, if told."""

    id: UUID
    username: str
    name: str
    unit: str
    person: UUID | None
    is_active: bool
    must_change_password: bool
    level: int = 0
    # Which other provider vouches for the holder; empty: a log-in of this home's own.
    upstream: str = ""
    # The e-ID with which its posts are opened; such an account has no password.
    holder: UUID | None = None

    @property
    def is_citizen(self) -> bool:
        """Whether it is a person's e-ID; it never holds a post."""
        return self.level > 0


def officer_actor(account: AccountData) -> Actor:
    """The account as the journal names it: its key and work unit, never its holder's name."""
    kind: ActorKind = "citizen" if account.is_citizen else "officer"
    return Actor(kind=kind, id=str(account.id), unit=account.unit, system="pages")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account just made or reset, with the password that is shown once and kept nowhere."""

    account: AccountData
    password: str


@dataclass(frozen=True, slots=True)
class OpenedPost:
    """A post that a person has opened in one of their sessions. `account` is the officer's."""

    key: UUID
    account: AccountData
    post: PostData
    opened_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class GrantedPost:
    """A post that a person may open, and the officer's account it belongs to."""

    account: AccountData
    post: PostData


@dataclass(frozen=True, slots=True)
class Officer:
    """The signed-in officer of one request, as screens see it (`request.officer`).

    Where a person has opened a post, `account` is the officer's and `posts` that one alone; the
    person's own pages are closed meanwhile (`own_stop` says where they lead to).
    """

    account: AccountData
    posts: tuple[PostData, ...]
    is_fresh: bool = False
    first_stop: str = ""
    opened: OpenedPost | None = None
    own_stop: str = ""
    proof_at: str = "account_reauthenticate"

    @property
    def roles(self) -> frozenset[str]:
        """Codes of the roles held now, in whatever scope."""
        return frozenset(post.role.value for post in self.posts)

    @property
    def actor(self) -> Actor:
        """Who the journal names for what this officer does."""
        return officer_actor(self.account)

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        """Where any of these roles reaches (none named: all). A whole province comes alone."""
        found = {post.scope for post in self.posts if not roles or post.role in roles}
        whole = Scope(ScopeKind.PROVINCE)
        return (whole,) if whole in found else tuple(sorted(found, key=lambda s: (s.kind, s.code)))

    def communes(self, *roles: Role) -> frozenset[str] | None:
        """Commune codes to put into a query's WHERE: None means all, an empty set means none."""
        scopes = self.scopes(*roles)
        if Scope(ScopeKind.PROVINCE) in scopes:
            return None
        return frozenset(scope.code for scope in scopes if scope.kind is ScopeKind.COMMUNE)

    def codes(self, kind: ScopeKind, *roles: Role) -> frozenset[str] | None:
        """As `communes`, for scopes of another kind (agencies, partners)."""
        scopes = self.scopes(*roles)
        if Scope(ScopeKind.PROVINCE) in scopes:
            return None
        return frozenset(scope.code for scope in scopes if scope.kind is kind)

    def may(self, role: Role, scope: Scope) -> bool:
        """Whether the role is held somewhere that includes this scope."""
        return any(post.role is role and post.scope.includes(scope) for post in self.posts)


@dataclass(frozen=True, slots=True)
class SignInFailure:
    """What a failed try led to: how many in a row, and until when the account is locked."""

    failures: int
    locked_until: datetime | None


class AccountState(StrEnum):
    """Decree 69/2024: an account is active, locked (and can be unlocked), or closed for good."""

    ACTIVE = "active"
    LOCKED = "locked"
    CLOSED = "closed"


# What proves what, by RFC 8176's names: something known, held, or that one is.
KNOWS = frozenset({"pwd", "pin", "kba"})
HOLDS = frozenset({"otp", "hwk", "swk", "sms", "sc"})
IS = frozenset({"face", "fpt", "iris", "vbm"})


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who sits behind a live session, and how surely: what a provider tells its clients.

    `level` is the account's (1, 2; 0 is a log-in of this home that proves no person), and
    `authentication` that of this session by article 20 of Decree 69/2024 (1 to 4), from the
    factors really given. `methods` are RFC 8176's names. `session` is a handle of this session
    that no cookie carries; `SessionEnded` names it when it is over.
    """

    account: UUID
    person: UUID | None
    level: int
    authentication: int
    methods: tuple[str, ...]
    at: datetime
    session: str

    @property
    def knows_and_holds(self) -> bool:
        """Whether something known and something held were both given."""
        given = set(self.methods)
        return bool(given & KNOWS) and bool(given & HOLDS)


@dataclass(frozen=True)
class SessionEnded(Event):
    """A session is over: signed out, left alone, locked out. `session` is empty for all of them."""

    kind: ClassVar[str] = "identity.session_ended"
    account: UUID
    session: str


@dataclass(frozen=True)
class PostClosed(Event):
    """A post that a person had opened is closed: `account` is the officer's, `post` the grant."""

    kind: ClassVar[str] = "identity.post_closed"
    account: UUID
    post: int
    why: str


@dataclass(frozen=True)
class AccountStateChanged(Event):
    """An account was locked, unlocked or closed (values of AccountState)."""

    kind: ClassVar[str] = "identity.account_state_changed"
    account: UUID
    state: str


class UnusualKind(StrEnum):
    """Why a look came onto the auditor's list. The words on screen are in `UNUSUAL_NAMES`."""

    ONESELF = "oneself"
    HOUSEHOLD = "household"
    PROTECTED = "protected"
    VOLUME = "volume"
    GUESSING = "guessing"


UNUSUAL_NAMES: dict[UnusualKind, str] = {
    UnusualKind.ONESELF: N_("Xem dữ liệu của chính mình"),
    UnusualKind.HOUSEHOLD: N_("Xem người cùng hộ"),
    UnusualKind.PROTECTED: N_("Chạm tới đối tượng được bảo vệ"),
    UnusualKind.VOLUME: N_("Xem nhiều hơn ba lần thường ngày"),
    UnusualKind.GUESSING: N_("Hỏi sai nhiều lần về một số định danh"),
}


@dataclass(frozen=True, slots=True)
class UnusualLook:
    """One look worth an auditor's question; at `position` stands the event that showed it.

    `account` is None where a partner looked (`looker` names it). `count` and `usual` are people
    that day and on a usual day, for VOLUME only.
    """

    id: int
    position: int
    kind: UnusualKind
    account: UUID | None
    looker: str
    person: UUID | None
    at: datetime
    count: int
    usual: int
    note: str
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookCount:
    """How many people an officer saw on one day in Vietnam."""

    day: date
    looks: int


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One line of the bounded security log: no account, no whole address."""

    at: datetime
    what: str
    network: str


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One log-in of a demo home, as its secrets folder keeps it."""

    username: str
    password: str
    role: str
    scope: str
    name: str
