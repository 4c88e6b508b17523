"""The screen's words for codes: fields, states, actions, outcomes, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.population.data import (
    DAY_COLUMNS,
    MEASURES,
    REASONS,
    PersonRecord,
    columns_of,
    field_of,
)
from danso.modules.sources.interface import stored_text
from danso.toolkit.html.formats import NOTHING, day
from danso.toolkit.platform import province

Words = str | Promise

STATES: Final[dict[str, tuple[Words, str]]] = {
    "open": (_("Chờ trả lời"), "warn"),
    "sent_up": (_("Chờ cơ sở dữ liệu quốc gia"), "warn"),
    "accepted": (_("Đã sửa"), "good"),
    "rejected": (_("Không chấp nhận"), "bad"),
    "withdrawn": (_("Đã rút"), "mute"),
}
ORIGINS: Final[dict[str, Words]] = {
    "partner": _("Đơn vị khai thác"),
    "steward": _("Cán bộ dữ liệu"),
    "desk": _("Bộ phận một cửa"),
    "police": _("Công an"),
    "worklist": _("Danh sách kiểm tra"),
    "source": _("Chủ quản một nguồn"),
    "citizen": _("Chính người dân"),
}
DECIDERS: Final[dict[str, Words]] = {
    "commune_police": _("Công an cấp xã"),
    "provincial_police": _("Công an tỉnh"),
    "": _("đang chuyển"),
}
FLAGS: Final[dict[str, tuple[Words, str]]] = {
    "under_investigation": (_("đang xác minh"), "warn"),
    "unverified": (_("chưa xác minh"), "special"),
}
LIVES: Final[dict[str, tuple[Words, str]]] = {
    "alive": (_("Còn sống"), "good"),
    "dead": (_("Đã mất"), "mute"),
    "missing": (_("Mất tích"), "warn"),
}
CARD_REASONS: Final[dict[str, tuple[Words, str]]] = {
    "no_card": (_("Chưa có thẻ"), "bad"),
    "expired": (_("Thẻ hết hạn"), "warn"),
}
VIRTUES: Final[dict[str, Words]] = {
    "dung": _("Đúng"),
    "du": _("Đủ"),
    "sach": _("Sạch"),
    "song": _("Sống"),
}
CHANGES: Final[dict[str, Words]] = {
    "record_move": _("Chuyển nơi thường trú"),
    "record_death": _("Ghi nhận đã mất"),
    "record_civil": _("Ghi hôn nhân, đại diện"),
    "record_stay": _("Ghi tạm trú, tạm vắng, lưu trú"),
    "record_missing": _("Ghi nhận mất tích"),
    "correct_field": _("Đính chính"),
    "confirm_person": _("Xác nhận còn đúng"),
    "mark_field": _("Đánh dấu"),
    "record_card": _("Ghi nhận thẻ"),
    "issue_number": _("Cấp số định danh"),
    "import_people": _("Nạp từ tệp"),
    "replace_number": _("Thay số định danh"),
    "merge_people": _("Gộp hồ sơ"),
    "unmerge": _("Tách hồ sơ"),
    "choose_head": _("Đổi chủ hộ"),
    "enter_household": _("Nhập hộ"),
    "protect": _("Bảo vệ"),
    "unprotect": _("Thôi bảo vệ"),
}
ROWS: Final[dict[str, tuple[Words, str]]] = {
    "applied": (_("Đã cập nhật"), "good"),
    "confirmed": (_("Đã xác nhận"), "good"),
    "already": (_("Đã nhận từ trước"), "mute"),
    "stale": (_("Dữ liệu đã đổi"), "warn"),
    "unknown_row": (_("Không có dòng này"), "bad"),
    "no_answer": (_("Chưa trả lời"), "mute"),
    "bad": (_("Không nhận được"), "bad"),
}
ACTORS: Final[dict[str, Words]] = {
    "partner": _("Đơn vị khai thác"),
    "system": _("Hệ thống"),
    "operator": _("Người vận hành"),
    "citizen": _("Công dân"),
}
# What to do about a refusal, for those who work here. Codes are the rooms' own.
REFUSALS: Final[dict[str, Words]] = {
    "answer_missing": _("Chọn Đúng, Sai hoặc Không tìm thấy ở cột Kết quả."),
    "answer_unknown": _("Cột Kết quả chỉ nhận: Đúng, Sai, Không tìm thấy."),
    "answered_otherwise": _("Dòng này đã có câu trả lời khác. Nếu cần sửa lại, mở hồ sơ."),
    "birth_in_future": _("Ngày sinh ở tương lai. Kiểm tra lại năm sinh trên giấy tờ."),
    "claimed_empty": _("Ghi giá trị đúng."),
    "claimed_place": _("Ghi xã|thôn|địa chỉ; tên xã viết đầy đủ như hiện nay."),
    "correction_open": _(
        "Bạn đã báo giá trị khác cho trường này và đang chờ. Rút báo cáo đó trước khi báo lại."
    ),
    "claimed_sex": _("Ghi Nam hoặc Nữ."),
    "correction_closed": _("Sai lệch này đã được trả lời. Đọc câu trả lời ở danh sách."),
    "correction_not_yours": _("Việc này do cấp công an khác quyết định."),
    "correction_own": _("Không ai tự quyết định điều mình báo. Nhờ đồng nghiệp trả lời."),
    "date_before_birth": _("Ngày này trước ngày sinh. Kiểm tra lại ngày."),
    "date_day_range": _("Tháng đó không có ngày này."),
    "date_in_future": _("Ngày này chưa đến. Ghi khi việc đã xảy ra."),
    "date_month_range": _("Tháng phải từ 1 đến 12."),
    "date_shape": _("Ghi ngày/tháng/năm, hoặc tháng/năm, hoặc chỉ năm."),
    "nothing_changes": _("Cơ sở dữ liệu đã ghi đúng như vậy. Mở lại hồ sơ để xem."),
    "number_length": _(
        "Số định danh có 12 chữ số, số chứng minh nhân dân có 9. Nhập như trên thẻ."
    ),
    "number_taken": _("Số này là của người khác hoặc đã hủy, không cấp lại."),
    "household_elsewhere": _("Hộ đó ở xã khác. Ghi chuyển nơi ở trước."),
    "household_held": _("Người này đã thuộc một hộ. Ghi chuyển nơi ở để đổi hộ."),
    "member_without_household": _(
        "Người đó cũng chưa thuộc hộ nào. Chọn người khác hoặc lập hộ mới."
    ),
    "merge_same": _("Đây là cùng một hồ sơ."),
    "proposal_waiting": _(
        "Đã có đề nghị về hồ sơ này đang chờ. Xác nhận hoặc bỏ đề nghị đó trước."
    ),
    "unmerge_number_changed": _(
        "Số định danh của hồ sơ giữ lại đã thay đổi. Đính chính số trước, rồi tách."
    ),
    "person_dead": _("Người này đã được ghi nhận là đã mất. Nếu nhầm, báo sai trước."),
    "person_merged": _("Hồ sơ này đã gộp vào hồ sơ khác. Làm việc ở hồ sơ đó."),
    "person_not_found": _("Không còn người này trong địa bàn của bạn."),
    "choice_missing": _("Chọn một người, hoặc chọn không ai trong số này."),
    "link_not_open": _("Bản ghi này không còn chờ quyết định."),
    "record_gone": _("Cơ quan chủ nguồn không còn gửi bản ghi này, nên không cần quyết định."),
    "link_needs_two": _("Bạn là người đề nghị: một cán bộ khác trong địa bàn phải xác nhận."),
    "link_waiting": _("Đã có đề nghị về bản ghi này đang chờ cán bộ thứ hai."),
    "undo_reason_missing": _(
        "Lấy lại quyết định thì phải ghi lý do: giấy tờ hoặc việc xác minh làm căn cứ."
    ),
    "link_reason_missing": _(
        "Nối người này cần hai cán bộ: ghi giấy tờ hoặc việc xác minh làm căn cứ."
    ),
    "decision_closed": _("Quyết định này không còn hiệu lực. Xem lại danh sách."),
    "decision_not_found": _("Không có quyết định này trong địa bàn của bạn."),
    "register_is_copy": _("Cơ sở dữ liệu này là bản sao: gửi đính chính, trung ương sẽ cập nhật."),
    "request_open": _("Đã có yêu cầu đang chờ cho trường này."),
    "row_key_unreadable": _("Mã dòng bị sửa. Chép lại mã dòng từ tệp đã phát."),
    "row_unknown": _("Không có mã dòng này trong địa bàn của bạn."),
    "search_too_wide": _("Cho thêm năm sinh hoặc xã, hoặc nhập số định danh."),
    "sheet_bomb": _("Tệp bung ra quá lớn. Gửi đúng tệp danh sách đã phát."),
    "sheet_headings": _(
        "Đây không phải danh sách kiểm tra: thiếu hàng tiêu đề. Không đổi tên cột."
    ),
    "sheet_too_large": _("Tệp lớn hơn 5 MB. Chỉ gửi danh sách, không kèm ảnh."),
    "sheet_too_long": _("Tệp có hơn 5.000 dòng. Chia nhỏ rồi gửi lần lượt."),
    "sheet_unreadable": _("Không mở được tệp. Lưu lại ở dạng Excel (.xlsx), không đặt mật khẩu."),
    "value_changed": _(
        "Giá trị đã thay đổi từ khi lập danh sách. Lập danh sách mới để kiểm tra lại."
    ),
    "value_empty": _("Giá trị đang trống: ghi Sai và giá trị đúng."),
    "value_missing": _("Chọn Sai thì phải ghi giá trị đúng."),
    "value_not_listed": _("Giá trị không có trong danh mục. Ghi tên hoặc mã trong danh mục."),
    "worklist_empty": _("Không còn ai cần kiểm tra ở đây."),
}
# Columns of files of people that are no fields by themselves.
CELLS: Final[dict[str, Words]] = {
    "card_expires": _("Thẻ hết hạn ngày"),
    "card_issued": _("Thẻ cấp ngày"),
    "commune_recorded": _("Mã xã ghi nhận"),
    "father_name": _("Họ tên cha"),
    "father_number": _("Số định danh của cha"),
    "head_number": _("Số định danh của chủ hộ"),
    "mother_name": _("Họ tên mẹ"),
    "mother_number": _("Số định danh của mẹ"),
    "origin": _("Quê quán"),
    "relation": _("Quan hệ với chủ hộ"),
    "residence": _("Nơi thường trú"),
    "spouse_name": _("Họ tên vợ hoặc chồng"),
    "spouse_number": _("Số định danh của vợ hoặc chồng"),
}
QUARANTINE: Final[dict[str, tuple[Words, str]]] = {
    "waiting": (_("Đang chờ"), "warn"),
    "loaded": (_("Đã nạp"), "good"),
    "dismissed": (_("Đã bỏ"), "mute"),
}
IMPORTS: Final[dict[str, tuple[Words, str]]] = {
    "running": (_("Đang nạp"), "warn"),
    "done": (_("Đã nạp xong"), "good"),
}
# Why two records look like one person.
DOUBLES: Final[dict[str, tuple[Words, str]]] = {
    "old_number": (_("Cùng số CMND"), "bad"),
    "parent": (_("Cùng cha hoặc mẹ"), "warn"),
    "commune": (_("Cùng xã"), "calm"),
}
# What two records say of one field.
COMPARED: Final[dict[str, tuple[Words, str]]] = {
    "differs": (_("Khác nhau"), "bad"),
    "lacking": (_("Một bên thiếu"), "warn"),
    "same": (_("Giống nhau"), "good"),
    "empty": (_("Cả hai trống"), "mute"),
}
# What is on a record and not a field of the catalogue.
OTHER_COLUMNS: Final[dict[str, Words]] = {
    "flags": _("Đánh dấu"),
    "protected": _("Bảo vệ"),
    "merged_into": _("Gộp vào"),
}


def language() -> Literal["vi", "en"]:
    """The reader's language."""
    return "en" if (get_language() or "").startswith("en") else "vi"


