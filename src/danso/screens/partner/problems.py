"""The gateway's problem codes in the reader's language: what happened, what to do.

A test holds this table against the gateway's own, so that no code is missing here.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from danso.screens.partner.consent_problems import CONSENT_PROBLEMS
from danso.screens.partner.court_problems import COURT_PROBLEMS
from danso.screens.partner.problem import Problem

_AGAIN: Final = _("Gọi lại sau số giây ghi ở Retry-After.")
_NOTHING: Final = _("Phía bạn không phải làm gì. Gọi lại sau số giây ghi ở Retry-After.")
_GUIDE: Final = _("Xem đặc tả /v1/openapi.json.")

PROBLEMS: Final[tuple[Problem, ...]] = (
    Problem(
        "token_missing",
        401,
        _("Thiếu mã truy cập"),
        _("Lấy mã ở /v1/token, gửi trong tiêu đề Authorization: Bearer."),
    ),
    Problem(
        "token_invalid",
        401,
        _("Mã truy cập không hợp lệ hoặc đã hết hạn"),
        _("Lấy mã mới ở /v1/token."),
    ),
    Problem(
        "token_bound_elsewhere",
        401,
        _("Mã truy cập gắn với chứng thư TLS khác"),
        _("Gọi bằng đúng chứng thư đã dùng khi lấy mã."),
    ),
    Problem(
        "partner_closed",
        401,
        _("Đối tác hoặc khóa đã bị thu hồi"),
        _("Hỏi cán bộ thỏa thuận của tỉnh."),
    ),
    Problem(
        "not_agreed",
        403,
        _("Không có thỏa thuận cho mục đích và dịch vụ này"),
        _("Dùng mục đích có trong thỏa thuận của bạn, hoặc đề nghị cấp thỏa thuận."),
    ),
    Problem(
        "agreement_not_yours",
        403,
        _("Thỏa thuận nêu trong yêu cầu không phải của bạn"),
        _("Ghi số thỏa thuận của chính bạn, hoặc bỏ trống trường đó."),
    ),
    Problem(
        "agreement_over",
        403,
        _("Thỏa thuận đã hết hạn"),
        _("Đề nghị cán bộ thỏa thuận gia hạn."),
    ),
    Problem(
        "agreement_not_begun",
        403,
        _("Thỏa thuận chưa có hiệu lực"),
        _("Chờ đến ngày đầu tiên có hiệu lực."),
    ),
    Problem(
        "field_not_agreed",
        403,
        _("Trường này không nằm trong thỏa thuận"),
        _("Chỉ hỏi các trường ghi trong thỏa thuận."),
    ),
    Problem(
        "state_bodies_only",
        403,
        _("Dịch vụ chỉ dành cho cơ quan nhà nước"),
        _("Dùng xác thực hoặc chia sẻ, kèm sự đồng ý của chủ thể dữ liệu."),
    ),
    Problem(
        "officer_missing",
        422,
        _("Thiếu mã cán bộ"),
        _("Gửi envelope.officer hoặc tiêu đề X-Road-UserId."),
    ),
    Problem(
        "file_missing",
        422,
        _("Thiếu mã hồ sơ"),
        _("Gửi envelope.file_code hoặc tiêu đề X-Road-Issue."),
    ),
    Problem(
        "body_malformed",
        400,
        _("Nội dung không phải JSON hợp lệ (UTF-8)"),
        _("Gửi một đối tượng JSON như đặc tả /v1/openapi.json."),
    ),
    Problem("body_wrong", 422, _("Nội dung sai cấu trúc"), _("Xem trường detail và đặc tả.")),
    Problem(
        "body_too_large",
        413,
        _("Nội dung quá lớn"),
        _("Gửi ít người hơn mỗi lần (tối đa 1.000)."),
    ),
    Problem("body_too_slow", 408, _("Nội dung gửi quá chậm"), _("Gửi liền một lượt.")),
    Problem(
        "media_type",
        415,
        _("Kiểu nội dung không được hỗ trợ"),
        _("Gửi application/json."),
    ),
    Problem(
        "birth_wrong",
        422,
        _("Ngày sinh không tồn tại"),
        _("Viết yyyy-mm-dd, yyyy-mm hoặc yyyy, không ở tương lai."),
    ),
    Problem(
        "fact_day_wrong",
        422,
        _("Ngày không tồn tại"),
        _("Viết yyyy-mm-dd."),
    ),
    Problem("name_empty", 422, _("Họ tên trống"), _("Gửi đủ họ, chữ đệm và tên khai sinh.")),
    Problem(
        "header_wrong",
        400,
        _("Tiêu đề X-Road sai"),
        _("Dùng ký tự ASCII nhìn thấy được, tối đa 255 ký tự."),
    ),
    Problem(
        "key_missing",
        400,
        _("Thiếu Idempotency-Key"),
        _("Gửi khóa 8 đến 128 ký tự, mỗi lần ghi một khóa mới."),
    ),
    Problem(
        "key_reused",
        409,
        _("Idempotency-Key đã dùng cho nội dung khác"),
        _("Mỗi lần ghi mới dùng một khóa mới."),
    ),
    Problem(
        "field_not_correctable",
        422,
        _("Trường này không chỉnh sửa được qua cổng"),
        _("Chọn trường ghi ở detail; trường khác thì mời công dân đến công an xã."),
    ),
    Problem(
        "value_not_listed",
        422,
        _("Giá trị không có trong danh mục của trường"),
        _("Gửi một mã ghi ở detail, hoặc tên của mã đó."),
    ),
    Problem(
        "claimed_wrong",
        422,
        _("Giá trị đề nghị không thể đúng"),
        _("Xem trường detail; gửi đúng như trên giấy tờ."),
    ),
    Problem(
        "correction_open",
        409,
        _("Đang có yêu cầu khác cho trường này của người này"),
        _("Theo dõi yêu cầu ghi ở detail bằng /v1/corrections/status; gửi lại sau khi có kết quả."),
    ),
    Problem(
        "correction_unknown",
        404,
        _("Không có yêu cầu chỉnh sửa này của bạn"),
        _("Dùng mã đã nhận từ /v1/corrections."),
    ),
    Problem("rate_exceeded", 429, _("Vượt tốc độ của thỏa thuận"), _AGAIN),
    Problem("busy", 503, _("Hệ thống đang quá tải"), _AGAIN),
    Problem(
        "journal_behind",
        503,
        _("Nhật ký chưa được niêm phong kịp; dừng trả lời cho đến khi kịp"),
        _NOTHING,
    ),
    Problem("no_news", 503, _("Không biết được thu hồi mới nhất; dừng trả lời"), _NOTHING),
    Problem(
        "database_down",
        503,
        _("Cơ sở dữ liệu tạm ngừng"),
        _("Gọi lại sau Retry-After. Không chắc lượt này đã vào nhật ký hay chưa."),
    ),
    Problem(
        "batch_waits",
        503,
        _("Nhật ký đang chậm; tạm không nhận lô"),
        _("Gọi lại sau Retry-After, hoặc hỏi từng người."),
    ),
    Problem(
        "not_answerable",
        500,
        _("Yêu cầu này không xử lý được"),
        _("Báo lại kèm mã request; các yêu cầu khác cùng lúc vẫn được trả lời."),
    ),
    Problem(
        "upstream_down",
        503,
        _("Chưa xác thực được: cơ sở dữ liệu quốc gia chưa trả lời"),
        _("Gọi lại sau Retry-After. Lượt này đã vào nhật ký; chưa có kết luận nào về người này."),
    ),
    Problem(
        "upstream_refuses",
        502,
        _("Cơ sở dữ liệu quốc gia từ chối lượt gọi này"),
        _("Gọi lại cũng không được: báo cho đơn vị vận hành cổng kèm mã request."),
    ),
    Problem(
        "birth_needed",
        422,
        _("Cần ngày sinh: cơ sở dữ liệu quốc gia chỉ trả lời khi có số, họ tên và ngày sinh"),
        _("Gửi ngày sinh dạng yyyy-mm-dd, hoặc yyyy nếu giấy tờ chỉ ghi năm."),
    ),
    Problem(
        "officer_unregistered",
        422,
        _("Cán bộ này chưa được đăng ký với cơ sở dữ liệu quốc gia"),
        _("Đề nghị đơn vị vận hành cổng đăng ký mã cán bộ của bạn."),
    ),
    Problem(
        "sequence_ahead",
        409,
        _("Số thứ tự lô vượt trước; còn thiếu lô ở giữa"),
        _("Gửi tiếp từ số ghi ở detail; gọi .../position để biết số đó bất cứ lúc nào."),
    ),
    Problem(
        "sequence_reused",
        409,
        _("Số thứ tự lô này đã dùng cho nội dung khác"),
        _("Gửi các bản ghi mới với số ghi ở detail."),
    ),
    Problem(
        "push_full",
        503,
        _("Còn quá nhiều lô chưa nạp"),
        _AGAIN,
    ),
    Problem(
        "register_absent",
        501,
        _("Tỉnh này không giữ dữ liệu dân cư nên không làm được việc này"),
        _("Xác thực và chia sẻ được chuyển tiếp; cần chỉnh sửa thì mời công dân đến công an xã."),
    ),
    Problem("path_unknown", 404, _("Không có địa chỉ này"), _GUIDE),
    Problem(
        "method_wrong",
        405,
        _("Phương thức sai"),
        _("Mọi lượt hỏi về người đều là POST; xem đặc tả /v1/openapi.json."),
    ),
    *CONSENT_PROBLEMS,
    *COURT_PROBLEMS,
)
