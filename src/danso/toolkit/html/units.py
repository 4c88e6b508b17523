"""The name of a work unit as pages show it: an agency, a commune, or the whole province."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language, gettext

from danso.toolkit.platform import province

# An account without an agency carries its post's scope as its unit: `province`, `commune:CODE`.
WHOLE: Final = "province"


def unit_name(code: str) -> str:
    """The name in the reader's language where the catalogue knows the code; else the code."""
    if code == WHOLE:
        return gettext("Cấp tỉnh")
    named = code.rpartition(":")[2]
    agency = province().agencies.get(named)
    if agency is not None:
        return agency.en if (get_language() or "").startswith("en") else agency.vi
    unit = province().units.by_code.get(named)
    return unit.name if unit else named
