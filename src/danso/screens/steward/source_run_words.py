"""Words for sources that run by themselves, for files sent on a page, for what needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.schedules import Schedule
from danso.catalogue.shapes.sources import Source
from danso.screens.steward.source_words import line_text, said
from danso.screens.steward.words import Words
from danso.toolkit.html.errors import CODE_CONTEXT

PHASES: Final[Mapping[str, Words]] = {
    "checking": _("Đang kiểm tra nguồn"),
    "pulling": _("Đang lấy dữ liệu"),
    "matching": _("Đang đối chiếu với dân cư"),
    "telling": _("Đang cập nhật thông tin cung cấp"),
}
# Linkage's steps.
STEPS: Final[Mapping[str, Words]] = {
    "records": _("đọc và làm sạch bản ghi"),
    "people": _("sao chép dân cư"),
    "number": _("khớp bằng số định danh"),
    "score": _("so sánh phần còn lại"),
    "train": _("học trọng số"),
    "keep": _("ghi liên kết"),
}
ALERTS: Final[Mapping[str, tuple[Words, str]]] = {
    "stopped": (_("Không nạp được"), "bad"),
    "drift": (_("Cột đã đổi"), "warn"),
    "late": (_("Quá nhịp cập nhật"), "warn"),
    "shrunk": (_("Thiếu nhiều bản ghi"), "bad"),
}
TRIALS: Final[Mapping[str, tuple[Words, str]]] = {
    "waiting": (_("Chờ kiểm tra"), "calm"),
    "checking": (_("Đang kiểm tra"), "calm"),
    "checked": (_("Đã kiểm tra"), "good"),
    "failed": (_("Không dùng được"), "bad"),
    "confirmed": (_("Đang chờ nạp"), "calm"),
    "loaded": (_("Đã nạp"), "good"),
    "cancelled": (_("Đã bỏ"), "mute"),
}
WEEKDAYS: Final[Mapping[int, Words]] = {
    1: _("thứ Hai"),
    2: _("thứ Ba"),
    3: _("thứ Tư"),
    4: _("thứ Năm"),
    5: _("thứ Sáu"),
    6: _("thứ Bảy"),
    7: _("Chủ nhật"),
}
# What ends a run beside what ends a load.
PROBLEMS: Final[Mapping[str, Words]] = {
    "columns_drifted": _("Cột của nguồn khác với bản mô tả"),
    "records_shrunk": _(
        "Lần gửi mới nhất thiếu quá ba phần mười số bản ghi; chưa kết thúc bản ghi nào"
    ),
    "register_empty": _("Cơ sở dữ liệu dân cư chưa có ai để đối chiếu"),
    "source_closed": _("Cơ sở dữ liệu đóng, không đối chiếu"),
    "source_late": _("Chủ quản chưa gửi dữ liệu mới theo nhịp đã hứa"),
    "source_secret": _("Thiếu khóa bí mật của nguồn"),
    "source_unplaced": _("Chưa khai báo nơi lấy dữ liệu (sources.toml)"),
}
TO_DO: Final[Mapping[str, Words]] = {
    "columns_drifted": _("Hỏi chủ quản, rồi sửa cột trong bản mô tả của nguồn"),
    "file_no_workbook": _("Mở bằng phần mềm bảng tính, lưu thành .xlsx hoặc .csv rồi gửi lại"),
    "records_shrunk": _("Hỏi chủ quản: gửi lại tệp đủ, hoặc xác nhận là đã hết"),
    "source_late": _("Nhắc chủ quản gửi dữ liệu"),
    "source_secret": _("Người vận hành đặt khóa cạnh sources.toml rồi chạy danso source setup"),
    "source_unplaced": _("Người vận hành thêm nguồn vào sources.toml rồi chạy danso source setup"),
}


def problem_text(code: str) -> str:
    """What ended a run, or a try; the code where there are no words for it."""
    found = PROBLEMS.get(code)
    return str(found) if found else line_text(code)


def to_do(code: str) -> str:
    """What somebody should do about it; empty where nobody said."""
    found = TO_DO.get(code)
    if found:
        return str(found)
    words = pgettext(CODE_CONTEXT, f"{code}.fix")
    return "" if words == f"{code}.fix" else words


def schedule_text(schedule: Schedule | None) -> str:
    """When a source is asked by itself."""
    if schedule is None:
        return gettext("không có lịch, chỉ chạy khi có người bấm")
    told: dict[str, object] = {"at": schedule.at, "minute": schedule.at[3:], "day": schedule.day}
    if schedule.every == "hour":
        return gettext("mỗi giờ, vào phút %(minute)s") % told
    if schedule.every == "day":
        return gettext("hằng ngày lúc %(at)s") % told
    if schedule.every == "week":
        told["day"] = WEEKDAYS[schedule.day or 1]
        return gettext("%(day)s hằng tuần lúc %(at)s") % told
    return gettext("ngày %(day)s hằng tháng lúc %(at)s") % told


def fields_text(source: Source, codes: tuple[str, ...]) -> str:
    """Fields by their names."""
    names = (source.by_code.get(code) for code in codes)
    return ", ".join(said(field) for field in names if field is not None)
