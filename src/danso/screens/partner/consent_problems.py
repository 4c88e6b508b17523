"""The problem codes about consent in the reader's language, for `problems.PROBLEMS`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from danso.screens.partner.problem import Problem

CONSENT_PROBLEMS: Final[tuple[Problem, ...]] = (
    Problem(
        "consent_missing",
        403,
        _("Thiếu mã sự đồng ý của chủ thể dữ liệu"),
        _("Gửi trường consent cho từng người."),
    ),
    Problem(
        "consent_needed",
        403,
        _("Không có sự đồng ý còn hiệu lực cho mọi trường được hỏi"),
        _(
            "Xin đồng ý ở /v1/consents/requests với đúng mục đích, chờ trạng thái given; hoặc hỏi "
            "ít trường hơn. Số không có người mang cũng nhận câu này."
        ),
    ),
    Problem(
        "consent_not_yours",
        403,
        _("Thỏa thuận này không cần sự đồng ý"),
        _("Gọi /v1/share: căn cứ là luật nêu ở mục đích của bạn."),
    ),
    Problem(
        "consent_request_open",
        409,
        _("Đang có yêu cầu đồng ý khác của bạn về số này cho mục đích này"),
        _("Theo dõi yêu cầu đó, hoặc chờ nó hết hạn: mỗi lúc chỉ hỏi một điều."),
    ),
    Problem(
        "consent_asked_too_often",
        429,
        _("Số này đã được xin đồng ý quá nhiều lần"),
        _("Chờ vài ngày. Nhiều nhất: ba yêu cầu của bạn trong 30 ngày, mười của mọi đơn vị/ngày."),
    ),
    Problem(
        "consent_requests_many",
        429,
        _("Đơn vị đã gửi quá nhiều yêu cầu đồng ý hôm nay"),
        _("Gửi tiếp vào ngày mai; chỉ xin những người bạn đang phục vụ."),
    ),
    Problem(
        "consent_request_unknown",
        404,
        _("Không có yêu cầu đồng ý này của bạn"),
        _("Dùng khóa mà /v1/consents/requests đã trả về."),
    ),
)
