"""Where a citizen lands: one card for each thing they can see or do. A part adds its card here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from danso.modules.identity import interface as identity
from danso.modules.identity.data import ActingGround, MandateScope
from danso.screens.citizen.holder import Holder, of_holder


@dataclass(frozen=True, slots=True)
class Card:
    """One door of the home: a route's name, its words, and the account's level it needs."""

    route: str
    title: Promise
    text: Promise
    level: int = 2
    # What a mandate must name for it; None: one's own affairs only.
    scope: MandateScope | None = None
    # The same while one acts for somebody: `%(name)s` is theirs. None: the words fit both.
    title_of_other: Promise | None = None
    text_of_other: Promise | None = None
    # Only for a helper, beside somebody.
    is_beside: bool = False
    # Only while acting for an organisation.
    is_organisations: bool = False

    def words(self, other: str) -> tuple[str, str]:
        """Title and text, of one's own affairs or of somebody else's, by name."""
        if not other:
            return str(self.title), str(self.text)
        title, text = self.title_of_other or self.title, self.text_of_other or self.text
        return str(title) % {"name": other}, str(text) % {"name": other}


# In the order of the page. Other parts: one line each, at the end of their group.
CARDS: Final[tuple[Card, ...]] = (
    Card(
        "services:mine",
        _("Hồ sơ của tôi"),
        _("Dịch vụ công bạn đã nộp: đến đâu, khi nào xong."),
        scope=MandateScope.FILE,
    ),
    Card(
        "citizen:my-data",
        _("Dữ liệu của tôi"),
        _("Cơ quan nhà nước đang giữ gì về bạn."),
        scope=MandateScope.SEE_DATA,
        title_of_other=_("Dữ liệu của %(name)s"),
        text_of_other=_("Cơ quan nhà nước đang giữ gì về %(name)s."),
    ),
    Card(
        "citizen:looks",
        _("Ai đã xem"),
        _("Ai đã xem dữ liệu của bạn, khi nào, để làm gì."),
        scope=MandateScope.SEE_LOOKS,
        text_of_other=_("Ai đã xem dữ liệu của %(name)s, khi nào, để làm gì."),
    ),
    Card(
        "citizen:reports",
        _("Điều tôi đã báo sai"),
        _("Ai quyết định, hạn trả lời, câu trả lời."),
        scope=MandateScope.CORRECT,
        title_of_other=_("Điều đã báo sai về %(name)s"),
    ),
    Card(
        "citizen:paper",
        _("Bản in một trang"),
        _("Chữ to, để in hoặc đưa cho người nhà đọc."),
        scope=MandateScope.SEE_LOOKS,
    ),
    Card(
        "citizen:requests",
        _("Quyền của tôi"),
        _("Yêu cầu xem, sửa, xóa, hạn chế dùng dữ liệu về bạn; có hạn trả lời."),
        scope=MandateScope.RIGHTS,
    ),
    Card(
        "citizen:complaints",
        _("Khiếu nại lượt xem"),
        _("Các khiếu nại bạn đã gửi và trả lời."),
    ),
    Card(
        "citizen:copies",
        _("Tải bản sao dữ liệu"),
        _("Mọi thứ hệ thống giữ về bạn, để đọc và để máy đọc."),
    ),
    Card(
        "citizen:mandates",
        _("Ủy quyền và làm thay"),
        _("Để người thân làm thay bạn, hoặc làm thay con và người khác."),
    ),
    Card(
        "citizen:organisations",
        _("Tổ chức của tôi"),
        _("Đại diện một doanh nghiệp, cơ quan, hợp tác xã."),
    ),
    Card(
        "citizen:organisation",
        _("Tổ chức"),
        _("Tài khoản của tổ chức, người được ủy quyền, việc đã làm thay."),
        is_organisations=True,
    ),
    Card(
        "eid:assist-open",
        _("Mở tài khoản mức độ 1"),
        _("Cho người ngồi cùng bạn: điện thoại và mật khẩu là của họ."),
        scope=MandateScope.OPEN_ACCOUNT,
        is_beside=True,
    ),
    Card(
        "citizen:consents",
        _("Sự đồng ý của tôi"),
        _("Ai xin phép, ai được phép nhận dữ liệu của bạn; rút lại."),
        scope=MandateScope.CONSENT,
    ),
    Card("eid:own", _("Tài khoản định danh"), _("Mật khẩu, thiết bị, khóa tài khoản."), level=1),
)


@of_holder(level=1, is_of_all=True)
def home(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The cards; those that this account is not sure enough for say so. Whoever acts for somebody
    sees what was given to them."""
    cards = [card for card in CARDS if _is_given(card, holder)]
    context = {
        "open": [
            (title, reverse(card.route), text)
            for card in cards
            if card.level <= holder.level
            for title, text in (card.words(holder.other),)
        ],
        "later": [card for card in cards if card.level > holder.level],
        "acting": holder.acting,
        "others": () if holder.acting else identity.actings_of(holder.account),
    }
    return render(request, "citizen/home.html", context)


def _is_given(card: Card, holder: Holder) -> bool:
    if holder.acting is None:
        return not (card.is_beside or card.is_organisations)
    if holder.acting.organisation is not None:
        return card.is_organisations
    if card.is_beside and holder.acting.ground is not ActingGround.ASSISTED:
        return False
    return card.scope is not None and holder.acting.may(card.scope)
