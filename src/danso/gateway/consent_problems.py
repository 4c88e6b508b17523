"""Refusals about consent, for `problems.PROBLEMS`."""

from __future__ import annotations

from typing import Final

CONSENT_PROBLEMS: Final[dict[str, tuple[int, str, str, str]]] = {
    "consent_missing": (
        403,
        "Thiếu mã sự đồng ý của chủ thể dữ liệu",
        "The reference of the holder's consent is missing",
        "Send `consent` with every person.",
    ),
    "consent_needed": (
        403,
        "Không có sự đồng ý còn hiệu lực cho mọi trường được hỏi",
        "No live consent covers every field that you ask for",
        "Ask for it at /v1/consents/requests under the same purpose and share once it is `given`; "
        "or ask for fewer fields. The answer is this one too where nobody has the number.",
    ),
    "consent_not_yours": (
        403,
        "Thỏa thuận này không cần sự đồng ý",
        "Your agreement shares without the holder's consent",
        "Call /v1/share: the law that your purpose names is its ground.",
    ),
    "consent_request_open": (
        409,
        "Đang có yêu cầu đồng ý khác của bạn về số này cho mục đích này",
        "Another request of yours about this number and purpose is open",
        "Follow that one, or wait until it is over: a holder is asked for one thing at a time.",
    ),
    "consent_asked_too_often": (
        429,
        "Số này đã được xin đồng ý quá nhiều lần",
        "Consent was asked for about this number too often",
        "Wait some days. Three requests of yours in 30 days, ten of all in a day, are the most.",
    ),
    "consent_requests_many": (
        429,
        "Đơn vị đã gửi quá nhiều yêu cầu đồng ý hôm nay",
        "You have asked for too many consents today",
        "Go on tomorrow; ask only whom you are dealing with.",
    ),
    "consent_request_unknown": (
        404,
        "Không có yêu cầu đồng ý này của bạn",
        "You have no such request for consent",
        "Use the key you were given by /v1/consents/requests.",
    ),
}
