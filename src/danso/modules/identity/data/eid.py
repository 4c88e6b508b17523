"""Citizens' side of the door: e-ID accounts, how they are opened, raised, locked and closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from danso.kernel.dates import PartialDate
from danso.kernel.errors import Refused

LEGAL_BASIS = "Nghị định 69/2024/NĐ-CP"
N_ = str  # marks words for `python -m tools.messages`


class EnrolmentKind(StrEnum):
    """What somebody came for."""

    OPEN = "open"
    RECOVER = "recover"
    CHILD = "child"
    COUNTER = "counter"
    PHONE = "phone"


class LockReason(StrEnum):
    """Why an account is locked, from the lightest to the gravest: it decides who may unlock it."""

    HOLDER = "holder"
    POLICE = "police"
    MERGED = "merged"
    DEATH = "death"


LOCK_NAMES: dict[LockReason, str] = {
    LockReason.HOLDER: N_("Chủ tài khoản tự khóa"),
    LockReason.POLICE: N_("Công an khóa"),
    LockReason.DEATH: N_("Khóa do ghi nhận đã mất"),
    LockReason.MERGED: N_("Khóa do hồ sơ dân cư được gộp"),
}

# What the holder agrees to before a police officer; its digest is kept with each agreement.
CONSENT_TEXT = N_(
    "Tôi đồng ý cho cơ quan Công an đối chiếu ảnh khuôn mặt và vân tay của tôi với cơ sở dữ liệu "
    "căn cước để cấp tài khoản định danh điện tử mức độ 2. Ảnh và vân tay không được lưu lại "
    "trong hệ thống này; chỉ lưu kết quả đối chiếu."
)


# The same for one sign-in (art. 19: each time).
FACE_CONSENT_TEXT = N_(
    "Tôi đồng ý cho cơ quan Công an đối chiếu ảnh khuôn mặt của tôi với cơ sở dữ liệu căn cước để "
    "xác thực phiên đăng nhập này. Ảnh không được lưu lại trong hệ thống này."
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody has typed so far; kept sealed, and erased when the enrolment is over."""

    number: str = ""
    full_name: str = ""
    birth: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PhoneChange:
    """The two proofs of a change of telephone: by a code to the old one and one to the new."""

    old: UUID
    new: UUID


@dataclass(frozen=True, slots=True)
class EnrolmentData:
    """An enrolment as the pages may know it: never whether the register knows the person."""

    key: UUID
    kind: EnrolmentKind
    answers: Answers = field(repr=False)
    expires_at: datetime
    is_judged: bool
    is_code_sent: bool
    is_proven: bool


@dataclass(frozen=True, slots=True)
class CardText:
    """What the QR of a card says. Nobody signs it: treat it as if somebody had told it."""

    number: str
    full_name: str
    birth: PartialDate
    old_number: str = ""
    sex: int = 0
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """Where a session was begun: its handle, a /24 or /48, and the kind of device in words."""

    handle: str
    network: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One session of a holder that is not over, as their page lists it."""

    handle: str
    began_at: datetime
    seen_at: datetime
    network: str
    device: str


@dataclass(frozen=True, slots=True)
class FactorData:
    """One second factor of an account: its key, kind (allauth's), the holder's name for it."""

    key: int
    kind: str
    name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class SignInTry:
    """One try to sign in to an e-ID, kept five years (Decree 69/2024, art. 17)."""

    at: datetime
    outcome: str
    method: str
    network: str
    device: str


@dataclass(frozen=True, slots=True)
class Eid:
    """One e-ID account, without its secrets. `lock` is empty unless it is locked."""

    account: UUID
    person: UUID | None
    level: int
    state: str
    lock: str
    phone: str = field(repr=False)
    opened_at: datetime
    raised_at: datetime | None
    parent: UUID | None
    # Which other provider vouches for it; empty: an account of this home's own.
    upstream: str = ""


@dataclass(frozen=True, slots=True)
class Biometrics:
    """What the devices of the desk took. It is compared and forgotten, never kept."""

    face: bytes = field(repr=False)
    fingerprints: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Presented:
    """What a police officer enters to raise an account: biometrics, consent, place, what was
    seen."""

    biometrics: Biometrics
    consents: bool
    place: str
    evidence: str
    code: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a device's key signed: for which site, which challenge of ours, base64."""

    origin: str
    challenge: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeviceData:
    """A device whose browser holds a key of its own."""

    key: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class FacePresented:
    """What a police officer enters so that a session knows its holder's face: the picture, the code
    that the holder's page shows, consent, and where. The picture is compared and forgotten."""

    face: bytes = field(repr=False)
    code: str
    consents: bool
    place: str


@dataclass(frozen=True, slots=True)
class Counter:
    """Somebody before a police officer, as the register knows them."""

    key: UUID
    person: UUID | None
    number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth: str = field(repr=False)
    # Why level 2 is out of the question, as a code of rules.check_holder; empty where it is not.
    obstacle: str
    eid: Eid | None
    is_code_sent: bool
    phone: str = field(repr=False)
    # Under 14: a parent or guardian has to be there.
    is_child: bool = False


@dataclass(frozen=True, slots=True)
class AssuranceRecord:
    """How level 2 was reached: who saw what, where, and what the ID database answered."""

    at: datetime
    officer: UUID
    place: str
    way: str
    evidence: str
    reference: str
    consent: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom another provider vouches for, as it told of them: nobody here asked them anything.

    `key` names this sign-in in the journal before it is known whose it is. `at`: when they proved
    themselves there. `level` and `authentication` are mapped already.
    """

    key: UUID
    upstream: str
    number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth: str = field(repr=False)
    phone: str = field(repr=False)
    level: int
    authentication: int
    methods: tuple[str, ...]
    at: datetime


class NotTheSame(Refused):
    """Number, name and birth are not one person's here. `person` and `wrong` (fields of the
    catalogue): what the register holds otherwise; nobody and nothing where it knows no such number
    or was asked elsewhere."""

    def __init__(self, person: UUID | None = None, wrong: tuple[str, ...] = ()) -> None:
        super().__init__(
            "what VNeID tells of you is not what the population register here holds",
            code="vouched_mismatch",
            fix="Go to the commune police with your card: the record is put right there.",
        )
        self.person = person
        self.wrong = wrong
