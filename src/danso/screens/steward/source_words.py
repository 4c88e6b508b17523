"""Words for what connected sources are made of, and for everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from danso.catalogue import HomePush
from danso.catalogue.shapes.base import Words as Said
from danso.catalogue.shapes.people import Retention
from danso.catalogue.shapes.sources import (
    FileTransport,
    PushTransport,
    RestTransport,
    Source,
    SourceField,
    Transport,
)
from danso.modules.sources.data import BROKEN_OFF
from danso.screens.steward.words import Words, iso_day, language, recorded_name
from danso.toolkit.html.formats import number
from danso.toolkit.platform import province

ROADS: Final[Mapping[str, Words]] = {
    "ndxp": _("Trục NDXP/LGSP"),
    "ndop": _("Nền tảng NDOP (NĐ 278/2025)"),
    "own": _("Kho của tỉnh"),
}
STATES: Final[Mapping[str, tuple[Words, str]]] = {
    "waiting": (_("Chưa nạp"), "mute"),
    "running": (_("Đang nạp"), "calm"),
    "loaded": (_("Đã nạp"), "good"),
    "stopped": (_("Dừng"), "bad"),
    "old": (_("Quá hạn cập nhật"), "warn"),
}
LOADS: Final[Mapping[str, tuple[Words, str]]] = {
    "running": (_("Đang nạp"), "calm"),
    "done": (_("Xong"), "good"),
    "stopped": (_("Dừng"), "bad"),
}
KINDS: Final[Mapping[str, Words]] = {
    "text": _("chữ"),
    "name": _("họ tên"),
    "number": _("số định danh"),
    "date": pgettext_lazy("loại dữ liệu", "ngày"),
    "month": pgettext_lazy("loại dữ liệu", "tháng"),
    "amount": _("số tiền, số lượng"),
    "code": _("mã theo danh mục"),
    "commune": _("xã, phường"),
    "place": _("địa chỉ"),
}
TERMS: Final[Mapping[str, Words]] = {
    "number": _("Số định danh"),
    "old_number": _("Số CMND 9 số"),
    "full_name": _("Họ và tên"),
    "birth": _("Ngày sinh"),
    "sex": _("Giới tính"),
    "commune": _("Xã cư trú"),
    "father_name": _("Tên cha"),
    "mother_name": _("Tên mẹ"),
}
BASES: Final[Mapping[str, tuple[Words, str]]] = {
    "law": (_("theo luật"), "good"),
    "observed": (_("đã thấy"), "calm"),
    "assumed": (_("phỏng đoán"), "warn"),
}
SENSITIVITIES: Final[Mapping[str, tuple[Words, str]]] = {
    "basic": (_("cơ bản"), "mute"),
    "sensitive": (_("nhạy cảm"), "warn"),
    "secret": (_("mật"), "bad"),
}
SIGN_INS: Final[Mapping[str, Words]] = {
    "oauth": _("đăng nhập OAuth"),
    "basic": _("đăng nhập bằng mật khẩu"),
    "none": _("không đăng nhập"),
}
UNITS: Final[Mapping[str, Words]] = {
    "forever": _("giữ vĩnh viễn"),
    "days": _("%(n)s ngày"),
    "months": _("%(n)s tháng"),
    "years": _("%(n)s năm"),
}
# A value that its field does not allow: codes of the sources' cleaning and of the kernel.
FAULTS: Final[Mapping[str, Words]] = {
    "missing": _("Để trống trường bắt buộc"),
    "pattern": _("Không đúng dạng quy định"),
    "check_digit": _("Sai chữ số kiểm tra"),
    "code_unknown": _("Không có trong danh mục"),
    "amount": _("Không đọc được thành số"),
    "amount_unclear": _("Dấu chấm, dấu phẩy không rõ nghĩa: 1.500 là 1500 hay 1,5"),
    "name_doubtful": _("Họ tên hỏng bảng mã, chưa chắc đã khôi phục đúng"),
    "name_empty": _("Không còn chữ nào của họ tên"),
    "name_no_letter": _("Họ tên không có chữ cái"),
    "name_too_long": _("Họ tên quá dài"),
    "old_number_here": _("Số CMND 9 số ghi ở ô số định danh"),
    "number_empty": _("Không có chữ số nào"),
    "number_is_old": _("Là số CMND 9 số, không phải số định danh"),
    "number_length": _("Không đủ hoặc thừa chữ số (phải có 12)"),
    "number_zero_lost": _("Mất số 0 ở đầu: bảng tính giữ cột này như con số; đổi sang kiểu chữ"),
    "number_not_digits": _("Có ký tự không phải chữ số"),
    "number_placeholder": _("Số điền cho có"),
    "number_prefix_unknown": _("Ba chữ số đầu không phải mã tỉnh hay mã nước"),
    "number_rounded": _("Bảng tính đã làm tròn số"),
    "number_synthetic_in_real_home": _("Số giả lập của bản trình diễn"),
    "old_number_empty": _("Số CMND không có chữ số nào"),
    "old_number_is_personal": _("Số định danh ghi ở ô số CMND"),
    "old_number_length": _("Số CMND không đủ hoặc thừa chữ số (phải có 9)"),
    "old_number_not_digits": _("Số CMND có ký tự không phải chữ số"),
    "old_number_placeholder": _("Số CMND điền cho có"),
    "old_number_rounded": _("Bảng tính đã làm tròn số CMND"),
    "date_day_range": _("Tháng ấy không có ngày này"),
    "date_day_without_month": _("Có ngày mà thiếu tháng"),
    "date_empty": _("Ngày để trống"),
    "date_in_future": _("Ngày ở tương lai"),
    "date_month_range": _("Không có tháng này"),
    "date_partial": _("Chỉ có năm hoặc tháng, thiếu ngày"),
    "date_serial_range": _("Số ngày kiểu Excel không có thật"),
    "date_shape": _("Không đọc được thành ngày"),
    "date_too_early": _("Sớm hơn ngày phải đứng trước"),
    "date_year_range": _("Năm ngoài khoảng có thể"),
    "date_year_two_digits": _("Năm chỉ ghi hai chữ số"),
    "too_large": _("Lớn hơn mức có thể"),
    "too_small": _("Nhỏ hơn mức có thể"),
    "value_twice": _("Trùng với một bản ghi khác"),
}
# A row or file that could not be read at all: codes of tables and connectors.
LINES: Final[Mapping[str, Words]] = {
    "changed_ahead": _("Thời điểm thay đổi ở tương lai"),
    "changed_missing": _("Thiếu thời điểm thay đổi"),
    "character_wrong": _("Có ký tự không thể lưu"),
    "column_twice": _("Một cột có hai lần trong tệp"),
    "dbf_memo": _("Tệp DBF cần thêm tệp ghi chú đi kèm"),
    "encoding_mismatch": _("Sai bảng mã"),
    "file_binary": _("Tệp không phải bảng dữ liệu: là ảnh, văn bản hay chương trình"),
    "file_bomb": _("Tệp bung ra quá lớn"),
    "file_cut_off": _("Tệp bị cắt cụt"),
    "file_damaged": _("Tệp bị hỏng"),
    "file_empty": _("Tệp trống"),
    "file_kind": _("Loại tệp không đọc được"),
    "file_no_workbook": _("Tệp mang tên bảng tính nhưng bên trong là văn bản thường"),
    "file_not_found": _("Không còn tệp"),
    "file_too_large": _("Tệp quá lớn"),
    "file_unsettled": _("Tệp còn đang được ghi"),
    "file_xls": _("Tệp Excel kiểu cũ (.xls)"),
    "folder_empty": _("Thư mục không có tệp nào"),
    "json_broken": _("Dòng JSON hỏng"),
    "key_missing": _("Thiếu mã của bản ghi"),
    "key_twice": _("Mã bản ghi lặp lại (lấy dòng sau cùng)"),
    "page_loop": _("Các trang dẫn vòng lại nhau"),
    "page_twice": _("Một trang được gửi hai lần"),
    "quote_unclosed": _("Dấu nháy không đóng"),
    "record_broken": _("Bản ghi hỏng"),
    "row_long": _("Thừa ô so với tiêu đề"),
    "row_malformed": _("Dòng sai cấu trúc"),
    "row_not_object": _("Dòng không phải một bản ghi"),
    "row_short": _("Thiếu ô so với tiêu đề"),
    "row_too_large": _("Bản ghi có quá nhiều giá trị"),
    "row_too_long": _("Dòng quá dài"),
    "too_many_columns": _("Quá nhiều cột"),
    "xml_broken": _("XML hỏng"),
    "xml_forbidden": _("XML có phần bị cấm"),
    "xml_too_deep": _("XML lồng quá sâu"),
}
# What ended a load early. What a file can do to it stands among the lines.
STOPS: Final[Mapping[str, Words]] = {
    BROKEN_OFF: _("Đứt giữa chừng; lần sau nạp tiếp từ chỗ dừng"),
    "source_address_internal": _("Địa chỉ của nguồn trỏ vào mạng nội bộ"),
    "source_address_unlisted": _("Địa chỉ của nguồn không có trong danh sách cho phép"),
    "source_answer": _("Nguồn trả lời khác cấu trúc đã mô tả"),
    "source_busy": _("Nguồn đang được nạp"),
    "source_columns_missing": _("Thiếu cột bắt buộc: chủ quản đã đổi cấu trúc"),
    "source_down": _("Nguồn không trả lời; lần sau nạp tiếp từ chỗ dừng"),
    "source_elsewhere": _("Nguồn chuyển sang máy chủ khác, không đi theo"),
    "source_folder": _("Không mở được thư mục của nguồn"),
    "source_not_pushed": _("Nguồn này không do chủ quản gửi qua cổng"),
    "source_no_files": _("Nguồn này không đến bằng tệp"),
    "source_paging_loop": _("Các trang của nguồn dẫn vòng lại nhau"),
    "source_refuses": _("Nguồn từ chối: sai tài khoản hoặc khóa"),
    "source_setup": _("Cài đặt của nguồn trong sources.toml chưa đúng"),
}


def fault_text(code: str) -> str:
    """What is wrong with a value; the code itself where there are no words for it."""
    return str(FAULTS.get(code, code))


def cell_text(field: SourceField, value: str, fault: str = "") -> str:
    """A cleaned value as people read it; as it is where it is wrong."""
    if not value or (fault and fault != "date_partial"):
        return value
    if field.kind in ("date", "month"):
        return iso_day(value)
    if field.kind == "amount":
        return number(float(value), 0 if float(value).is_integer() else 1)
    if field.kind == "commune":
        return recorded_name(value) if value in _communes() else value
    if field.kind == "code" and field.code_list is not None:
        return province().code_list(field.code_list).label(value, language())
    return value


def _communes() -> Collection[str]:
    return {**province().units.by_code, **province().units.old_by_code}.keys()


def line_text(code: str) -> str:
    """Why a row could not be read, or what ended a load; the code where there are no words."""
    return str(LINES.get(code) or STOPS.get(code) or code)


def said(thing: Said) -> str:
    """A thing of the catalogue in the reader's language."""
    return thing.en if language() == "en" else thing.vi


