"""Codes of files in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final, Literal, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.procedures import FormField, Procedure
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError, InvalidValue, NotFound
from danso.modules.cases.data import (
    DUE_UNKNOWN_NAMES,
    EFFECT_NAMES,
    EFFECT_STATES,
    FAULT_WORDS,
    LIGHT_NAMES,
    SAID_NAMES,
    STATUS_NAMES,
    STEP_NAMES,
    AlreadyPaid,
    CaseData,
    DueUnknown,
    EffectData,
    EffectState,
    FiledBefore,
    Light,
    Listed,
    Status,
    StepData,
)
from danso.modules.identity import interface as identity
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.formats import NOTHING, day, moment, number
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

Words = str | Promise
CHANNELS: Final[dict[str, Words]] = {
    "direct": _("Trực tiếp"),
    "online": _("Trực tuyến"),
    "post": _("Bưu chính công ích"),
}
WAYS: Final[dict[str, Words]] = {
    "cash": _("tiền mặt"),
    "online": _("trực tuyến"),
    "transfer": _("chuyển khoản"),
}
QUALITIES: Final[dict[str, Words]] = {
    "good": _("tốt"),
    "unverified": _("chưa xác minh"),
    "under_investigation": _("đang xác minh"),
}
_LIGHT_TONES: Final = {
    Light.GREEN: "good", Light.AMBER: "warn", Light.RED: "bad", Light.NONE: "mute",
    Light.DONE: "calm",
}  # fmt: skip
_STATUS_TONES: Final = {
    Status.FILED: "special", Status.NOT_RECEIVED: "bad", Status.SUPPLEMENT: "warn",
    Status.PAYMENT: "warn", Status.WITHDRAWN: "mute", Status.STOPPED: "mute",
    Status.DECIDED: "good", Status.RETURNED: "good",
}  # fmt: skip
_EFFECT_TONES: Final = {
    EffectState.DONE: "good", EffectState.ASKED: "warn", EffectState.WAITING: "warn",
    EffectState.REFUSED: "bad",
}  # fmt: skip
POPULATION: Final = "population"


class Bilingual(Protocol):
    """Whatever the catalogue says in both languages."""

    @property
    def vi(self) -> str:
        """In Vietnamese."""

    @property
    def en(self) -> str:
        """In English."""


def language() -> Literal["vi", "en"]:
    """The reader's language."""
    return "en" if (get_language() or "").startswith("en") else "vi"


def said(one: Bilingual) -> str:
    """The words in the reader's language."""
    return one.en if language() == "en" else one.vi


def status(code: Status) -> tuple[str, str]:
    """A status's words and tone."""
    return gettext(STATUS_NAMES[code]), _STATUS_TONES.get(code, "calm")


def light(code: Light) -> tuple[str, str]:
    """A traffic light's words and tone."""
    return gettext(LIGHT_NAMES[code]), _LIGHT_TONES[code]


def effect(one: EffectData) -> tuple[str, str, str, str]:
    """An effect's words, its state's, its tone, and what was said of it."""
    name = gettext(EFFECT_NAMES.get(one.kind, one.kind))
    said = gettext(SAID_NAMES.get(one.said, one.said)) if one.said else ""
    return name, gettext(EFFECT_STATES[one.state]), _EFFECT_TONES[one.state], said


def due(listed: Listed) -> str:
    """When it is to be done, or why nobody can tell."""
    if listed.due_at is not None:
        return moment(listed.due_at)
    if listed.due_unknown is not DueUnknown.NOT:
        return gettext(DUE_UNKNOWN_NAMES[listed.due_unknown])
    return NOTHING


def step(one: StepData) -> str:
    """What was done."""
    return gettext(STEP_NAMES.get(one.what, one.what))


def names_of(accounts: Iterable[str]) -> dict[str, str]:
    """The officers behind account keys; whoever applies by e-ID and systems are named as such."""
    return {key: _name(key) for key in set(accounts)}


def _name(key: str) -> str:
    try:
        account = identity.get_account(UUID(key))
    except ValueError:
        return gettext("Hệ thống")
    except NotFound:
        return NOTHING
    return gettext("Người nộp") if account.is_citizen else account.name


def procedure_name(code: str) -> str:
    """A service by its name; its code where the catalogue no longer has it."""
    found = province().procedures.get(code)
    return said(found) if found else code


def paper_name(code: str) -> str:
    """A kind of paper by its name."""
    found = province().papers.by_code.get(code)
    return said(found) if found else code


def source_name(code: str) -> str:
    """Where a given value comes from."""
    if code == POPULATION:
        return gettext("Cơ sở dữ liệu dân cư")
    found = province().sources.get(code)
    return said(found) if found else code


def value(field: FormField, kept: str) -> str:
    """An answer or given value as people read it."""
    if not kept:
        return NOTHING
    if field.kind == "code":
        own = next((said(one) for one in field.choices if one.code == kept), "")
        return own or province().code_list(field.code_list or "").label(kept, language())
    if field.kind == "commune":
        return unit_name(kept)
    if field.kind in ("date", "month"):
        return day_text(kept)
    return number(int(kept)) if field.kind == "amount" and kept.isdigit() else kept


def given_value(field: FormField, kept: str) -> str:
    """What a source gave: a source may write a code that the list does not know."""
    with suppress(NotFound):
        return value(field, kept)
    return kept


def day_text(iso: str) -> str:
    """An ISO date, perhaps in part, as people write it."""
    try:
        return day(PartialDate.from_iso(iso))
    except InvalidValue:
        return iso


def money(amount: int | None) -> str:
    """Dong, nothing to pay, or that nobody knows."""
    if amount is None:
        return gettext("chưa rõ")
    return f"{number(amount)} đ" if amount else gettext("không mất phí")


def fault(code: str) -> str:
    """What is wrong with an answer, and what to do."""
    return gettext(FAULT_WORDS.get(code, code))


def term_text(procedure: Procedure, case: CaseData) -> str:
    """How long the law gives, counted on the day it was received."""
    at = case.received_at or case.listed.filed_at
    found = procedure.term_on(clock.local(at).date())
    if found is None:
        return gettext("chưa rõ")
    n = found.amount
    units = {
        "working-days": ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", n),
        "calendar-days": ngettext("%(n)s ngày lịch", "%(n)s ngày lịch", n),
        "working-hours": ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", n),
    }
    return units[found.unit] % {"n": number(n)}


def refusal(error: DansoError) -> str:
    """What was refused and what to do next; with the code or receipt that the error carries."""
    if isinstance(error, FiledBefore):
        said = gettext("Đã có hồ sơ %(code)s về cùng việc và cùng người này. Theo dõi hồ sơ đó.")
        return said % {"code": error.file_code}
    if isinstance(error, AlreadyPaid):
        said = gettext("Phí đã nộp theo biên lai %(number)s. Trả lại tiền vừa thu, nếu có.")
        return said % {"number": error.receipt.reference}
    return " ".join(words_of(error))