def field_name(code: str) -> str:
    """A field's name in the reader's language."""
    found = province().fields.get(code)
    if found is None:
        return str(OTHER_COLUMNS.get(code, code))
    return found.en if language() == "en" else found.vi


def state_name(code: str) -> str:
    """A field's name over a value that need be no date: somebody living has no day of death."""
    return gettext("Còn sống, đã mất hay mất tích") if code == "death" else field_name(code)


def purpose_name(code: str) -> str:
    """A purpose's name; the code of one that is no longer in the catalogue."""
    found = province().purposes.get(code)
    if found is None:
        return code
    return found.en if language() == "en" else found.vi


def measure_name(code: str) -> str:
    """What a measure of quality counts."""
    found = next((one for one in MEASURES if one.code == code), None)
    if found is None:
        return code
    return found.en if language() == "en" else found.vi


def commune_name(code: str | None) -> str:
    """A commune's name, of today or of before 2025."""
    if not code:
        return gettext("Chưa khớp xã hiện nay")
    units = province().units
    unit = units.by_code.get(code) or units.old_by_code.get(code)
    return unit.name if unit else code


def recorded_name(code: str | None) -> str:
    """A commune as papers name it, on the map before July 2025 where it is known there."""
    if not code:
        return gettext("không ghi")
    unit = province().units.old_by_code.get(code)
    if unit is None:
        return commune_name(code)
    return gettext("%(name)s (trước 7/2025)") % {"name": unit.name}


