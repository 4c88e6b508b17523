"""Requests of people about their data, and complaints about looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from danso.modules.audit.data import Event

N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them


class RequestState(StrEnum):
    """Waiting until an officer has answered that it is dealt with, then taken, then over."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ComplaintState(StrEnum):
    """Waiting, taken by an auditor, with the looker's unit, then decided (or taken back)."""

    WAITING = "waiting"
    TAKEN = "taken"
    ASKED = "asked"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"
    WITHDRAWN = "withdrawn"


class ComplaintReason(StrEnum):
    """What somebody finds wrong with a look. The words on screen are in `COMPLAINT_REASONS`."""

    UNKNOWN = "unknown"
    NO_BUSINESS = "no_business"
    ACQUAINTED = "acquainted"
    TOO_MUCH = "too_much"
    MISUSED = "misused"
    OTHER = "other"


COMPLAINT_REASONS: dict[ComplaintReason, str] = {
    ComplaintReason.UNKNOWN: N_("Tôi không biết cơ quan này và không hiểu vì sao họ xem"),
    ComplaintReason.NO_BUSINESS: N_("Tôi không có hồ sơ, việc gì ở cơ quan này lúc đó"),
    ComplaintReason.ACQUAINTED: N_("Tôi nghĩ người xem quen biết tôi và xem vì việc riêng"),
    ComplaintReason.TOO_MUCH: N_("Họ xem nhiều thông tin hơn việc đó cần"),
    ComplaintReason.MISUSED: N_("Thông tin đã bị dùng vào việc khác hoặc bị lộ"),
    ComplaintReason.OTHER: N_("Lý do khác"),
}
REQUEST_STATES: dict[RequestState, str] = {
    RequestState.WAITING: N_("đã gửi, chờ tiếp nhận"),
    RequestState.TAKEN: N_("đang giải quyết"),
    RequestState.DONE: N_("đã thực hiện"),
    RequestState.REFUSED: N_("bị từ chối"),
    RequestState.WITHDRAWN: N_("đã rút lại"),
}
COMPLAINT_STATES: dict[ComplaintState, str] = {
    ComplaintState.WAITING: N_("đã gửi, chờ tiếp nhận"),
    ComplaintState.TAKEN: N_("đang xác minh"),
    ComplaintState.ASKED: N_("chờ cơ quan giải trình"),
    ComplaintState.JUSTIFIED: N_("khiếu nại đúng"),
    ComplaintState.UNJUSTIFIED: N_("lượt xem đúng quy định"),
    ComplaintState.WITHDRAWN: N_("đã rút lại"),
}
# What was done about a request, complaint or breach, by `StepData.what`.
STEP_NAMES: dict[str, str] = {
    "filed": N_("Đã gửi"),
    "taken": N_("Đã tiếp nhận"),
    "extended": N_("Đã gia hạn"),
    "done": N_("Đã thực hiện"),
    "refused": N_("Đã từ chối"),
    "withdrawn": N_("Đã rút lại"),
    "unit_asked": N_("Đã hỏi cơ quan của người xem"),
    "explained": N_("Đã nhận giải trình"),
    "justified": N_("Kết luận: khiếu nại đúng"),
    "unjustified": N_("Kết luận: lượt xem đúng quy định"),
    "recorded": N_("Ghi vào sổ"),
    "changed": N_("Bổ sung, sửa thông tin; trước đó ghi:"),
    "noted": N_("Ghi thêm"),
    "notified": N_("Đã thông báo cơ quan chuyên trách"),
    "people_told": N_("Đã nhắn người bị ảnh hưởng (số nhắn được / số người)"),
    "clock": N_("Nhắc hạn: số giờ còn lại"),
    "closed": N_("Kết thúc"),
    "was_none": N_("Kết thúc: không phải sự cố"),
}
OPEN_REQUESTS = (RequestState.WAITING, RequestState.TAKEN)
OPEN_COMPLAINTS = (ComplaintState.WAITING, ComplaintState.TAKEN, ComplaintState.ASKED)


@dataclass(frozen=True, slots=True)
class StepData:
    """One thing that was done about a request, complaint or breach; never changed.

    `what` is a code; `by` an account's key, or the code of a system.
    """

    what: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """How a request ends. A refusal names a ground (code of rights.yaml) and its reasons."""

    is_done: bool
    text: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class RequestData:
    """One request. `text` and `answer` are personal data: for the asker and who answers.

    `acknowledge_by` is the day until when it must be said that it is dealt with, `due` the day
    until when it is carried out.
    """

    key: UUID
    account: UUID
    person: UUID
    kind: str
    state: RequestState
    filed_at: datetime
    acknowledge_by: date
    due: date
    text: str = field(repr=False)
    extended_why: str = ""
    taken_by: UUID | None = None
    taken_at: datetime | None = None
    answer: str = field(default="", repr=False)
    ground: str = ""
    answered_at: datetime | None = None
    steps: tuple[StepData, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state in OPEN_REQUESTS

    def is_late(self, today: date) -> bool:
        """Whether one of its terms has passed unmet."""
        if not self.is_open:
            return False
        is_silent = self.state is RequestState.WAITING
        return self.due < today or (is_silent and self.acknowledge_by < today)


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """`reference` names the entry as `audit.entries_about` showed it to the person."""

    reference: str
    reason: ComplaintReason
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ComplaintData:
    """One complaint about one entry of the journal. `looker` is as the entry names it."""

    key: UUID
    account: UUID
    person: UUID
    position: int
    reference: str
    looked_at: datetime
    looker_kind: str
    looker: str
    unit: str
    action: str
    reason: ComplaintReason
    state: ComplaintState
    filed_at: datetime
    due: date
    text: str = field(repr=False)
    taken_by: UUID | None = None
    answer: str = field(default="", repr=False)
    answered_at: datetime | None = None
    steps: tuple[StepData, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in OPEN_COMPLAINTS

    def is_late(self, today: date) -> bool:
        """Whether its term has passed without a decision."""
        return self.is_open and self.due < today


@dataclass(frozen=True, slots=True)
class Standing:
    """How many are open, how many of them late."""

    open: int
    late: int


@dataclass(frozen=True)
class RightFiled(Event):
    """Somebody asked something about their data (kind: a code of rights.yaml)."""

    kind: ClassVar[str] = "protection.right_filed"
    request: UUID
    right: str


@dataclass(frozen=True)
class RightAnswered(Event):
    """A request came to an end (a value of RequestState)."""

    kind: ClassVar[str] = "protection.right_answered"
    request: UUID
    right: str
    state: str
    in_time: bool


@dataclass(frozen=True)
class ComplaintFiled(Event):
    """Somebody complained about the look at a position of the journal."""

    kind: ClassVar[str] = "protection.complaint_filed"
    complaint: UUID
    about: int


@dataclass(frozen=True)
class ComplaintAnswered(Event):
    """A complaint came to an end (a value of ComplaintState)."""

    kind: ClassVar[str] = "protection.complaint_answered"
    complaint: UUID
    about: int
    state: str
    in_time: bool
