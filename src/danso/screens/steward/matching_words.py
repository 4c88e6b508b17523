"""Words for matching: how two values agree, why a record is open, what a decision came to."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from danso.screens.steward.words import Words

# By the levels of linkage's comparisons.
LEVELS: Final[dict[str, Words]] = {
    "same": _("Trùng"),
    "tones_lost": _("Trùng, không kể dấu"),
    "swapped": _("Trùng, đảo thứ tự"),
    "middle_lost": _("Thiếu chữ đệm"),
    "one_letter": _("Lệch một chữ cái"),
    "ends_agree": _("Trùng họ và tên, khác chữ đệm"),
    "near": _("Gần giống"),
    "turned": _("Đảo ngày và tháng"),
    "year_only": _("Trùng năm, không rõ ngày"),
    "one_digit": _("Lệch một chữ số"),
    "year_agrees": _("Trùng năm, khác ngày"),
    "day_agrees": _("Trùng ngày tháng, khác năm"),
    "differs": _("Khác"),
    "unknown": _("Không so được"),
}
REASONS: Final[dict[str, Words]] = {
    "several": _("Nhiều người giống bản ghi này như nhau."),
    "unsure": _("Có người giống, nhưng chưa đủ chắc để tự nối."),
}
LINKED: Final[dict[str, Words]] = {
    "linked": _("Đã nối bản ghi với người này. Lấy lại được ở trang Đối khớp."),
    "not_found": _("Đã ghi: không ai trong số này. Lấy lại được ở trang Đối khớp."),
    "waiting": _("Đã gửi đề nghị. Một cán bộ khác trong địa bàn phải xác nhận."),
}
UNDONE: Final[dict[str, Words]] = {
    "undone": _("Đã lấy lại quyết định. Bản ghi chờ như trước."),
    "waiting": _("Đã gửi đề nghị lấy lại. Một cán bộ khác trong địa bàn phải đồng ý."),
}
STATES: Final[dict[str, tuple[Words, str]]] = {
    "waiting": (_("Chờ người thứ hai"), "warn"),
    "standing": (_("Đang hiệu lực"), "good"),
    "declined": (_("Không được chấp nhận"), "mute"),
    "undone": (_("Đã lấy lại"), "bad"),
    "ended": (_("Hết hiệu lực: bản ghi đã đổi"), "mute"),
}