def value_text(field: str, person: PersonRecord) -> str:
    """What the register holds of a field, in the reader's language."""
    return stored_text(field, person, language())


def iso_day(iso: str | None) -> str:
    """'1965-03' as 03/1965; a dash for nothing."""
    return day(PartialDate.from_iso(iso)) if iso else NOTHING


def claimed_text(field: str, claimed: str) -> str:
    """What an asker says is right, in words; as written where it cannot be read."""
    if field == "permanent_place":
        commune, _, rest = claimed.partition("|")
        hamlet, _, address = rest.partition("|")
        return ", ".join(part for part in (address, hamlet, commune_name(commune)) if part)
    column = columns_of(field)[0]
    if field == "birth":
        return "/".join(reversed(claimed.split("-")))
    return held_text(field, {column: claimed})


def held_text(field: str, held: Mapping[str, object]) -> str:
    """A field's words from some of its columns, as the history keeps them."""
    nobody = PersonRecord(UUID(int=0), "", clock.today(), clock.now(), "")
    days = {
        column: date.fromisoformat(value)
        for column, value in held.items()
        if column in DAY_COLUMNS and isinstance(value, str)
    }
    known: dict[str, Any] = {**held, **days}
    if field == "death" and not known.get("status"):
        return ""
    return value_text(field, replace(nobody, **known))


