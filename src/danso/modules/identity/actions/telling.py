"""Messages to holders: through what the composition root has bound; a demo keeps them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.errors import Unavailable
from danso.modules.identity import rules
from danso.modules.identity.adapters.messages import bound_sender
from danso.modules.identity.adapters.sealing import seal, unseal
from danso.modules.identity.data import Message
from danso.modules.identity.models import Citizen, KeptMessage
from danso.toolkit.platform import platform

KEPT_FOR = timedelta(days=1)


def can_tell() -> bool:
    """Whether a message has somewhere to go."""
    return bound_sender() is not None or platform().is_demo


def check_can_tell() -> None:
    """Refuse early what needs a message and has no way out."""
    if not can_tell():
        raise Unavailable(
            "This home can't send messages yet.",
            code="messages_unset",
            fix="The operator connects a carrier of messages first.",
        )


def tell(message: Message) -> None:
    """In the caller's transaction."""
    sender = bound_sender()
    if sender is not None:
        sender(message)
        return
    check_can_tell()
    KeptMessage.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
    KeptMessage.objects.create(
        code=message.code, phone_sealed=seal(message.phone), text_sealed=seal(message.text)
    )


def tell_holder(citizen: Citizen, code: str) -> None:
    """What happened to an account, in Vietnamese, to its telephone."""
    with override("vi"):
        text = str(_(TEXTS[code]))
    phone = unseal(citizen.phone_sealed)
    tell(Message(phone=phone, code=f"eid.{code}", text=text, person=citizen.account.person))


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
    tell(Message(phone=phone, code=f"eid.{code}", text=words))


def tell_code(phone: str, code: str) -> None:
    """Six digits, of no use after a few minutes."""
    with override("vi"):
        words = _(CODE) % {"code": code}
    tell(Message(phone=phone, code="eid.code", text=words, until=clock.now() + rules.CODE_LASTS))
