"""Every refusal of the gateway: RFC 9457 problems with a stable code and what to do next."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from danso.gateway.consent_problems import CONSENT_PROBLEMS
from danso.gateway.court_problems import COURT_PROBLEMS


class Problem(Exception):
    """A refusal on its way out. `journaled` refusals go to the journal before they are sent."""

    def __init__(
        self, code: str, *, detail: str = "", retry_after: int = 0, at: str = "", field: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.vi, self.en, self.fix = PROBLEMS[code]
        self.detail = detail
        self.retry_after = retry_after
        # Set where a row about it is in the journal already.
        self.is_journaled = False
        self.at = at
        self.field = field

    def body(self, request_id: str = "") -> bytes:
        """The problem as JSON; empty members are left out."""
        members: dict[str, Any] = {
            "type": f"urn:danso:problem:{self.code}",
            "title": self.vi,
            "title_en": self.en,
            "status": self.status,
            "code": self.code,
            "fix": self.fix,
            "detail": self.detail,
            "at": self.at,
            "field": self.field,
            "request": request_id,
        }
        return msgspec.json.encode({name: value for name, value in members.items() if value})


PROBLEMS: Final[dict[str, tuple[int, str, str, str]]] = {
    "token_missing": (
        401,
        "Thiếu mã truy cập",
        "No access token",
        "Get one at /v1/token and send it as `Authorization: Bearer ...`.",
    ),
    "token_invalid": (
        401,
        "Mã truy cập không hợp lệ hoặc đã hết hạn",
        "The access token is not valid or has expired",
        "Get a new one at /v1/token.",
    ),
    "token_bound_elsewhere": (
        401,
        "Mã truy cập gắn với chứng thư TLS khác",
        "The access token is bound to another TLS certificate",
        "Call with the client certificate that you used at /v1/token.",
    ),
    "partner_closed": (
        401,
        "Đối tác hoặc khóa đã bị thu hồi",
        "This partner or its key has been revoked",
        "Ask the agreement officer.",
    ),
    "not_agreed": (
        403,
        "Không có thỏa thuận cho mục đích và dịch vụ này",
        "You have no agreement for this purpose and service",
        "Use a purpose of your own agreements, or ask the agreement officer for one.",
    ),
    "agreement_not_yours": (
        403,
        "Thỏa thuận nêu trong yêu cầu không phải của bạn",
        "The agreement named is not the one you hold for this purpose and service",
        "Name your own agreement's number, or leave the field out.",
    ),
    "agreement_over": (
        403,
        "Thỏa thuận đã hết hạn",
        "The agreement has expired",
        "Ask the agreement officer to renew it.",
    ),
    "agreement_not_begun": (
        403,
        "Thỏa thuận chưa có hiệu lực",
        "The agreement is not yet in force",
        "Wait for its first day.",
    ),
    "field_not_agreed": (
        403,
        "Trường này không nằm trong thỏa thuận",
        "This field is not part of your agreement",
        "Ask only for the fields of your agreement.",
    ),
    "state_bodies_only": (
        403,
        "Dịch vụ chỉ dành cho cơ quan nhà nước",
        "This service is for state bodies only",
        "Use verify or share, with the holder's consent.",
    ),
    "officer_missing": (
        422,
        "Thiếu mã cán bộ",
        "The officer's code is missing",
        "Send `envelope.officer` or the header X-Road-UserId.",
    ),
    "file_missing": (
        422,
        "Thiếu mã hồ sơ",
        "The file's code is missing",
        "Send `envelope.file_code` or the header X-Road-Issue.",
    ),
    "body_malformed": (
        400,
        "Nội dung không phải JSON hợp lệ (UTF-8)",
        "The body is not valid JSON (UTF-8)",
        "Send one JSON object as described in /v1/openapi.json.",
    ),
    "body_wrong": (
        422,
        "Nội dung sai cấu trúc",
        "The body does not have the agreed shape",
        "See `detail` and /v1/openapi.json.",
    ),
    "body_too_large": (
        413,
        "Nội dung quá lớn",
        "The body is too large",
        "Send fewer people at once (1,000 at most).",
    ),
    "body_too_slow": (
        408,
        "Nội dung gửi quá chậm",
        "The body took too long to arrive",
        "Send it in one go.",
    ),
    "media_type": (
        415,
        "Kiểu nội dung không được hỗ trợ",
        "This content type is not supported",
        "Send application/json.",
    ),
    "birth_wrong": (
        422,
        "Ngày sinh không tồn tại",
        "There is no such birth date",
        "Write yyyy-mm-dd, yyyy-mm or yyyy, not in the future.",
    ),
    "fact_day_wrong": (
        422,
        "Ngày không tồn tại",
        "There is no such day",
        "Write yyyy-mm-dd.",
    ),
    "name_empty": (
        422,
        "Họ tên trống",
        "The name is empty",
        "Send the whole birth name.",
    ),
    "header_wrong": (
        400,
        "Tiêu đề X-Road sai",
        "An X-Road header is malformed",
        "Send visible ASCII of at most 255 characters.",
    ),
    "key_missing": (
        400,
        "Thiếu Idempotency-Key",
        "The Idempotency-Key is missing or malformed",
        "Send one of 8 to 128 visible characters, new for every write.",
    ),
    "key_reused": (
        409,
        "Idempotency-Key đã dùng cho nội dung khác",
        "This Idempotency-Key was used for another body",
        "Use a new key for a new write.",
    ),
    "field_not_correctable": (
        422,
        "Trường này không chỉnh sửa được qua cổng",
        "This field cannot be corrected this way",
        "Name one of the fields in `detail`; for any other send the person to their commune's "
        "police.",
    ),
    "value_not_listed": (
        422,
        "Giá trị không có trong danh mục của trường",
        "The value is not in the field's code list",
        "Send one of the codes in `detail`, or its name.",
    ),
    "claimed_wrong": (
        422,
        "Giá trị đề nghị không thể đúng",
        "The value claimed can't be right",
        "See `detail`; send what the paper says.",
    ),
    "correction_open": (
        409,
        "Đang có yêu cầu khác cho trường này của người này",
        "Another correction of this field of this person is open",
        "Follow the one named in `detail` at /v1/corrections/status; send yours again once it is "
        "answered.",
    ),
    "correction_unknown": (
        404,
        "Không có yêu cầu chỉnh sửa này của bạn",
        "You have no such correction",
        "Use the key you were given by /v1/corrections.",
    ),
    "rate_exceeded": (
        429,
        "Vượt tốc độ của thỏa thuận",
        "You are over the agreed rate",
        "Wait as long as Retry-After says.",
    ),
    "busy": (
        503,
        "Hệ thống đang quá tải",
        "The gateway has too much waiting",
        "Try again after Retry-After.",
    ),
    "journal_behind": (
        503,
        "Nhật ký chưa được niêm phong kịp; dừng trả lời cho đến khi kịp",
        "The journal is not being sealed; nothing is answered until it is",
        "Nothing to do on your side. Try again after Retry-After.",
    ),
    "no_news": (
        503,
        "Không biết được thu hồi mới nhất; dừng trả lời",
        "The gateway has had no news of revocations for too long",
        "Nothing to do on your side. Try again after Retry-After.",
    ),
    "database_down": (
        503,
        "Cơ sở dữ liệu tạm ngừng",
        "The database does not answer",
        "Try again after Retry-After. It is not known whether this call was journaled.",
    ),
    "batch_waits": (
        503,
        "Nhật ký đang chậm; tạm không nhận lô",
        "The journal's backlog is over two seconds; no batches for now",
        "Try again after Retry-After, or ask one by one.",
    ),
    "not_answerable": (
        500,
        "Yêu cầu này không xử lý được",
        "This request could not be worked on",
        "Report it with its `request` id; the others of the moment were answered.",
    ),
    "upstream_down": (
        503,
        "Chưa xác thực được: cơ sở dữ liệu quốc gia chưa trả lời",
        "Could not be verified yet: the national database gives no answer",
        "Try again after Retry-After. The call is journaled; nothing is said about the person.",
    ),
    "upstream_refuses": (
        502,
        "Cơ sở dữ liệu quốc gia từ chối lượt gọi này",
        "The national database refuses this call",
        "Trying again changes nothing: tell the operator of this gateway, with the `request` id.",
    ),
    "birth_needed": (
        422,
        "Cần ngày sinh: cơ sở dữ liệu quốc gia chỉ trả lời khi có số, họ tên và ngày sinh",
        "A birth date is needed: the national database answers about number, name and birth only",
        "Send birth as yyyy-mm-dd, or yyyy where the paper has the year alone.",
    ),
    "officer_unregistered": (
        422,
        "Cán bộ này chưa được đăng ký với cơ sở dữ liệu quốc gia",
        "This officer is not registered with the national database",
        "Have the operator of this gateway register your officer's code.",
    ),
    "register_absent": (
        501,
        "Tỉnh này không giữ dữ liệu dân cư nên không làm được việc này",
        "This province keeps no population data, so it cannot do this",
        "Verify and share are forwarded; for a correction send the person to their commune's "
        "police.",
    ),
    "sequence_ahead": (
        409,
        "Số thứ tự lô vượt trước; còn thiếu lô ở giữa",
        "This batch's number is ahead: one before it has not come",
        "Go on with the number in `detail`; .../position says it at any time.",
    ),
    "sequence_reused": (
        409,
        "Số thứ tự lô này đã dùng cho nội dung khác",
        "This batch's number was used for another body",
        "Send the new records under the number in `detail`.",
    ),
    "push_full": (
        503,
        "Còn quá nhiều lô chưa nạp",
        "Too many batches wait to be loaded",
        "Nothing is lost. Try again after Retry-After.",
    ),
    "path_unknown": (
        404,
        "Không có địa chỉ này",
        "There is nothing at this address",
        "See /v1/openapi.json.",
    ),
    "method_wrong": (
        405,
        "Phương thức sai",
        "Wrong method",
        "Everything about people is POST; see /v1/openapi.json.",
    ),
    **CONSENT_PROBLEMS,
    **COURT_PROBLEMS,
}
