"""Words for hosted registers: values, states, what was done, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError, InvalidValue
from danso.modules.identity.data import ROLE_NAMES
from danso.modules.sources.data import FOLLOWER, RecordRevision
from danso.screens.steward.source_words import fault_text, line_text, said
from danso.screens.steward.words import Words, commune_name, language
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.formats import NOTHING, day, number
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField

__all__ = ["column_name", "fault_words", "said", "value_text"]

STATES: Final[Mapping[str, tuple[Words, str]]] = {
    "open": (_("Đang hiệu lực"), "good"),
    "ended": (_("Đã kết thúc"), "mute"),
    "void": (_("Nhập nhầm"), "bad"),
}
STANDINGS: Final[Mapping[str, tuple[Words, str]]] = {
    "open": (_("Đang dùng"), "good"),
    "closed": (_("Đã đóng"), "mute"),
    "graduated": (_("Đã chuyển sang nguồn kết nối"), "calm"),
}
ORIGINS: Final[Mapping[str, Words]] = {
    "file": _("tệp của tỉnh"),
    "browser": _("lập trên trang này"),
}
# What every record has beside its register's fields.
OWN: Final[Mapping[str, Words]] = {
    "record": _("Số bản ghi"),
    "number": _("Số định danh"),
    "commune": _("Xã, phường"),
    "state": _("Tình trạng"),
    "ended_on": _("Kết thúc ngày"),
    "full_name": _("Họ và tên"),
    "birth": _("Ngày sinh"),
}
FAULTS: Final[Mapping[str, Words]] = {
    "already_open": _("Người này đã có một bản ghi đang hiệu lực như vậy"),
    "before_start": _("Trước ngày bắt đầu"),
    "commune_out_of_reach": _("Xã này ngoài địa bàn của bạn"),
    "commune_unknown": _("Không có xã, phường này hiện nay, hoặc có hai nơi cùng tên"),
    "missing": _("Cần nhập"),
    "needed_here": _("Cần nhập với lựa chọn ở trên"),
    "person_not_here": _("Không có người này trong địa bàn của bạn"),
    "person_dead": _("Người này đã được ghi nhận là đã mất"),
    "person_not_found": _("Không có ai mang số này trong dữ liệu dân cư"),
    "person_other": _("Số này của người khác; kết thúc bản ghi này và nhập bản ghi mới"),
    "record_ended": _("Bản ghi đã kết thúc, không sửa bằng tệp"),
    "record_twice": _("Bản ghi này có hai dòng trong tệp"),
    "record_unknown": _("Không có số bản ghi này trong địa bàn của bạn"),
    "too_large": _("Lớn hơn mức cho phép"),
    "too_small": _("Nhỏ hơn mức cho phép"),
}
ACTS: Final[Mapping[str, Words]] = {
    "sources.register_enter": _("Nhập"),
    "sources.register_change": _("Sửa"),
    "sources.register_end": _("Kết thúc"),
    "sources.register_void": _("Hủy vì nhập nhầm"),
    "sources.register_who": _("Xem số của ai"),
    "sources.register_list": _("Xem danh sách"),
    "sources.register_checked": _("Xem thử tệp"),
    "sources.register_listed": _("Hiện trong danh sách"),
    "sources.register_imported": _("Nhập từ tệp"),
    "sources.register_exported": _("Xuất tệp"),
    "sources.register_upload": _("Gửi tệp"),
    "sources.register_drop_upload": _("Bỏ tệp đã gửi"),
    "sources.register_usage": _("Xem nhật ký của sổ"),
    "sources.register_open": _("Mở bản ghi"),
    "sources.register_check_file": _("Xem thử tệp"),
    "sources.register_import": _("Nhập từ tệp"),
    "sources.register_export": _("Xuất tệp"),
    "sources.register_define": _("Đổi mẫu sổ"),
    "sources.register_close": _("Đóng sổ"),
    "sources.register_open_again": _("Mở lại sổ"),
    "sources.register_graduate": _("Chuyển sang nguồn kết nối"),
    "sources.register_follow": _("Theo người được gộp hồ sơ"),
    "sources.register_destroy": _("Hủy bản ghi hết thời hạn lưu"),
    "share": _("Chia sẻ thông tin"),
}


# What the platform itself did to a record (`data.FOLLOWER`), by the reason it gives.
MOVED: Final[Mapping[str, Words]] = {
    "people_merged": _("Hồ sơ người này được gộp vào hồ sơ của cùng một người"),
    "people_unmerged": _("Việc gộp hồ sơ bị hủy: bản ghi về lại người được nhập"),
}


def reason_text(revision: RecordRevision) -> str:
    """Why a record came to a state: as its officer wrote, or in words what the platform did."""
    found = MOVED.get(revision.why) if revision.by == FOLLOWER else None
    return str(found) if found is not None else revision.why


def look_text(action: str) -> str:
    """An act upon a register as one's own journal shows it; the code of any other act."""
    found = ACTS.get(action)
    return gettext("Sổ lưu trữ: %(act)s") % {"act": found} if found is not None else action


def fault_words(code: str) -> str:
    """What is wrong with a field or a line; the code itself where there are no words for it."""
    found = FAULTS.get(code)
    if found is not None:
        return str(found)
    text = fault_text(code)
    return text if text != code else line_text(code)


def refusal_text(error: DansoError) -> str:
    """Why not and what to do, for a form or a message."""
    return " ".join(filter(None, words_of(error)))


def column_name(register: Register, code: str) -> str:
    """A field's name, or that of what every record has; the code of one that is no more."""
    if code in OWN:
        return str(OWN[code])
    field = register.by_code.get(code)
    return said(field) if field is not None else code


def value_text(field: RegisterField | None, value: str) -> str:
    """A value in the reader's language."""
    if not value or field is None:
        return value or NOTHING
    shown: dict[str, Callable[[], str]] = {
        "code": lambda: choice_text(field, value),
        "commune": lambda: commune_name(value),
        "date": lambda: _day(value),
        "month": lambda: _day(value),
        "amount": lambda: number(float(value), 0 if float(value).is_integer() else 1),
    }
    return shown[field.kind]() if field.kind in shown else value


def choices_of(field: RegisterField) -> list[tuple[str, str]]:
    """Codes with words, in the order of the description."""
    if field.code_list is not None:
        listed = province().code_list(field.code_list)
        return [(row.code, listed.label(row.code, language())) for row in listed.rows]
    return [(one.code, said(one)) for one in field.choices]


def choice_text(field: RegisterField, code: str) -> str:
    """The words for a code; the code itself where the description knows it no more."""
    return dict(choices_of(field)).get(code, code)


def rights_text(register: Register) -> list[tuple[str, str]]:
    """Who may do what, in words."""
    return [
        (gettext("Được xem"), role_names(register.rights.read)),
        (gettext("Được nhập, sửa"), role_names(register.rights.enter)),
        (gettext("Quyết định về sổ"), role_names(register.rights.decide)),
    ]


def role_names(roles: tuple[str, ...]) -> str:
    """Roles as the pages call them."""
    known = {str(role): gettext(name) for role, name in ROLE_NAMES.items()}
    return ", ".join(known.get(role, role) for role in roles)


def _day(value: str) -> str:
    try:
        return day(PartialDate.from_iso(value))
    except InvalidValue:
        return value
