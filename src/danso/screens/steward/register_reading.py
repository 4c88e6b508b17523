"""A record's values in words, whichever version of its register it was entered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from danso.modules.sources import interface as sources
from danso.screens.steward.register_words import OWN, column_name, said, value_text

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField


@dataclass(frozen=True)
class Reading:
    """A register as it is described now, and every version that was before."""

    register: Register
    versions: Mapping[int, Register]

    @classmethod
    def of(cls, register: Register) -> Reading:
        """As it stands, and what was kept."""
        return cls(register, sources.register_versions(register.code))

    def field(self, code: str, version: int) -> RegisterField | None:
        """A field as that version knew it; of one retired before it, the last that knew it."""
        latest = sorted(self.versions.items(), reverse=True)
        order = [self.versions.get(version), *(one for number, one in latest if number < version)]
        order += [self.register, *(one for _, one in latest)]
        return next((one.by_code[code] for one in order if one and code in one.by_code), None)

    def name(self, code: str, version: int) -> str:
        """What a field is called: today, or while there was one."""
        if code in self.register.by_code or code in OWN:
            return column_name(self.register, code)
        field = self.field(code, version)
        return said(field) if field is not None else code

    def text(self, code: str, value: str, version: int) -> str:
        """A value in the words of the version it was entered by."""
        return value_text(self.field(code, version), value)


def differences(before: Register, after: Register) -> list[str]:
    """What a new version brings and takes away, a line each; empty where only words changed."""
    was, now = before.by_code, after.by_code
    told, tells = {f.code: f for f in before.facts}, {f.code: f for f in after.facts}
    listed = (
        (gettext("Trường mới: %(names)s."), [now[code] for code in now if code not in was]),
        (
            gettext("Trường bị bỏ: %(names)s. Bản ghi cũ vẫn giữ và vẫn đọc được."),
            [was[code] for code in was if code not in now],
        ),
        (gettext("Cung cấp thêm: %(names)s."), [tells[c] for c in tells if c not in told]),
        (
            gettext("Không còn cung cấp cho đơn vị khai thác: %(names)s."),
            [told[code] for code in told if code not in tells],
        ),
    )
    return [text % {"names": ", ".join(map(said, found))} for text, found in listed if found]
