"""Words of the auditor's pages: who looked, at what, with what outcome, by which body."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.kernel.names import PersonName
from danso.modules.audit.data import BodyKind
from danso.modules.exchange import interface as exchange
from danso.modules.identity.data import UNUSUAL_NAMES, UnusualKind
from danso.modules.identity.interface import get_account
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province

ACTORS = {
    "officer": _("cán bộ"),
    "partner": _("đơn vị khai thác"),
    "system": _("hệ thống"),
    "citizen": _("người dân"),
    "operator": _("người vận hành"),
}
SYSTEMS = {
    "pages": _("trang làm việc"),
    "cli": _("dòng lệnh"),
    "danso": _("phần mềm danso"),
    "demo": _("bản dùng thử"),
    "trial": _("trang gọi thử"),
    "up": _("khởi động"),
}
DETAILS = {
    "account": _("Tài khoản"),
    "agreement": _("Thỏa thuận"),
    "as_of": _("Tính đến ngày"),
    "body": _("Loại cơ quan"),
    "breach": _("Sự cố"),
    "changed": _("Đã sửa"),
    "code": _("Mã"),
    "commune": _("Xã, phường"),
    "complaint": _("Khiếu nại"),
    "consent": _("Sự đồng ý"),
    "copy": _("Bản sao"),
    "correction": _("Yêu cầu chỉnh sửa"),
    "court": _("Tòa án"),
    "decision": _("Quyết định"),
    "digest": _("Mã băm"),
    "division": _("Tòa khu vực"),
    "data": _("Nhóm dữ liệu"),
    "due": _("Hạn"),
    "first": _("Từ ngày"),
    "for": _("Mục đích đã tìm"),
    "ground": _("Căn cứ từ chối"),
    "hits": _("Số kết quả"),
    "hours": _("Số giờ còn lại"),
    "household": _("Hộ"),
    "import": _("Lần nạp"),
    "job": _("Công việc"),
    "kept": _("Hồ sơ giữ lại"),
    "key": _("Khóa"),
    "kind": _("Loại"),
    "last": _("Đến ngày"),
    "letter": _("Đã gửi thư"),
    "look": _("Lượt xem bất thường"),
    "merge": _("Lần gộp"),
    "merged": _("Hồ sơ được gộp"),
    "method": _("Cách xác nhận"),
    "note": _("Ghi chú"),
    "other": _("Hồ sơ kia"),
    "partner": _("Đơn vị"),
    "people": _("Số người"),
    "position": _("Dòng nhật ký"),
    "post": _("Vị trí"),
    "proposal": _("Đề nghị"),
    "reason": _("Lý do"),
    "receipt": _("Biên nhận"),
    "record": _("Biên bản"),
    "request": _("Yêu cầu"),
    "result": _("Kết quả đã tìm"),
    "retention": _("Quy tắc lưu giữ"),
    "right": _("Quyền"),
    "role": _("Tư cách tố tụng"),
    "row": _("Dòng"),
    "rows": _("Số dòng"),
    "sha256": _("Mã băm của tệp"),
    "told": _("Số người đã nhắn"),
    "unit": _("Cơ quan"),
    "was": _("Trước đó"),
    "who": _("Người đã tìm"),
    "withholding": _("Lượt tạm ẩn"),
    "worklist": _("Danh sách kiểm tra"),
}
METHODS = {
    "password": _("mật khẩu"),
    "webauthn": _("khóa bảo mật"),
    "totp": _("mã xác thực"),
    "recovery_codes": _("mã dự phòng"),
    "mfa": _("bước xác thực thứ hai"),
}
# As exchange names those who asked, in the events that identity notes.
PARTNER = "partner:"
BODIES = {
    BodyKind.INVESTIGATION: _("Cơ quan điều tra"),
    BodyKind.PROCURACY: _("Viện kiểm sát"),
    BodyKind.CRIMINAL_COURT: _("Tòa án (vụ án hình sự)"),
}
OUTCOMES = {
    "done": _("đã làm"),
    "shown": _("đã xem"),
    "listed": _("hiện trong danh sách"),
    "found": _("tìm thấy"),
    "made": _("đã lập"),
    "opened": _("đã mở"),
    "accepted": _("đã chấp nhận"),
    "rejected": _("không chấp nhận"),
    "withdrawn": _("đã rút"),
    "applied": _("đã cập nhật"),
    "confirmed": _("đã xác nhận"),
    "second_officer_missing": _("thiếu người thứ hai"),
    "nothing_changes": _("không có gì thay đổi"),
    "not_found": _("không tìm thấy"),
    "match": _("khớp"),
    "match_incomplete": _("khớp, thiếu trường"),
    "no_match": _("không khớp"),
    "refused": _("bị từ chối"),
    "failed": _("không thành"),
    "received": _("đã nhận"),
    "received_before": _("đã nhận từ trước"),
    "asked": _("đã hỏi cơ sở dữ liệu quốc gia"),
    "sent": _("đã gửi lên cơ sở dữ liệu quốc gia"),
    "dead": _("người đã chết"),
    "cancelled": _("số đã hủy"),
    "too_many_attempts": _("hỏi sai quá nhiều"),
    "protected": _("được bảo vệ"),
    "shared": _("đã cấp"),
    "told": _("đã cấp"),
    "nobody": _("không có người này"),
    "unclear": _("chưa rõ là ai"),
    "sent_up": _("đã gửi lên cơ sở dữ liệu quốc gia"),
    "decision_proposed": _("đã nhận đề nghị"),
    "consent_asked": _("đã xin đồng ý"),
    "asked_already": _("đã xin từ trước"),
    "consent_open": _("chưa trả lời"),
    "consent_given": _("đã đồng ý"),
    "consent_ended": _("sự đồng ý đã kết thúc"),
    "consent_not_given": _("không được đồng ý"),
    "record_waiting": _("biên bản chưa niêm phong"),
    "record_unknown": _("không có biên bản này"),
}
KIND_TONES = {
    UnusualKind.ONESELF: "warn",
    UnusualKind.HOUSEHOLD: "warn",
    UnusualKind.PROTECTED: "bad",
    UnusualKind.VOLUME: "special",
    UnusualKind.GUESSING: "bad",
}


def kind_words(kind: UnusualKind) -> str:
    return gettext(UNUSUAL_NAMES[kind])


def kind_tone(kind: UnusualKind) -> str:
    return KIND_TONES.get(kind, "warn")


def outcome_words(outcome: str) -> str:
    """The outcome in words; what stands behind a colon stays a code."""
    head, _colon, rest = outcome.partition(":")
    said = str(OUTCOMES.get(head, head))
    return f"{said} ({rest})" if rest else said


def outcome_tone(outcome: str) -> str:
    head = outcome.partition(":")[0]
    if head in ("refused", "failed", "too_many_attempts", "protected"):
        return "bad"
    return "warn" if head in ("no_match", "not_found") else "mute"


def looker_words(looker: str) -> str:
    """An account by its holder's name, a partner by its own; the system by its code."""
    if looker.startswith(PARTNER):
        number = looker.removeprefix(PARTNER)
        return partner_words(int(number) if number.isdecimal() else number)
    try:
        return get_account(UUID(looker)).name
    except (ValueError, NotFound):
        return looker


