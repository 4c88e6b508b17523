"""Words of the partner screen: kinds of body, services, states, names from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.exchange.data import AgreementData, KeyData, PartnerBody, PartnerData, Service
from danso.modules.identity.interface import get_account
from danso.toolkit.platform import province

BODIES = {
    PartnerBody.AGENCY: _("Cơ quan nhà nước"),
    PartnerBody.COURT: _("Tòa án"),
    PartnerBody.BANK: _("Tổ chức tín dụng"),
    PartnerBody.BUSINESS: _("Doanh nghiệp, tổ chức khác"),
}
SERVICES = {
    Service.VERIFY: (_("Xác thực từng người"), _("Trả lời khớp hay không khớp từng trường.")),
    Service.BATCH: (_("Xác thực theo lô"), _("Tối đa 1.000 người một lần gọi.")),
    Service.SHARE: (_("Chia sẻ dữ liệu"), _("Trả về giá trị các trường nêu trong thỏa thuận.")),
    Service.LINK_NUMBER: (_("Nối số cũ và số mới"), _("Số 9 chữ số với số 12 chữ số.")),
    Service.CHANGES: (_("Theo dõi thay đổi"), _("Người đang theo dõi có gì thay đổi.")),
    Service.CORRECTION: (_("Báo sai để chỉnh sửa"), _("Gửi yêu cầu chỉnh sửa, theo dõi trả lời.")),
}
SENSITIVITY = {
    "basic": (_("cơ bản"), "calm"),
    "sensitive": (_("nhạy cảm"), "warn"),
    "secret": (_("bí mật"), "bad"),
}


class Bilingual(Protocol):
    """Anything of the catalogue with both names."""

    @property
    def vi(self) -> str: ...

    @property
    def en(self) -> str: ...


def said(words: Bilingual) -> str:
    """The name in the reader's language."""
    return words.en if (get_language() or "").startswith("en") else words.vi


def service_words(service: Service) -> str:
    return str(SERVICES[service][0])


def purpose_words(code: str) -> str:
    """A purpose's name, or its code where the catalogue has dropped it since."""
    found = province().purposes.get(code)
    return said(found) if found else code


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One field as a page shows it: its name and how sensitive the law finds it."""

    code: str
    name: str
    sensitivity: str
    tone: str


def field_words(code: str) -> FieldWords:
    found = province().fields.get(code)
    if found is None:
        return FieldWords(code, code, "", "mute")
    sensitivity, tone = SENSITIVITY[found.sensitivity]
    return FieldWords(code, said(found), str(sensitivity), tone)


def account_words(key: str) -> str:
    """Who issued or revoked, by name; danso's own doings and former accounts by their code."""
    try:
        return get_account(UUID(key)).name
    except (ValueError, NotFound):
        return gettext("hệ thống") if key else ""


@dataclass(frozen=True, slots=True)
class State:
    """A state's word and tone."""

    text: str
    tone: str


def agreement_state(agreement: AgreementData) -> State:
    now = clock.now()
    if agreement.revoked_at is not None:
        return State(gettext("đã thu hồi"), "bad")
    if agreement.terms.until <= now:
        return State(gettext("hết hạn"), "mute")
    if agreement.terms.since > now:
        return State(gettext("chưa hiệu lực"), "warn")
    return State(gettext("đang hiệu lực"), "good")


def is_in_force(agreement: AgreementData) -> bool:
    return agreement.revoked_at is None and agreement.terms.until > clock.now()


def key_state(key: KeyData) -> State:
    if key.revoked_at is not None:
        return State(gettext("đã thu hồi"), "bad")
    return State(gettext("đang dùng"), "good")


def partner_state(partner: PartnerData) -> State:
    if partner.closed_at is not None:
        return State(gettext("đã đóng"), "mute")
    return State(gettext("đang mở"), "good")


def last_day(until: datetime) -> date:
    """The last day on which something with this (exclusive) end still holds."""
    return clock.local(until - timedelta(microseconds=1)).date()
