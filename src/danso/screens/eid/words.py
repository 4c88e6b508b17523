"""Words for the codes of e-IDs."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danso.modules.identity.data import Eid, SignInTry

Words = str | Promise
STATES: Final[dict[str, tuple[Words, str]]] = {
    "active": (gettext_lazy("Đang hoạt động"), "good"),
    "locked": (gettext_lazy("Đang khóa"), "bad"),
    "closed": (gettext_lazy("Đã đóng"), "mute"),
}
OBSTACLES: Final[dict[str, Words]] = {
    "not_alive": gettext_lazy("Sổ dân cư ghi người này không còn sống hoặc mất tích."),
    "no_card": gettext_lazy(
        "Sổ dân cư chưa có thẻ căn cước còn hạn. Cấp thẻ hoặc ghi nhận thẻ trước."
    ),
    "too_young_for_level_2": gettext_lazy("Dưới 6 tuổi chỉ có tài khoản mức độ 1, cha mẹ mở."),
}
METHODS: Final[dict[str, Words]] = {
    "password": gettext_lazy("mật khẩu"),
    "totp": gettext_lazy("mã dùng một lần"),
    "webauthn": gettext_lazy("khóa truy cập"),
    "recovery_codes": gettext_lazy("mã dự phòng"),
    "factor": gettext_lazy("bước thứ hai"),
    "factor_again": gettext_lazy("xác nhận lại"),
    "locked": gettext_lazy("tài khoản đang khóa"),
    "vouched": "VNeID",
    "pwd": gettext_lazy("mật khẩu"),
    "pin": gettext_lazy("mã PIN"),
    "otp": gettext_lazy("mã dùng một lần"),
    "hwk": gettext_lazy("khóa truy cập"),
    "swk": gettext_lazy("khóa trên thiết bị"),
    "sms": gettext_lazy("tin nhắn"),
    "face": gettext_lazy("khuôn mặt"),
    "fpt": gettext_lazy("vân tay"),
}
FACTORS: Final[dict[str, Words]] = {
    "totp": gettext_lazy("Mã dùng một lần"),
    "webauthn": gettext_lazy("Khóa truy cập"),
    "recovery_codes": gettext_lazy("Mã dự phòng"),
}


def state_of(eid: Eid) -> tuple[str, str]:
    """The state in words, with the tone of its tag."""
    return state_words(eid.state)


def state_words(state: str) -> tuple[str, str]:
    """A state of a person's or an organisation's account in words, with the tone of its tag."""
    words, tone = STATES[state]
    return str(words), tone


def obstacle_text(code: str) -> str:
    """Why level 2 is out of the question."""
    return str(OBSTACLES.get(code, code))


def methods_text(one: SignInTry) -> str:
    """What was given."""
    return " + ".join(str(METHODS.get(part, part)) for part in one.method.split("+"))


def masked(phone: str) -> str:
    """Enough of a telephone for somebody who knows it."""
    return "•••• ••• " + phone[-3:] if phone else _("chưa có")
