"""Messages to holders, by SMS."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.errors import Unavailable
from danso.modules.identity import rules
from danso.modules.identity.adapters.sealing import unseal
from danso.modules.identity.models import Citizen
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.toolkit.platform import platform


def can_tell() -> bool:
    """Whether a message has somewhere to go."""
    return notices.can_reach(Channel.SMS) or platform().is_demo


def check_can_tell() -> None:
    """Refuse early what needs a message and has no way out."""
    if not can_tell():
        raise Unavailable(
            "This home can't send messages yet.",
            code="messages_unset",
            fix="The operator connects a carrier of messages first.",
        )


def tell(
    phone: str, code: str, text: str, *, until: datetime | None = None, person: UUID | None = None
) -> None:
    """In the caller's transaction; it goes out once that has committed."""
    notices.tell(Message(Channel.SMS, phone, code, text, until=until, person=person))


def tell_holder(citizen: Citizen, code: str) -> None:
    """What happened to an account, in Vietnamese, to its telephone."""
    with override("vi"):
        text = str(_(TEXTS[code]))
    phone = unseal(citizen.phone_sealed)
    if not phone:
        # Vouched for by a provider that told no telephone.
        return
    tell(phone, f"eid.{code}", text, person=citizen.account.person)


N_ = str
TEXTS: dict[str, str] = {
    "opened": N_(
        "Tài khoản định danh điện tử mức độ 1 của bạn đã mở. Không phải bạn? Báo công an xã."
    ),
    "raised": N_("Tài khoản định danh điện tử của bạn đã lên mức độ 2."),
    "tried": N_("Có người vừa thử mở hoặc khôi phục tài khoản định danh bằng thông tin của bạn."),
    "locked": N_("Tài khoản định danh điện tử của bạn đã bị khóa. Cần mở lại: đến công an xã."),
    "unlocked": N_("Tài khoản định danh điện tử của bạn đã được mở khóa."),
    "closed": N_("Tài khoản định danh điện tử của bạn đã đóng."),
    "recovered": N_(
        "Mật khẩu tài khoản định danh của bạn vừa được đặt lại. Không phải bạn? Báo công an xã."
    ),
    "replaced": N_(
        "Công an vừa cấp lại tài khoản định danh gắn với số điện thoại này cho người có thẻ."
    ),
    "factor": N_("Cách đăng nhập vào tài khoản định danh của bạn vừa thay đổi."),
}
TEXTS |= {
    "mandate_offered": N_("Có người đề nghị ủy quyền cho bạn. Đăng nhập để xem và trả lời."),
    "mandate_accepted": N_("Người được bạn ủy quyền đã nhận. Bạn chấm dứt được bất cứ lúc nào."),
    "mandate_declined": N_("Người được bạn đề nghị đã từ chối nhận ủy quyền."),
    "mandate_ended": N_("Một giấy ủy quyền có bạn tham gia đã chấm dứt."),
}
TEXTS |= {
    "phone_changed": N_(
        "Số điện thoại của tài khoản định danh của bạn vừa đổi. Không phải bạn? Báo công an xã."
    ),
    "assisted_begun": N_("Bạn vừa đồng ý để người hỗ trợ làm thay trong 30 phút."),
    "assisted_ended": N_("Phiên hỗ trợ của bạn đã kết thúc. Không phải bạn? Báo công an xã."),
}
TEXTS |= {
    "organisation_granted": N_(
        "Bạn được ghi nhận đại diện một tổ chức trên tài khoản định danh. Đăng nhập để xem."
    ),
    "organisation_refused": N_(
        "Đề nghị đại diện một tổ chức của bạn không được chấp nhận. Đăng nhập để xem lý do."
    ),
    "organisation_replaced": N_("Bạn không còn đại diện một tổ chức. Không đúng? Báo công an xã."),
    "organisation_locked": N_("Tài khoản định danh của tổ chức bạn đại diện đã bị khóa."),
    "organisation_unlocked": N_("Tài khoản định danh của tổ chức bạn đại diện đã được mở khóa."),
    "organisation_closed": N_("Tài khoản định danh của tổ chức bạn đại diện đã đóng."),
}
ASSISTED_CODE = N_(
    "Người đang ngồi cùng bạn xin làm thay bạn trong 30 phút. Đồng ý thì đọc mã %(code)s. "
    "Không có ai ngồi cùng: đừng đọc mã cho ai."
)
NOT_OPENED = N_(
    "Chưa mở được tài khoản định danh qua mạng với thông tin đã khai. "
    "Mang thẻ căn cước đến công an xã."
)
NOT_RECOVERED = N_("Tài khoản này không khôi phục được qua mạng. Mang thẻ căn cước đến công an xã.")
CODE = N_("Mã xác nhận của bạn là %(code)s, dùng trong 5 phút. Không đưa mã cho bất kỳ ai.")


def tell_phone(phone: str, code: str, text: str) -> None:
    """To a telephone that is nobody's account yet."""
    with override("vi"):
        words = str(_(text))
    tell(phone, f"eid.{code}", words)


def tell_assisted_code(citizen: Citizen, code: str) -> None:
    """Six digits that let a helper act for a while; said to whoever sits beside them."""
    with override("vi"):
        words = _(ASSISTED_CODE) % {"code": code}
    until = clock.now() + rules.CODE_LASTS
    phone = unseal(citizen.phone_sealed)
    tell(phone, "eid.assisted_code", words, until=until, person=citizen.account.person)


def tell_code(phone: str, code: str) -> None:
    """Six digits, of no use after a few minutes."""
    with override("vi"):
        words = _(CODE) % {"code": code}
    tell(phone, "eid.code", words, until=clock.now() + rules.CODE_LASTS)
