"""What passes the door of sign-on: clients, what they ask for, the next step, and refusals; other
providers whose client we are, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from danso.kernel.errors import InvalidValue, NotFound, Refused

N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them

# What userinfo can tell, with the words of the consent page and the register's field behind it.
CLAIM_NAMES: dict[str, str] = {
    "name": N_("Họ và tên"),
    "family_name": N_("Họ"),
    "middle_name": N_("Chữ đệm"),
    "given_name": N_("Tên riêng"),
    "birthdate": N_("Ngày sinh"),
    "gender": N_("Giới tính"),
    "personal_number": N_("Số định danh cá nhân"),
}
CLAIM_FIELDS: dict[str, str] = {
    "name": "full_name",
    "family_name": "full_name",
    "middle_name": "full_name",
    "given_name": "full_name",
    "birthdate": "birth",
    "gender": "sex",
    "personal_number": "number",
}
PROFILE = ("name", "birthdate", "gender")
SCOPES = ("openid", "profile", "offline_access")


# Where a session keeps the sealed hint (`seal_hint`).
HINT: Final = "danso_hint"


class Step(StrEnum):
    """What has to happen next in a browser before the client gets its answer."""

    SIGN_IN = "sign_in"
    AGAIN = "again"
    FACTOR = "factor"
    NO_FACTOR = "no_factor"
    FACE = "face"
    LEVEL = "level"
    CONSENT = "consent"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """What the receipt of a file says, and nobody's data: code, procedure, when it was received,
    when it is due (None: nobody can tell), and the unit that handles it."""

    code: str
    procedure: str
    received: datetime
    due: datetime | None
    unit: str


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What a partner is registered with as a client.

    `sector`: clients of one sector are told the same `sub` for a person (empty: the partner's
    own). `purpose` is shown for claims that the client asks for without words of its own.
    """

    partner: str
    redirect_uris: tuple[str, ...]
    purpose: str
    claims: tuple[str, ...] = ()
    post_logout_uris: tuple[str, ...] = ()
    logout_uri: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class ClientData:
    """A registered client; `partner` is its client_id."""

    settings: ClientSettings
    added_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClientStanding:
    """How a client is used now: sign-ins that live, when the newest of the last half day began, and
    notices of an end: waiting, and given up within thirty days."""

    live: int
    newest_at: datetime | None
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class NoticeData:
    """One notice that a session is over. `fault`: what went wrong at the last try (a kind of error
    or `status_NNN`); `next_at` None and not told: given up."""

    made_at: datetime
    told_at: datetime | None
    tries: int
    next_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """One claim that a client asks for, and why in its own words."""

    claim: str
    purpose: str
    is_essential: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A pushed authorization request, read and found in order."""

    redirect_uri: str
    challenge: str
    scope: tuple[str, ...] = ("openid",)
    state: str = ""
    nonce: str = ""
    proof_key: str = ""
    acr: tuple[str, ...] = ()
    max_age: int | None = None
    prompt: tuple[str, ...] = ()
    claims: tuple[AskedClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that a browser has begun."""

    key: UUID
    client: str
    asked: Asked
    step: Step


@dataclass(frozen=True, slots=True)
class Call:
    """A machine's request: its form, where it was sent, its DPoP proof and access token."""

    url: str
    given: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    proof: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the token endpoint answers with."""

    access_token: str
    id_token: str
    expires_in: int
    scope: str
    refresh_token: str = ""


@dataclass(frozen=True, slots=True)
class ConsentData:
    """One consent as given: which claims to which client for what; `given` may be none."""

    id: UUID
    account: UUID
    client: str
    claims: tuple[AskedClaim, ...]
    given: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class AccessData:
    """A client at which an account is signed in: since when first, until when at the latest, and
    the claims that it may read."""

    client: str
    since: datetime
    until: datetime
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignOut:
    """A client's wish to have its user signed out, found in order. `back`: where to afterwards."""

    client: str = ""
    client_name: str = ""
    redirect_uri: str = ""
    state: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class TokenState:
    """What introspection tells; inactive ones tell nothing else."""

    active: bool
    claims: Mapping[str, object] = field(default_factory=dict)


