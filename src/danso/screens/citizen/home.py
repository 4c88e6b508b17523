"""Where a citizen lands: one card for each thing they can see or do. A part adds its card here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from danso.screens.citizen.holder import Holder, of_holder


@dataclass(frozen=True, slots=True)
class Card:
    """One door of the home: a route's name, its words, and the account's level it needs."""

    route: str
    title: Promise
    text: Promise
    level: int = 2


# In the order of the page. Other parts: one line each, at the end of their group.
CARDS: Final[tuple[Card, ...]] = (
    Card(
        "citizen:requests",
        _("Quyền của tôi"),
        _("Yêu cầu xem, sửa, xóa, hạn chế dùng dữ liệu về bạn; có hạn trả lời."),
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
    Card("eid:own", _("Tài khoản định danh"), _("Mật khẩu, thiết bị, khóa tài khoản."), level=1),
)


@of_holder(level=1)
def home(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The cards; those that this account is not sure enough for say so."""
    cards = [(card, reverse(card.route)) for card in CARDS]
    context = {
        "open": [
            (card.title, path, card.text) for card, path in cards if card.level <= holder.level
        ],
        "later": [card for card, _path in cards if card.level > holder.level],
    }
    return render(request, "citizen/home.html", context)
