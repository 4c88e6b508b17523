"""Why calls are refused, in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

PAGE: Final = "page."
WORDS: Final = {
    "agreement_not_begun": _("Thỏa thuận chưa có hiệu lực"),
    "agreement_not_yours": _("Dùng thỏa thuận của đơn vị khác"),
    "agreement_over": _("Thỏa thuận đã hết hạn"),
    "batch_waits": _("Nhật ký đang chậm, tạm không nhận lô"),
    "birth_wrong": _("Ngày sinh không có thật"),
    "body_malformed": _("Yêu cầu không đọc được"),
    "body_wrong": _("Yêu cầu sai mẫu"),
    "busy": _("Hệ thống quá tải"),
    "consent_missing": _("Thiếu đồng ý của người dân"),
    "field_not_agreed": _("Hỏi trường ngoài thỏa thuận"),
    "file_missing": _("Thiếu mã hồ sơ"),
    "journal_behind": _("Nhật ký chưa niêm phong kịp"),
    "not_agreed": _("Không có thỏa thuận cho mục đích này"),
    "officer_missing": _("Thiếu cán bộ khai thác"),
    "police_decide": _("Việc do công an quyết định"),
    "rate_exceeded": _("Vượt tốc độ đã thỏa thuận"),
    "role_missing": _("Mở trang ngoài nhiệm vụ"),
    "second_officer_missing": _("Thiếu cán bộ thứ hai"),
    "sign_in": _("Đăng nhập sai"),
    "state_bodies_only": _("Dịch vụ chỉ dành cho cơ quan nhà nước"),
    "too_many_attempts": _("Thử sai quá nhiều trên một người"),
    "upstream_down": _("Cơ sở dữ liệu quốc gia chưa trả lời"),
    "upstream_refuses": _("Cơ sở dữ liệu quốc gia từ chối"),
    "birth_needed": _("Thiếu ngày sinh"),
    "claimed_wrong": _("Giá trị báo sửa không hợp lệ"),
    "correction_open": _("Đã có đề nghị chỉnh sửa đang mở"),
    "field_not_correctable": _("Báo sửa trường không sửa được"),
    "value_not_listed": _("Giá trị báo sửa ngoài danh mục"),
    "officer_unregistered": _("Cán bộ chưa đăng ký với cơ sở dữ liệu quốc gia"),
    "register_absent": _("Tỉnh không giữ dữ liệu dân cư"),
    "sequence_ahead": _("Thiếu lô bản ghi ở giữa"),
    "sequence_reused": _("Số lô đã dùng cho nội dung khác"),
    "push_full": _("Còn quá nhiều lô chưa nạp"),
    "body_too_large": _("Yêu cầu quá dài"),
    "fact_day_wrong": _("Ngày được hỏi không có thật"),
    "day_wrong": _("Ngày được hỏi không có thật"),
    "name_empty": _("Thiếu họ tên"),
    "not_answerable": _("Không trả lời được vì lỗi của hệ thống"),
    "court_not_yours": _("Hỏi thay tòa án không trực thuộc"),
    "role_unknown": _("Tư cách tố tụng ngoài danh mục"),
    "commune_unknown": _("Mã xã ngoài danh mục"),
    "decision_kind_unknown": _("Loại quyết định ngoài danh mục"),
    "representative_unfit": _("Người đại diện không hợp với loại quyết định"),
    "decision_differs": _("Quyết định gửi lại khác bản đã gửi"),
}


def in_words(refused: Mapping[str, int]) -> list[tuple[str, int]]:
    """Refusals by what a leader reads, the most frequent first.

    Gateway calls have their words; what officers were refused at their own work has a code for
    each rule of the house, which says nothing here: it is one line.
    """
    counted: Counter[str] = Counter()
    for code, count in refused.items():
        if code.startswith(PAGE):
            counted[gettext("Mở trang không thành")] += count
        else:
            counted[str(WORDS.get(code, gettext("Việc của cán bộ không được chấp nhận")))] += count
    return counted.most_common()
