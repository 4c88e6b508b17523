"""Messages to people, by SMS: that something happened, never what about."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountState, Eid
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.modules.protection.models import Step

N_ = str  # marks words for `python -m tools.messages`
TEXTS: Final[dict[str, str]] = {
    "request_filed": N_(
        "Đã nhận yêu cầu về dữ liệu cá nhân của bạn. Không phải bạn gửi? Báo công an xã."
    ),
    "request_taken": N_("Yêu cầu về dữ liệu cá nhân của bạn đang được giải quyết."),
    "request_extended": N_(
        "Yêu cầu về dữ liệu cá nhân của bạn được gia hạn. Lý do và hạn mới ở trang của bạn."
    ),
    "request_answered": N_(
        "Yêu cầu về dữ liệu cá nhân của bạn đã có trả lời. Đăng nhập trang của bạn để xem."
    ),
    "complaint_filed": N_("Đã nhận khiếu nại của bạn về một lượt xem dữ liệu."),
    "complaint_answered": N_(
        "Khiếu nại của bạn về một lượt xem dữ liệu đã có trả lời. Đăng nhập trang của bạn để xem."
    ),
    "copy_asked": N_(
        "Có yêu cầu lập bản sao dữ liệu cá nhân của bạn. Không phải bạn? Khóa tài khoản, "
        "báo công an xã."
    ),
    "breach": N_(
        "Dữ liệu cá nhân của bạn có thể đã bị người không có quyền tiếp cận. "
        "Hỏi công an xã để biết cần làm gì."
    ),
}
LEFT_OUT: Final = (AccountState.CLOSED,)


def tell(account: UUID, code: str) -> bool:
    """To the account's telephone, in the caller's transaction; False where it has none."""
    eid = identity.find_eid(account)
    return eid is not None and tell_holder(eid, code)


def tell_holder(eid: Eid, code: str) -> bool:
    """As `tell`, where the e-ID is at hand."""
    if not eid.phone or eid.state in LEFT_OUT:
        return False
    with override("vi"):
        text = str(_(TEXTS[code]))
    notices.tell(Message(Channel.SMS, eid.phone, f"rights.{code}", text, person=eid.person))
    return True


def note(about: UUID, what: str, by: str, text: str = "") -> None:
    """One step on record."""
    Step.objects.create(about=about, what=what, by=by, text=text)