def has_account(actor: Actor) -> bool:
    """Whether the officer named is an account here: commands and tests name others."""
    try:
        return actor.kind == "officer" and bool(get_account(UUID(actor.id)))
    except (ValueError, NotFound):
        return False


def actor_words(actor: Actor) -> str:
    """Who acted: an officer's or a partner's name, else what kind of actor it was."""
    if actor.kind == "officer":
        return looker_words(actor.id)
    return partner_words(actor.id) if actor.kind == "partner" else actor.id


def partner_words(key: str | int) -> str:
    """A partner by its name, its code where there is none such."""
    return exchange.partner_name(key, is_english=_is_english()) or str(key)


def actor_kind_words(actor: Actor) -> str:
    return str(ACTORS.get(actor.kind, actor.kind))


def system_words(code: str) -> str:
    return str(SYSTEMS.get(code, code))


def detail_words(detail: Mapping[str, object]) -> list[tuple[str, str]]:
    """What an entry says besides, named; accounts and ways to prove oneself in words."""
    return [
        (str(DETAILS.get(name, name)), _detail_value(name, str(value)))
        for name, value in sorted(detail.items())
    ]


def _detail_value(name: str, value: str) -> str:
    if name == "account":
        return looker_words(value)
    return str(METHODS.get(value, value)) if name == "method" else value


def withholding_units() -> list[tuple[str, str]]:
    """The catalogue's agencies of today whose decisions may withhold, by code and name."""
    return [
        (one.code, one.en if _is_english() else one.vi)
        for one in province().agencies.values()
        if one.withholds is not None and one.until is None
    ]


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def field_words(code: str) -> str:
    found = province().fields.get(code) or sources.find_fact(code)
    if found is None:
        return code
    return found.en if (get_language() or "").startswith("en") else found.vi


def purpose_words(code: str) -> str:
    found = province().purposes.get(code)
    if found is None:
        return code
    return found.en if (get_language() or "").startswith("en") else found.vi


def person_words(person: UUID) -> str:
    """Somebody by their masked name; nothing for a protected person or one no longer on record. The
    caller journals."""
    found = population.people_by_keys([person]).get(person)
    return PersonName(found.full_name).masked if found and not found.protected else ""
