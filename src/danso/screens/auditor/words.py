"""Words of the auditor's pages: who looked, at what, with what outcome, by which body."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import BodyKind
from danso.modules.identity.data import UNUSUAL_NAMES, UnusualKind
from danso.modules.identity.interface import get_account
from danso.toolkit.platform import province

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
    "asked": _("đã hỏi cơ sở dữ liệu quốc gia"),
    "sent": _("đã gửi lên cơ sở dữ liệu quốc gia"),
    "dead": _("người đã chết"),
    "cancelled": _("số đã hủy"),
    "too_many_attempts": _("hỏi sai quá nhiều"),
    "protected": _("được bảo vệ"),
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
    """An account by its holder's name; a partner or the system by its code."""
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
    return looker_words(actor.id) if actor.kind == "officer" else actor.id


def field_words(code: str) -> str:
    found = province().fields.get(code)
    if found is None:
        return code
    return found.en if (get_language() or "").startswith("en") else found.vi


def purpose_words(code: str) -> str:
    found = province().purposes.get(code)
    if found is None:
        return code
    return found.en if (get_language() or "").startswith("en") else found.vi
