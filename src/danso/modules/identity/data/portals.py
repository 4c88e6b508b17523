"""Accounts of the old portals: what their files say, and what became of each (I.A.2022.1, .8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from danso.kernel.errors import DansoError, InvalidValue, NotFound, Refused

N_ = str  # marks words for `python -m tools.messages`


class PortalState(StrEnum):
    """What an old account is to us.

    `linked`: it is that person's by number, name and birth. `confirmed`: the holder of the person's
    e-ID proved its telephone too. `open`: somebody decides. `rejected`: it is nobody's to use.
    """

    LINKED = "linked"
    CONFIRMED = "confirmed"
    OPEN = "open"
    REJECTED = "rejected"


class PortalReason(StrEnum):
    """Why it is so. Words: `PORTAL_REASONS`; what to do about it: `PORTAL_ADVICE`."""

    NUMBER = "number"
    OLD_NUMBER = "old_number"
    OFFICER = "officer"
    NAME = "name"
    NAME_TONES = "name_tones"
    BIRTH = "birth"
    BIRTH_MISSING = "birth_missing"
    NAME_AND_BIRTH = "name_and_birth"
    NUMBER_UNKNOWN = "number_unknown"
    OLD_NUMBER_UNKNOWN = "old_number_unknown"
    SEVERAL = "several"
    NUMBER_CANCELLED = "number_cancelled"
    TWO_NAMES = "two_names"
    SECOND_ACCOUNT = "second_account"
    ACCOUNT_TWICE = "account_twice"
    MISSING = "missing"
    DISOWNED = "disowned"
    DEAD = "dead"
    MINOR = "minor"
    NOT_THEIRS = "not_theirs"


# Lines that say too little to be anybody's account: told, never kept.
WRONG_ROWS: dict[str, str] = {
    "no_account": N_("Dòng không có tên đăng nhập hoặc mã tài khoản"),
    "no_portal": N_("Dòng không ghi cổng nào"),
    "number_shape": N_("Số giấy tờ trống, hoặc không phải số định danh, số CMND hợp lệ"),
    "no_name": N_("Dòng không có họ tên đọc được"),
    "row_broken": N_("Dòng hỏng: số cột không khớp tiêu đề"),
    "repeated": N_("Tài khoản đã có ở dòng trước"),
}
WRONG_ADVICE = N_("Cổng sửa dòng này rồi gửi lại tệp.")

PORTAL_REASONS: dict[PortalReason, str] = {
    PortalReason.NUMBER: N_("Khớp số định danh, họ tên, ngày sinh"),
    PortalReason.OLD_NUMBER: N_("Khớp số CMND, họ tên, ngày sinh"),
    PortalReason.OFFICER: N_("Cán bộ quyết định"),
    PortalReason.NAME: N_("Số đúng, họ tên khác"),
    PortalReason.NAME_TONES: N_("Số đúng, họ tên khác dấu"),
    PortalReason.BIRTH: N_("Số, họ tên đúng; ngày sinh khác"),
    PortalReason.BIRTH_MISSING: N_("Số, họ tên đúng; thiếu ngày sinh để so"),
    PortalReason.NAME_AND_BIRTH: N_("Số có, họ tên và ngày sinh đều khác"),
    PortalReason.NUMBER_UNKNOWN: N_("Không có số định danh này"),
    PortalReason.OLD_NUMBER_UNKNOWN: N_("Không có số CMND này"),
    PortalReason.SEVERAL: N_("Số CMND của nhiều người"),
    PortalReason.NUMBER_CANCELLED: N_("Số định danh đã hủy"),
    PortalReason.TWO_NAMES: N_("Một số, nhiều họ tên"),
    PortalReason.SECOND_ACCOUNT: N_("Người này đã có tài khoản khác ở cùng cổng"),
    PortalReason.ACCOUNT_TWICE: N_("Một tài khoản, nhiều nội dung trong tệp"),
    PortalReason.MISSING: N_("Người này được ghi là mất tích"),
    PortalReason.DISOWNED: N_("Chủ tài khoản định danh nói không phải của mình"),
    PortalReason.DEAD: N_("Người này đã mất"),
    PortalReason.MINOR: N_("Dưới 14 tuổi"),
    PortalReason.NOT_THEIRS: N_("Không phải của người này"),
}
PORTAL_ADVICE: dict[PortalReason, str] = {
    PortalReason.NUMBER: N_("Không cần làm gì; người dân dùng tài khoản định danh để đăng nhập."),
    PortalReason.OLD_NUMBER: N_("Không cần làm gì; cổng ghi số định danh thay số CMND."),
    PortalReason.OFFICER: N_("Không cần làm gì."),
    PortalReason.NAME: N_("Công an so với giấy tờ cổng đang giữ."),
    PortalReason.NAME_TONES: N_("Công an xem: thường là gõ thiếu hoặc sai dấu."),
    PortalReason.BIRTH: N_("Công an so với giấy tờ cổng đang giữ."),
    PortalReason.BIRTH_MISSING: N_("Cổng bổ sung ngày sinh rồi gửi lại, hoặc công an xem."),
    PortalReason.NAME_AND_BIRTH: N_("Công an xem: có thể tài khoản mở bằng số của người khác."),
    PortalReason.NUMBER_UNKNOWN: N_("Cổng hỏi lại chủ tài khoản số định danh trên thẻ."),
    PortalReason.OLD_NUMBER_UNKNOWN: N_("Cổng hỏi lại chủ tài khoản số định danh 12 chữ số."),
    PortalReason.SEVERAL: N_("Công an chọn đúng người."),
    PortalReason.NUMBER_CANCELLED: N_("Công an xác định số đang dùng của người này."),
    PortalReason.TWO_NAMES: N_("Công an xem tài khoản nào đúng; tài khoản kia dùng số người khác."),
    PortalReason.SECOND_ACCOUNT: N_("Công an xem: điện thoại khác có thể là người khác mở."),
    PortalReason.ACCOUNT_TWICE: N_("Cổng xác nhận dòng nào đúng rồi gửi lại."),
    PortalReason.MISSING: N_("Công an xem."),
    PortalReason.DISOWNED: N_("Công an xem ai đã mở tài khoản."),
    PortalReason.DEAD: N_("Cổng đóng tài khoản."),
    PortalReason.MINOR: N_("Cha, mẹ mở tài khoản cho con từ trang của mình; cổng đóng tài khoản."),
    PortalReason.NOT_THEIRS: N_("Cổng đóng tài khoản, hoặc hỏi lại người đang dùng."),
}
# What the portal alone can mend, and sends again: police are not asked.
PORTAL_MENDS: frozenset[PortalReason] = frozenset(
    {
        PortalReason.NUMBER_UNKNOWN,
        PortalReason.OLD_NUMBER_UNKNOWN,
        PortalReason.ACCOUNT_TWICE,
    }
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One file of old accounts: how far it got, and how many rows came out how.

    `counts` by state, and `wrong` for lines that are no account; `reasons` by reason.
    """

    key: UUID
    portal: str
    digest: str
    rows: int
    done: int
    counts: Mapping[str, int]
    reasons: Mapping[str, int]
    opened_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortalClaim:
    """What a portal's file said of an account that waits; sealed at rest, erased once decided."""

    login: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    full_name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PortalAccountData:
    """One old account. `person`: whose it is, or (open) whose number it was opened with."""

    key: UUID
    portal: str
    state: PortalState
    reason: PortalReason
    person: UUID | None
    account: UUID | None
    commune: str
    at: datetime
    decided_at: datetime | None
    evidence: str
    claim: PortalClaim = field(repr=False)


@dataclass(frozen=True, slots=True)
class PortalFilter:
    """Which accounts wait: empty texts mean any. `communes` None is the whole province."""

    portal: str = ""
    reason: str = ""
    communes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PortalDecision:
    """What police decide about one: linked to whoever has `number`, or (empty) to nobody."""

    number: str = field(repr=False)
    evidence: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What became of one line of a sheet that came back: None where it was taken."""

    line: int
    refusal: DansoError | None = None

    @property
    def code(self) -> str:
        """The refusal's, or empty."""
        return self.refusal.code if self.refusal else ""


class PortalAccountUnknown(NotFound):
    """No such account waits within reach."""

    def __init__(self) -> None:
        super().__init__(
            "No such account waits here.", code="portal_account_unknown", fix="See the list."
        )


class ReconcilingAbsent(Refused):
    """Where the register is absent there is nothing to compare a million rows with."""

    def __init__(self) -> None:
        super().__init__(
            "This home keeps no register to compare with.",
            code="reconcile_absent",
            fix="Have the file verified by the national service, or run this where the copy is.",
        )


class PortalFileUnreadable(InvalidValue):
    """The file lacks a column that every row needs."""
