"""Comparison keys: computed alike when a person is loaded and when someone asks about them.

A change here needs a new KEYS_VERSION and every stored key computed anew.
"""

import hashlib
from typing import Final
from uuid import UUID

from danso.kernel import text
from danso.kernel.dates import PartialDate

KEYS_VERSION: Final = 1


def name_key(full: str) -> str:
    """The full name for the exact comparison: tones count; case, spaces and style do not."""
    return text.canonical(full)


def plain_key(full: str) -> str:
    """The full name for the weaker comparison, without diacritics."""
    return text.plain(full)


def name_keys(full: str) -> tuple[str, str]:
    """`name_key` and `plain_key`."""
    return text.canonical_and_plain(full)


def birth_key(birth: PartialDate) -> str:
    """The birth date with its precision: 1965, 1965-03 or 1965-03-21."""
    return birth.iso


def unregistered_key(number: str, birth: str) -> UUID:
    """The key under which facts lie where the register is absent: of the number and the whole birth
    date, both of which the national service confirms before anything is told. Sources' own
    statement makes it alike (sources/actions/telling_absent)."""
    return UUID(hashlib.sha256(f"{number}|{birth}".encode()).hexdigest()[:32])
