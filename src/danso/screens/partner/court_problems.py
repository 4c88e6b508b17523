"""The courts' problem codes in the reader's language, for `problems.PROBLEMS`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from danso.screens.partner.problem import Problem

COURT_PROBLEMS: Final[tuple[Problem, ...]] = (
    Problem(
        "court_not_yours",
        403,
        _("Tòa án nêu trong yêu cầu không thuộc đơn vị của bạn"),
        _("Ghi mã cơ quan của bạn, hoặc của tòa án dưới quyền, ở case.court."),
    ),
    Problem(
        "role_unknown",
        422,
        _("Tư cách tố tụng không có trong danh mục"),
        _("Gửi một mã nêu ở detail."),
    ),
    Problem(
        "day_wrong",
        422,
        _("Ngày không tồn tại hoặc ở tương lai"),
        _("Ghi yyyy-mm-dd, muộn nhất là hôm nay."),
    ),
    Problem(
        "record_unknown",
        404,
        _("Không có biên bản xác thực này của bạn"),
        _("Dùng khóa mà /v1/case-parties đã trả."),
    ),
    Problem(
        "record_waiting",
        409,
        _("Biên bản chưa được niêm phong"),
        _("Gọi lại sau Retry-After: đầu nhật ký được ký ít nhất mỗi phút một lần."),
    ),
    Problem(
        "record_erased",
        410,
        _("Nội dung biên bản đã xóa theo thời hạn lưu giữ"),
        _("Dùng bản trong hồ sơ của bạn: vẫn kiểm tra được. Cần thì hỏi lại về các bên."),
    ),
    Problem(
        "commune_unknown",
        422,
        _("Không có xã, phường này trên bản đồ hiện nay"),
        _("Gửi mã xã, phường hiện nay."),
    ),
    Problem(
        "sought_too_little",
        422,
        _("Chưa đủ để tìm một người"),
        _("Gửi họ và tên, cùng năm sinh hoặc tên cha."),
    ),
    Problem(
        "person_request_unknown",
        404,
        _("Không có yêu cầu tìm người này của bạn"),
        _("Dùng khóa mà /v1/person-requests đã trả."),
    ),
    Problem(
        "too_many_requests",
        429,
        _("Tòa án đang có quá nhiều yêu cầu tìm người"),
        _("Chờ trả lời các yêu cầu đang mở."),
    ),
    Problem(
        "asked_too_often",
        429,
        _("Người này đã được các tòa án hỏi quá nhiều lần"),
        _("Dùng các câu trả lời đã có; nếu biết thêm, gửi văn bản cho công an xã."),
    ),
    Problem(
        "decision_kind_unknown",
        422,
        _("Loại quyết định không có trong danh mục"),
        _("Gửi một mã nêu ở detail."),
    ),
    Problem(
        "representative_unfit",
        422,
        _("Người đại diện không đi cùng loại quyết định này"),
        _("Chỉ nêu người đại diện khi quyết định chỉ định."),
    ),
    Problem(
        "decision_unknown",
        404,
        _("Không có quyết định này của bạn"),
        _("Dùng khóa mà /v1/court-decisions đã trả."),
    ),
    Problem(
        "decision_differs",
        409,
        _("Quyết định này đã gửi với nội dung khác"),
        _("So với quyết định nêu ở detail; muốn sửa thì cần quyết định có số riêng."),
    ),
)
