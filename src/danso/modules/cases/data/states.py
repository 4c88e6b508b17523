"""The ten national statuses of a file, and the words that screens show for codes."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them


class Status(IntEnum):
    """The national portal's codes (domain.md 6.2)."""

    FILED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROCESS = 4
    SUPPLEMENT = 5
    PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    DECIDED = 9
    RETURNED = 10


class Outcome(StrEnum):
    """What was decided; `none` before that."""

    NONE = ""
    APPROVED = "approved"
    REFUSED = "refused"


class Light(StrEnum):
    """How a file stands against its day."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    # Nobody knows its day yet (`CaseData.due_unknown` says why), or it waits for the applicant.
    NONE = "none"
    # Over; whether it was in time is `was_in_time`.
    DONE = "done"


class DueUnknown(StrEnum):
    """Why no day of return can be told."""

    NOT = ""
    NO_TERM = "no_term"
    YEAR_NOT_DECIDED = "year_not_decided"


class EffectState(StrEnum):
    """What became of an effect: carried out here, asked of the register above, waiting for a way
    out, refused above."""

    DONE = "done"
    ASKED = "asked"
    WAITING = "waiting"
    REFUSED = "refused"


OPEN: Final = (
    Status.FILED,
    Status.RECEIVED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT,
    Status.PAYMENT,
    Status.DECIDED,
)
# These no longer stand in the way of filing the same again.
ENDED_EMPTY: Final = (Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED)

STATUS_NAMES: Final[dict[Status, str]] = {
    Status.FILED: N_("Mới đăng ký"),
    Status.RECEIVED: N_("Được tiếp nhận"),
    Status.NOT_RECEIVED: N_("Không được tiếp nhận"),
    Status.IN_PROCESS: N_("Đang xử lý"),
    Status.SUPPLEMENT: N_("Yêu cầu bổ sung giấy tờ"),
    Status.PAYMENT: N_("Yêu cầu thực hiện nghĩa vụ tài chính"),
    Status.WITHDRAWN: N_("Công dân yêu cầu rút hồ sơ"),
    Status.STOPPED: N_("Dừng xử lý"),
    Status.DECIDED: N_("Đã xử lý xong"),
    Status.RETURNED: N_("Đã trả kết quả"),
}
LIGHT_NAMES: Final[dict[Light, str]] = {
    Light.GREEN: N_("Còn hạn"),
    Light.AMBER: N_("Sắp đến hạn"),
    Light.RED: N_("Quá hạn"),
    Light.NONE: N_("Chưa tính hạn"),
    Light.DONE: N_("Đã kết thúc"),
}
DUE_UNKNOWN_NAMES: Final[dict[DueUnknown, str]] = {
    DueUnknown.NO_TERM: N_("Chưa rõ thời hạn giải quyết của thủ tục này"),
    DueUnknown.YEAR_NOT_DECIDED: N_("Chưa tính được: lịch nghỉ của năm đó chưa được quyết định"),
}
EFFECT_NAMES: Final[dict[str, str]] = {
    "record-birth": N_("Đăng ký trẻ vào dữ liệu dân cư"),
    "record-death": N_("Ghi nhận người đã mất"),
    "record-marriage": N_("Ghi nhận kết hôn"),
    "record-permanent-residence": N_("Đổi nơi thường trú"),
    "record-temporary-residence": N_("Ghi nhận tạm trú"),
    "end-residence": N_("Xóa đăng ký cư trú"),
    "split-household": N_("Tách hộ"),
    "record-absence": N_("Ghi nhận tạm vắng"),
    "record-stay": N_("Ghi nhận lưu trú"),
    "tell-source": N_("Báo chủ quản cơ sở dữ liệu"),
    "issue-number": N_("Cấp số định danh"),
    "enter-household": N_("Nhập hộ"),
}
EFFECT_STATES: Final[dict[EffectState, str]] = {
    EffectState.DONE: N_("đã thực hiện"),
    EffectState.ASKED: N_("đã đề nghị cấp trên, chờ trả lời"),
    EffectState.WAITING: N_("chờ gửi đi"),
    EffectState.REFUSED: N_("cấp trên từ chối"),
}
# Why an effect waits or is refused, by `EffectData.said`; what is not here is shown as it is.
SAID_NAMES: Final[dict[str, str]] = {
    "nothing_changes": N_("dữ liệu đã như vậy"),
    "ended_by_death": N_("đã kết thúc khi ghi nhận người mất"),
    "numbers_exhausted": N_("kho số tạm hết"),
    "number_structure": N_("số nhận được không đúng nơi đăng ký, giới tính hoặc năm sinh của trẻ"),
    "number_length": N_("số nhận được không đủ 12 chữ số"),
    "number_not_digits": N_("số nhận được có ký tự không phải chữ số"),
    "number_taken": N_("số nhận được đã cấp cho người khác"),
    "parent_unknown": N_("nơi cấp số không tìm thấy cha, mẹ"),
    "unnamed_reason": N_("nơi cấp số từ chối, không nêu lý do"),
}
# What was done about a case, by `StepData.what`.
STEP_NAMES: Final[dict[str, str]] = {
    "filed": N_("Nộp hồ sơ"),
    "received": N_("Đã tiếp nhận hồ sơ"),
    "not_received": N_("Từ chối tiếp nhận"),
    "begun": N_("Bắt đầu xử lý"),
    "assigned": N_("Phân công"),
    "transferred": N_("Chuyển nơi xử lý"),
    "supplement_asked": N_("Yêu cầu bổ sung"),
    "supplemented": N_("Đã bổ sung"),
    "payment_asked": N_("Yêu cầu nộp phí"),
    "paid": N_("Đã nộp phí"),
    "withdrawn": N_("Rút hồ sơ"),
    "stopped": N_("Dừng xử lý"),
    "apologised": N_("Xin lỗi và hẹn lại"),
    "approved": N_("Chấp thuận"),
    "refused": N_("Từ chối giải quyết"),
    "issued": N_("Phát hành kết quả"),
    "returned": N_("Trả kết quả"),
    "effect_answered": N_("Cấp trên trả lời"),
}
