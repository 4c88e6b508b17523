"""New keys for rows and people: UUID version 7 (RFC 9562), so that they grow with time."""

import secrets
from typing import Final
from uuid import UUID

from danso.kernel import clock

_VERSION_AND_VARIANT: Final = (7 << 76) | (0b10 << 62)
_RAND_A: Final = ((1 << 12) - 1) << 64
_RAND_B: Final = (1 << 62) - 1


def new_key() -> UUID:
    """A key nobody can guess; keys made later, by the millisecond, sort after."""
    milliseconds = int(clock.now().timestamp() * 1000)
    random = secrets.randbits(80)
    return UUID(
        int=(milliseconds << 80) | _VERSION_AND_VARIANT | (random & _RAND_A) | (random & _RAND_B)
    )
