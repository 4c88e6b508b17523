"""Acting for somebody else: mandates, children, organisations, assisted sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Refused
from danso.modules.audit.data import Event

# Where a session keeps in whose name it acts.
ACTING_KEPT = "danso_acting"
N_ = str  # marks words for `python -m tools.messages`


class MandateScope(StrEnum):
    """What may be done in somebody's name. Each page and action names the one it needs."""

    SEE_DATA = "see_data"
    SEE_LOOKS = "see_looks"
    CORRECT = "correct"
    FILE = "file_applications"
    RECEIVE = "receive_papers"
    OPEN_ACCOUNT = "open_account"
    CONSENT = "consent"
    RIGHTS = "rights"


SCOPE_NAMES: dict[MandateScope, str] = {
    MandateScope.SEE_DATA: N_("Xem và in dữ liệu đang lưu"),
    MandateScope.SEE_LOOKS: N_("Xem ai đã tra cứu"),
    MandateScope.CORRECT: N_("Báo sai, đề nghị sửa"),
    MandateScope.FILE: N_("Nộp hồ sơ thủ tục hành chính"),
    MandateScope.RECEIVE: N_("Nhận kết quả, giấy tờ"),
    MandateScope.OPEN_ACCOUNT: N_("Mở tài khoản định danh mức độ 1"),
    MandateScope.CONSENT: N_("Đồng ý, từ chối, rút sự đồng ý cho nhận dữ liệu"),
    MandateScope.RIGHTS: N_("Gửi yêu cầu về dữ liệu cá nhân"),
}
# What Law 91/2025 gives the person concerned, and a parent for a child (art. 24): whether somebody
# else may be mandated for it is unknown, so that nobody is.
OF_PARENT_SCOPES = (MandateScope.CONSENT, MandateScope.RIGHTS)
# What a mandate may name. Opening an account is done with somebody beside one, never for them.
MANDATE_SCOPES = tuple(
    scope for scope in MandateScope if scope not in (MandateScope.OPEN_ACCOUNT, *OF_PARENT_SCOPES)
)
# What a helper may do with somebody who sits beside them.
ASSISTED_SCOPES = (
    MandateScope.SEE_DATA,
    MandateScope.SEE_LOOKS,
    MandateScope.CORRECT,
    MandateScope.OPEN_ACCOUNT,
    MandateScope.CONSENT,
    MandateScope.RIGHTS,
)
# Of these only an officer at a desk.
DESK_SCOPES = OF_PARENT_SCOPES


class MandateState(StrEnum):
    """Where a mandate stands. Offered and accepted ones are over when their term is; `unconfirmed`
    is an offer refused at once, kept for the limit alone."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RENOUNCED = "renounced"
    UNCONFIRMED = "unconfirmed"


class ActingGround(StrEnum):
    """Why somebody may act for another."""

    CHILD = "child"
    MANDATE = "mandate"
    ASSISTED = "assisted"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class MandateOffer:
    """What a holder gives: to whom (number and name as on their card), for what, how long; in an
    organisation's name where `organisation` is set."""

    number: str = field(repr=False)
    full_name: str = field(repr=False)
    scopes: frozenset[MandateScope]
    months: int
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True)
class MandateData:
    """One mandate as both sides see it. `giver_name` is the register's, or the organisation's in
    whose name it was given; `mandatary_name` is what the giver typed, `mandatary` the account once
    it accepted. `is_in_force`: both accounts are sound, too."""

    key: UUID
    person: UUID
    giver_name: str = field(repr=False)
    mandatary_name: str = field(repr=False)
    scopes: frozenset[MandateScope]
    state: str
    offered_at: datetime
    answer_by: datetime
    since: datetime | None
    until: datetime
    ended_at: datetime | None
    is_in_force: bool
    mandatary: UUID | None = None
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """In whose name a session acts, why, and what it may do. `key` is the mandate's, the child's
    own, the assisted session's or the organisation's. Either `person` or `organisation` is set."""

    ground: ActingGround
    key: UUID
    person: UUID | None
    scopes: frozenset[MandateScope]
    until: datetime | None
    name: str = field(repr=False)
    organisation: UUID | None = None

    @property
    def subject(self) -> UUID:
        """Whom the journal names: the person's key or the organisation's."""
        found = self.person or self.organisation
        assert found is not None  # noqa: S101 - one of the two is set
        return found

    def may(self, scope: MandateScope) -> bool:
        """Whether that may be done."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose affairs a request is about: the holder's own, or those of whom they act for.

    `person` is None for an officer outside an assisted session, and while acting for an
    organisation, which `acting` then names. `actor` is for the journal: who
    acts and in whose name.
    """

    person: UUID | None
    actor: Actor
    acting: Acting | None = None

    def may(self, scope: MandateScope) -> bool:
        """One's own affairs, or within what was given."""
        return self.acting is None or self.acting.may(scope)

    def check(self, scope: MandateScope) -> None:
        """Raises Refused (`acting_scope`) for what was not given."""
        if not self.may(scope):
            raise Refused(
                "This was not given to you.",
                code="acting_scope",
                fix="Ask the person for a mandate that names it.",
            )


class HelperKind(StrEnum):
    """Who helps somebody without a device: it decides the limit of a day and the ways."""

    OFFICER = "officer"
    TEAM = "team"


class AssistedWay(StrEnum):
    """How the person said yes: a code to their proved telephone, their card at the desk, or their
    signature under a printed summary."""

    SMS = "sms"
    CARD = "card"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Met:
    """Who sits beside a helper: the QR's text in `card`, or the number there with name and birth
    date; and what is to be done."""

    card: str = field(repr=False)
    full_name: str = field(repr=False)
    birth: PartialDate | None = field(repr=False)
    scopes: frozenset[MandateScope]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The person's yes. `code`: SMS. `card`: the QR's text, unless it was read before;
    `has_compared_face`: the card was in the officer's hand and shows who sits there. `has_signed`:
    the printed summary was signed before the officer."""

    way: AssistedWay
    code: str = field(default="", repr=False)
    card: str = field(default="", repr=False)
    has_compared_face: bool = False
    has_signed: bool = False


@dataclass(frozen=True, slots=True)
class AssistedData:
    """One assisted session as its helper sees it. `ways`: those that are open to this helper.
    `is_card_read`: its QR says what the register has, day of issue too. `is_live`: confirmed and
    not over."""

    key: UUID
    helper: UUID
    person: UUID
    full_name: str = field(repr=False)
    birth: str = field(repr=False)
    scopes: frozenset[MandateScope]
    ways: tuple[AssistedWay, ...]
    begun_at: datetime
    confirmed_at: datetime | None
    until: datetime | None
    is_code_sent: bool
    is_printed: bool
    is_card_read: bool
    is_live: bool


@dataclass(frozen=True)
class MandateChanged(Event):
    """A mandate was offered, accepted, declined, withdrawn or renounced (MandateState)."""

    kind: ClassVar[str] = "identity.mandate_changed"
    mandate: UUID
    state: str
