"""Codes in plain words, in the reader's language."""

from __future__ import annotations

from typing import Final, Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.sources import interface as sources
from danso.toolkit.html.formats import day
from danso.toolkit.platform import province

Words = str | Promise
DECIDERS: Final[dict[str, Words]] = {
    "commune_police": _("Công an cấp xã"),
    "provincial_police": _("Công an tỉnh"),
    "": _("đang chuyển"),
}
STATES: Final[dict[str, tuple[Words, str]]] = {
    "open": (_("Chờ trả lời"), "warn"),
    "sent_up": (_("Chờ cơ sở dữ liệu quốc gia"), "warn"),
    "accepted": (_("Đã sửa"), "good"),
    "rejected": (_("Bị từ chối, có lý do"), "bad"),
    "withdrawn": (_("Đã rút"), "mute"),
}


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


def field_name(code: str) -> str:
    """A field of the register or a kind of fact by its name; its code where nobody knows it."""
    found = province().fields.get(code) or sources.find_fact(code)
    return said(found) if found is not None else code


def day_text(iso: str) -> str:
    """An ISO day as people write it; anything else as it stands."""
    try:
        return day(PartialDate.from_iso(iso))
    except InvalidValue:
        return iso
