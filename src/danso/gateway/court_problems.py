"""Refusals of the courts' addresses, for `problems.PROBLEMS`."""

from __future__ import annotations

from typing import Final

COURT_PROBLEMS: Final[dict[str, tuple[int, str, str, str]]] = {
    "court_not_yours": (
        403,
        "Tòa án nêu trong yêu cầu không thuộc đơn vị của bạn",
        "The court named is neither yours nor under yours",
        "Name your own agency's code, or one that stands under it, in case.court.",
    ),
    "role_unknown": (
        422,
        "Tư cách tố tụng không có trong danh mục",
        "The role is not in the province's list",
        "Send one of the codes in `detail`.",
    ),
    "day_wrong": (
        422,
        "Ngày không tồn tại hoặc ở tương lai",
        "There is no such day, or it lies in the future",
        "Write yyyy-mm-dd, today at the latest.",
    ),
    "record_unknown": (
        404,
        "Không có biên bản xác thực này của bạn",
        "You have no such verification record",
        "Use the key you were given by /v1/case-parties.",
    ),
    "record_waiting": (
        409,
        "Biên bản chưa được niêm phong",
        "The record is not sealed yet",
        "Ask again after Retry-After: the journal's head is signed at least each minute.",
    ),
    "record_erased": (
        410,
        "Nội dung biên bản đã xóa theo thời hạn lưu giữ",
        "What the record says was erased at the end of its term",
        "Use the copy in your file: it still checks. Ask about the parties anew if you need to.",
    ),
    "commune_unknown": (
        422,
        "Không có xã, phường này trên bản đồ hiện nay",
        "There is no such commune on today's map of this province",
        "Send the code of a commune of today.",
    ),
    "sought_too_little": (
        422,
        "Chưa đủ để tìm một người",
        "This is too little to look for one person",
        "Send the family name with the given name, and the birth year or the father's name.",
    ),
    "person_request_unknown": (
        404,
        "Không có yêu cầu tìm người này của bạn",
        "You have no such request",
        "Use the key you were given by /v1/person-requests.",
    ),
    "too_many_requests": (
        429,
        "Tòa án đang có quá nhiều yêu cầu tìm người",
        "Your court has too many requests open or made today",
        "Wait for the answers to those that are open.",
    ),
    "asked_too_often": (
        429,
        "Người này đã được các tòa án hỏi quá nhiều lần",
        "Courts have asked about this name in this commune too often",
        "Use the answers there are; write to the commune's police if more is known now.",
    ),
    "decision_kind_unknown": (
        422,
        "Loại quyết định không có trong danh mục",
        "This kind of decision is not in the province's list",
        "Send one of the codes in `detail`.",
    ),
    "representative_unfit": (
        422,
        "Người đại diện không đi cùng loại quyết định này",
        "A representative does not go with this kind of decision",
        "Name one only where the decision appoints one.",
    ),
    "decision_unknown": (
        404,
        "Không có quyết định này của bạn",
        "You sent no such decision",
        "Use the key you were given by /v1/court-decisions.",
    ),
    "decision_differs": (
        409,
        "Quyết định này đã gửi với nội dung khác",
        "This decision about this person was sent before, saying something else",
        "Compare with the one in `detail`; a correction needs a decision with its own number.",
    ),
}