def transport_text(transport: Transport) -> str:
    """How a source's rows come, in one line."""
    if isinstance(transport, FileTransport):
        holds = (
            gettext("mỗi tệp là toàn bộ dữ liệu")
            if transport.holds == "everything"
            else gettext("mỗi tệp chỉ có phần thay đổi")
        )
        kinds = ", ".join(kind.upper() for kind in transport.formats)
        return gettext("Tệp %(kinds)s; %(holds)s") % {"kinds": kinds, "holds": holds}
    if isinstance(transport, RestTransport):
        return gettext("Gọi REST theo trang, %(sign_in)s") % {
            "sign_in": SIGN_INS[transport.sign_in]
        }
    if isinstance(transport, HomePush):
        sent = transport_text(PushTransport(kind="push", holds=transport.holds))
        return gettext("%(sent)s, do hệ thống này đặt (mô tả ghi: %(described)s)") % {
            "sent": sent,
            "described": transport_text(transport.described),
        }
    if isinstance(transport, PushTransport):
        if transport.holds == "everything":
            return gettext("Chủ quản gửi bản ghi qua cổng, từng đợt trọn vẹn")
        return gettext("Chủ quản gửi bản ghi thay đổi qua cổng")
    engine = {"postgresql": "PostgreSQL", "mariadb": "MariaDB"}[transport.engine]
    return gettext("Đọc bảng %(table)s của %(engine)s, phần mới tìm theo cột %(column)s") % {
        "table": transport.table,
        "engine": engine,
        "column": transport.changed,
    }


def load_command(source: Source) -> str:
    """What the operator types to load it; files may lie in any folder."""
    folder = [gettext("THƯ-MỤC")] if isinstance(source.transport, FileTransport) else []
    return " ".join(["danso source load", source.code, *folder])


def retention_text(rule: Retention) -> str:
    """How long a record is kept."""
    words = str(UNITS[rule.unit])
    return words % {"n": rule.amount} if rule.amount else words


def rhythm_text(days: int) -> str:
    """How often new data is promised."""
    if days == 1:
        return gettext("hằng ngày")
    return gettext("%(n)d ngày một lần") % {"n": days}
