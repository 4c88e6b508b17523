"""What passes the door of the population register: people, numbers, events, refusals."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_key() -> UUID:
    """A time-ordered key (RFC 9562 version 7): new rows go to the end of the index, loads stay fast.

    Says nothing about the person but when the row was made. Wall time on purpose: a frozen test clock
    must not make keys collide more easily.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))
