"""Words of the partner screen: kinds of body, services, states, names from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.exchange.data import AgreementData, KeyData, PartnerBody, PartnerData, Service
from danso.modules.identity.interface import get_account
from danso.modules.sources import interface as sources
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
    Service.PUSH: (_("Gửi bản ghi của mình"), _("Bản ghi của nguồn mà đơn vị là chủ quản.")),
    Service.CASE_PARTIES: (
        _("Người tham gia tố tụng"),
        _("Cả vụ án trong một lần gọi, có biên bản cho hồ sơ."),
    ),
    Service.PERSON_REQUEST: (
        _("Tìm người chưa có số"),
        _("Thẩm phán phê duyệt, công an xã trả lời."),
    ),
    Service.COURT_DECISION: (
        _("Gửi quyết định của tòa án"),
        _("Là đề nghị; công an chấp nhận thì dữ liệu mới đổi."),
    ),
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


# What is done about consents goes under the agreement for share, and is no share.
ACTIONS: Final = {
    "ask-consent": _("Xin đồng ý"),
    "consent-state": _("Hỏi tình trạng yêu cầu đồng ý"),
}


def action_words(action: str) -> str:
    """What was called, in words where there are some."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    services = {service.value for service in Service}
    return service_words(Service(action)) if action in services else action


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
    source = province().sources.get(code)
    if source is not None:
        return FieldWords(code, said(source), "", "mute")
    found = province().fields.get(code) or sources.find_fact(code)
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


def consent_words(agreement: AgreementData) -> tuple[str, str]:
    """How an agreement rests on the holder's consent, and what that means; empty where it does
    not."""
    if not agreement.consent:
        return "", ""
    if agreement.terms.service is Service.SHARE:
        return gettext("theo sự đồng ý của từng người"), gettext(
            "Chỉ trả lời khi người đó đã đồng ý, còn hiệu lực, cho mọi trường được hỏi."
        )
    return gettext("mỗi người kèm một mã đồng ý"), gettext(
        "Đơn vị giữ văn bản, gửi mã theo lượt gọi."
    )


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


# What the gateway publishes of each made-up person, in Vietnamese; its English is the gateway's.
NOTES: Final = {
    "Everything matches": _("Mọi trường đều khớp"),
    "The register knows the year only; the result is match": _(
        "Sổ chỉ biết năm sinh; kết quả vẫn là khớp"
    ),
    "Asked without diacritics; the result is match": _("Hỏi không dấu; kết quả vẫn là khớp"),
    "The register has no birth date": _("Sổ không có ngày sinh"),
    "No other field is answered": _("Không trả lời trường nào khác"),
    "Only the diacritics differ": _("Chỉ khác dấu"),
    "Day and month were swapped; ask for a correction": _(
        "Đảo ngày và tháng; hãy báo sai để chỉnh sửa"
    ),
    "A death is recorded": _("Đã ghi nhận là đã mất"),
    "The number was cancelled and another established": _("Số đã hủy, đã xác lập số khác"),
    "Somebody protected, answered as nobody": _("Người được bảo vệ, trả lời như không có"),
    "Nobody has this number": _("Không ai mang số này"),
    "Five wrong tries first; the other examples are never counted": _(
        "Sai năm lần trước đã; những người mẫu khác không bị đếm"
    ),
}


def note_words(note: str) -> str:
    """What is special about a made-up person."""
    return str(NOTES.get(note, note))
