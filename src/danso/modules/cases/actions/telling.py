"""Messages to applicants, by SMS: that something happened, never what about."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.modules.cases.models import Case
from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountState
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message

N_ = str  # marks words for `python -m tools.messages`
TEXTS: Final[dict[str, str]] = {
    "received": N_("Hồ sơ của bạn đã được tiếp nhận. Đăng nhập trang của bạn để xem ngày trả."),
    "not_received": N_("Hồ sơ của bạn chưa được tiếp nhận. Đăng nhập trang của bạn để xem lý do."),
    "supplement_asked": N_(
        "Hồ sơ của bạn cần bổ sung. Đăng nhập trang của bạn để xem cần gì, đến ngày nào."
    ),
    "payment_asked": N_("Hồ sơ của bạn cần nộp phí. Đăng nhập trang của bạn để xem và nộp."),
    "apologised": N_(
        "Hồ sơ của bạn chưa xong đúng hẹn, xin lỗi bạn. Ngày hẹn mới ở trang của bạn."
    ),
    "decided": N_("Hồ sơ của bạn đã có kết quả. Đăng nhập trang của bạn để xem và nhận."),
    "effect_answered": N_("Hồ sơ của bạn có tin mới. Đăng nhập trang của bạn để xem."),
    "stopped": N_("Hồ sơ của bạn đã dừng xử lý. Đăng nhập trang của bạn để xem lý do."),
}


def tell(row: Case, code: str) -> bool:
    """To the applicant's telephone, in the caller's transaction; False where there is none."""
    eid = identity.find_eid_of(row.applicant)
    if eid is None or not eid.phone or eid.state == AccountState.CLOSED:
        return False
    with override("vi"):
        text = str(_(TEXTS[code]))
    notices.tell(Message(Channel.SMS, eid.phone, f"cases.{code}", text, person=eid.person))
    return True