def fields_of_change(columns: Iterable[str]) -> tuple[str, ...]:
    """The fields that a change's columns belong to, in order, without the register's own dates."""
    return tuple(dict.fromkeys(field_of(column) for column in columns if column != "as_of"))


def refusal_text(error: DansoError) -> str:
    """Why not and what to do, for a form."""
    return reason_text(error.code) or f"{gettext(error.message)} {gettext(error.fix)}".strip()


def reason_text(code: str) -> str:
    """The next step for a code; empty where there are no words for it."""
    found = REFUSALS.get(code)
    if found is not None:
        return str(found)
    reason = REASONS.get(code)
    if reason is None:
        return ""
    return reason.fix if language() == "en" else f"{reason.vi}. {reason.fix_vi}."


def quarantine_reason(code: str) -> str:
    """Why a file's row may not enter; the code itself where there are no words for it."""
    found = REASONS.get(code)
    if found is None:
        return code
    return found.en if language() == "en" else found.vi


def quarantine_advice(code: str) -> str:
    """What to do about it."""
    found = REASONS.get(code)
    if found is None:
        return ""
    return found.fix if language() == "en" else found.fix_vi


def cell_name(column: str) -> str:
    """A column of a file of people, in words."""
    if column in CELLS:
        return str(CELLS[column])
    known = province().fields.get(column)
    return field_name(column) if known is not None else column