class SignOnRefused(Refused):
    """A refusal that the protocol has a word for: `code` is RFC 6749's or its kin's `error`."""

    def __init__(self, error: str, why: str) -> None:
        super().__init__(why, code=error)


class RequestUnusable(InvalidValue):
    """The request or who sent it can't be trusted: said on our own page, to nobody's address."""


class ClientUnknown(NotFound):
    """No client in use has this id."""

    def __init__(self) -> None:
        super().__init__(
            "no client in use has this id",
            code="client_unknown",
            fix="List clients with `danso signon client list`.",
        )


# --- danso as somebody else's client (relying party)
Basis = Literal["agreed", "observed", "assumed"]


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What one value of one claim of an upstream is worth here: the account's level (1, 2) and
    the authentication level of article 20 of Decree 69/2024 (1 to 4). `basis`: how we know."""

    value: str
    level: int
    authentication: int
    claim: str = "acr"
    basis: Basis = "assumed"


@dataclass(frozen=True, slots=True)
class PersonClaims:
    """Under which names an upstream tells who somebody is; an empty name: it does not tell."""

    number: str
    name: str
    birth: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Another provider whose client we are, as agreed with it. `code` stands in our addresses.

    `issuer` is pinned: what it publishes counts only if it names itself so, and only with
    addresses on its own host or one of `hosts`. `algorithms`: what it may sign with. `levels` are
    tried from first to last; what none of them knows is worth nothing. `ask_by`: our claims are
    asked for by the `claims` parameter with `purpose`, or come with `scope`. `networks`: where its
    names may lead to besides public addresses.
    """

    code: str
    name: str
    issuer: str
    client_id: str
    claims: PersonClaims | None = None
    levels: tuple[LevelRule, ...] = ()
    purpose: str = ""
    ask_by: Literal["claims", "scope"] = "claims"
    scope: str = "openid"
    algorithms: tuple[str, ...] = ("ES256", "PS256", "Ed25519", "EdDSA")
    birth_format: Literal["iso", "dmy"] = "iso"
    audience: Literal["issuer", "token_endpoint"] = "issuer"
    hosts: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: float = 5.0
    basis: Basis = "assumed"


@dataclass(frozen=True, slots=True)
class Errand:
    """Why a browser is sent to an upstream, kept on our side until it comes back.

    `purpose` is the sender's own word, `back` a path of ours. `reach`: our acr values, of which
    one is wanted. `account`: who has to come back. `asks_person`: number, name and birth too.
    """

    purpose: str
    back: str
    reach: tuple[str, ...] = ()
    max_age: int | None = None
    is_fresh: bool = False
    account: UUID | None = None
    asks_person: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """What an upstream told of whoever came back, checked. `subject` is its name for the account;
    `person` what it calls number, name, birth and telephone, as texts."""

    upstream: str
    errand: Errand
    subject: str
    session: str
    level: int
    authentication: int
    methods: tuple[str, ...]
    at: datetime
    person: Mapping[str, str] = field(default_factory=dict, repr=False)
    id_token: str = field(default="", repr=False)

    @property
    def acr(self) -> str:
        """The mapped levels in our own words."""
        return f"urn:danso:acr:{self.level}:{self.authentication}"


@dataclass(frozen=True, slots=True)
class Leave:
    """A form that signs a browser out at an upstream: where it is sent, and its fields. Sent by
    POST: a hint may name somebody, and addresses are written down in many places."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a connection check: what was looked at, whether it holds, what was seen."""

    what: str
    holds: bool
    seen: str = ""


class UpstreamRefused(Refused):
    """What came from an upstream, or through a browser in its name, must not be believed, or says
    no. `why` is for the log and the tests: one word of what did not hold."""

    def __init__(self, message: str, *, code: str, why: str = "", fix: str = "") -> None:
        super().__init__(message, code=code, fix=fix)
        self.why = why or code
        # Where the browser was to go afterwards, where that is known.
        self.back = ""
