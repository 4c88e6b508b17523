"""The number by which an organisation is known, checked as far as law and sources tell.

Enterprises: the enterprise's number is its tax number, ten digits of which the last is computed;
of a branch a dash and 001 to 999 follow (Decree 01/2021/NĐ-CP). Bodies with a budget: seven
digits. Cooperatives and others are assumed to have a tax number of ten.
"""

from __future__ import annotations

import re
from typing import Final

from danso.kernel import tax_number
from danso.kernel.errors import InvalidValue
from danso.modules.identity.data import OrganisationKind

_TEN: Final = re.compile(r"\d{10}")
_BRANCH: Final = re.compile(r"(\d{10})-?(\d{3})")
_SEVEN: Final = re.compile(r"\d{7}")


def parse_organisation_number(kind: OrganisationKind, text: str) -> str:
    """The number in its one spelling. Raises InvalidValue (`organisation_number`)."""
    told = re.sub(r"[\s.]", "", text)
    if not told.isascii():
        raise _wrong()
    if kind is OrganisationKind.AGENCY:
        if not _SEVEN.fullmatch(told):
            raise _wrong()
        return told
    if kind is OrganisationKind.BRANCH:
        found = _BRANCH.fullmatch(told)
        if found is None or found[2] == "000" or not tax_number.is_sound(found[1]):
            raise _wrong()
        return f"{found[1]}-{found[2]}"
    if not _TEN.fullmatch(told) or not tax_number.is_sound(told):
        raise _wrong()
    return told


def _wrong() -> InvalidValue:
    return InvalidValue(
        "No organisation of this kind has such a number.",
        code="organisation_number",
        fix="Type it as it stands on the registration certificate; check the kind.",
    )
