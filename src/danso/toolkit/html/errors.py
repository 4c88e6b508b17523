"""Error pages: what happened and what to do next, in the reader's language; never whose data.

`page_of` turns one of danso's own errors into a page; `forbidden`, `not_found`, ... are handlers.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.errors import (
    Conflict,
    DansoError,
    InvalidValue,
    NotFound,
    Refused,
    Unavailable,
)

Words = str | Promise
CODE_CONTEXT: Final = "lỗi"
_GAP: Final = "{}"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The words of one kind of failure. `bare` pages ask nothing of session or database."""

    title: Words
    text: Words
    fix: Words
    bare: bool = False


PAGES: Final[Mapping[int, Page]] = {
    400: Page(
        _("Yêu cầu không hợp lệ"),
        _("Hệ thống không hiểu được yêu cầu này."),
        _("Quay lại trang trước, tải lại trang rồi gửi lại."),
    ),
    403: Page(
        _("Bạn không có quyền xem trang này"),
        _("Tài khoản hoặc vị trí công tác của bạn không cho phép việc này."),
        _("Nếu công việc cần quyền này, hãy đề nghị người quản trị hệ thống của đơn vị cấp quyền."),
    ),
    404: Page(
        _("Không tìm thấy trang"),
        _("Địa chỉ này không có, hoặc bạn không có quyền xem."),
        _("Kiểm tra lại địa chỉ, hoặc bắt đầu lại từ trang đầu."),
    ),
    409: Page(
        _("Dữ liệu đã thay đổi"),
        _("Có người khác đã thay đổi mục này trong lúc bạn làm việc."),
        _("Mở lại mục này để xem nội dung mới rồi làm lại."),
    ),
    429: Page(
        _("Quá nhiều yêu cầu"),
        _("Có quá nhiều lần thử trong thời gian ngắn."),
        _("Chờ vài phút rồi thử lại. Nếu không phải bạn đã thử, hãy báo người quản trị hệ thống."),
    ),
    500: Page(
        _("Hệ thống gặp lỗi"),
        _("Lỗi ở phía chúng tôi và đã được ghi lại. Việc nào chưa báo xong thì chưa được lưu."),
        _("Thử lại sau ít phút. Nếu vẫn lỗi, báo người quản trị hệ thống giờ xảy ra lỗi."),
        bare=True,
    ),
    503: Page(
        _("Hệ thống tạm dừng phục vụ"),
        _("Một bộ phận của hệ thống đang bận hoặc đang được khởi động lại."),
        _("Chờ một phút rồi tải lại trang."),
        bare=True,
    ),
}

_STATUS: Final[tuple[tuple[type[DansoError], int], ...]] = (
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidValue, 400),
    (Unavailable, 503),
)

LAST_RESORT: Final = (
    "<!doctype html><html lang=vi><meta charset=utf-8><title>danso</title>"
    "<h1>Hệ thống gặp lỗi</h1><p>Thử lại sau ít phút.</p>"
    "<h1 lang=en>Something went wrong</h1><p lang=en>Try again in a few minutes.</p>"
)


def error_page(
    request: HttpRequest, status: int, *, code: str = "", text: str = "", fix: str = ""
) -> HttpResponse:
    """The page of this status; the given words replace its own."""
    page = PAGES[status]
    context = {
        "title": page.title,
        "text": text or page.text,
        "fix": fix or page.fix,
        "status": status,
        "code": code,
    }
    try:
        body: str = render_to_string("danso/error.html", context, None if page.bare else request)
    except Exception:  # the page about a failure must not fail
        log.exception("the error page itself failed")
        body = LAST_RESORT
    response = HttpResponse(body, status=status)
    if status == 503:
        response["Retry-After"] = "60"
    return response


def words_of(error: DansoError) -> tuple[str, str]:
    """What happened and what to do next ('' for none), in the reader's language.

    The Vietnamese is found by the error's code (locale/vi, `python -m tools.error_words`);
    an error whose source is Vietnamese is translated like any other words.
    """
    return _said(error.code, error.message), _said(f"{error.code}.fix", error.fix)


def _said(key: str, source: str) -> str:
    if not source:
        return ""
    found = pgettext(CODE_CONTEXT, key)
    if found == key:
        return gettext(source)
    return _filled(found, key, source) if _GAP in found else found


def _filled(found: str, key: str, source: str) -> str:
    """What the English fills in, filled in here too: in the same order. Another sentence of the
    same code fills in nothing, and leaves the gaps out."""
    english = pgettext(CODE_CONTEXT, f"{key}.en")
    parts = map(re.escape, english.split(_GAP))
    said = re.fullmatch("(.*?)".join(parts), source, flags=re.DOTALL)
    if said is None or len(said.groups()) < found.count(_GAP):
        return re.sub(r"\s*\{\}", "", found)
    return found.format(*said.groups())


def page_of(request: HttpRequest, error: DansoError) -> HttpResponse:
    """The page of one of danso's own errors: its status, its words, its next step, its code."""
    status = next((number for kind, number in _STATUS if isinstance(error, kind)), 400)
    # What is hidden and what is not there must read alike.
    hidden = status == 404
    return error_page(
        request,
        status,
        code=error.code,
        text="" if hidden else words_of(error)[0],
        fix="" if hidden else words_of(error)[1],
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400"""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403"""
    return error_page(request, 403)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form grew old, or came from elsewhere."""
    return error_page(
        request,
        403,
        code="form_token",
        text=str(_("Biểu mẫu đã quá hạn hoặc được gửi từ nơi khác.")),
        fix=str(_("Mở lại trang có biểu mẫu, điền và gửi lại.")),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404"""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. A database that is away is no fault of the page: 503, come back soon."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return error_page(request, 503 if is_away else 500)
